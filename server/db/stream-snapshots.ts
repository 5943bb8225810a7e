import { NAMED_ANOMALIES } from '@/core/stream/course';
import { foldId, type StreamFold } from '@/core/stream/fold';
import type { NamedReducer } from '@/core/stream/reducer';
import { readSnapshot, type SnapshotText, writeSnapshot } from '@/core/stream/snapshot';
import { Params } from './params';
import type { Query } from './query';
import { inStream, type StreamKey, type StreamSource } from './stream-events';

/** Names longer than this have no snapshots: an index cannot hold them. */
const LONGEST_NAME = 500;

export const canBeKept = ({ aggregateType, aggregateId }: StreamKey): boolean =>
  aggregateType.length + aggregateId.length <= LONGEST_NAME;

/** Which snapshot is looked for: of this stream, by this reducer, the last one below a version (SQL). */
interface Looked {
  source: StreamSource;
  key: StreamKey;
  reducer: NamedReducer | null;
  below: string;
  /** `course`: without its state, which may be large. */
  part?: 'whole' | 'course';
}

/**
 * SQL of one value: the nearest snapshot as JSON, with whether it still fits the events: its last event is where it was,
 * the stream begins where it began, and nothing has come in between since. null: there is none.
 */
export function snapshotSql({ source, key, reducer, below, part = 'whole' }: Looked, params: Params): string {
  const inThis = inStream(source, key, params);
  const name = [key.aggregateType, key.aggregateId, foldId(reducer)].map((one) => `${params.add(one)}::text`);
  return `(SELECT json_build_object('state', ${part === 'whole' ? 's.state' : 'NULL'},
      'blame', ${part === 'whole' ? 's.blame' : `'[]'`}, 'course', s.course, 'fits', (
       s.position = (SELECT e.position FROM public.event_store e WHERE ${inThis} AND e.version = s.version
                     ORDER BY e.position DESC LIMIT 1)
       AND s.first_version = (SELECT e.version FROM public.event_store e WHERE ${inThis} ORDER BY e.version LIMIT 1)
       AND ${nothingBetween(source, inThis)}) IS TRUE)::text
    FROM sagascope.stream_snapshot s
    WHERE s.aggregate_type = ${name[0]} AND s.aggregate_id = ${name[1]} AND s.reducer = ${name[2]} AND s.version < ${below}
    ORDER BY s.version DESC LIMIT 1)`;
}

/**
 * Where every version can stand there only once, an event can have come in between only where one was missing: nowhere in
 * a stream without a gap, else in one of its gaps, while all of them are named. Otherwise all events are counted.
 */
function nothingBetween({ unique }: StreamSource, inThis: string): string {
  const counted = `s.events = (SELECT count(*) FROM public.event_store e WHERE ${inThis} AND e.version <= s.version)`;
  if (!unique) return counted;
  return `CASE WHEN s.gapless THEN true
    WHEN (s.course::jsonb->>'anomalyCount')::int <= ${NAMED_ANOMALIES} THEN NOT EXISTS (
      SELECT FROM jsonb_array_elements(s.course::jsonb->'anomalies') g
      CROSS JOIN LATERAL (SELECT FROM public.event_store e WHERE g->>'kind' = 'gap' AND ${inThis}
        AND e.version >= (g->>'from')::bigint AND e.version <= (g->>'to')::bigint LIMIT 1) late)
    ELSE ${counted} END`;
}

/** What {@link snapshotSql} answered: a fold to go on with, null where there is none, or `outrun` by its events. */
export function snapshotOf(found: string | null): StreamFold | 'outrun' | null {
  if (found === null) return null;
  const { fits, ...text } = JSON.parse(found) as SnapshotText & { fits: boolean };
  return fits ? readSnapshot(text) : 'outrun';
}

/** The fold of the nearest snapshot below a version that still fits; those that do not are removed. */
export async function nearestSnapshot(
  query: Query,
  of: Omit<Looked, 'below'> & { below: bigint },
): Promise<StreamFold | null> {
  const params = new Params();
  const below = `${params.add(of.below.toString())}::bigint`;
  const [row] = await query<{ found: string | null }>(
    `SELECT ${snapshotSql({ ...of, below }, params)} AS found`,
    params.values,
  );
  const found = snapshotOf(row?.found ?? null);
  if (found !== 'outrun') return found;
  await dropSnapshots(query, of.key);
  return null;
}

/** Forgets a stream's snapshots: its events are not those that they were made of. */
export async function dropSnapshots(query: Query, { aggregateType, aggregateId }: StreamKey): Promise<void> {
  await query(
    `WITH gone AS (DELETE FROM sagascope.stream_snapshot WHERE aggregate_type = $1 AND aggregate_id = $2 RETURNING 1)
     SELECT count(*)::int AS gone FROM gone`,
    [aggregateType, aggregateId],
  );
}

/** How many characters a snapshot of this fold takes, about. */
export const snapshotSize = ({ size, blame }: StreamFold): number => size * 2 + blame.size * 24;

/** A fold as it is kept, made when it was due: the fold itself goes on. */
export interface KeptFold extends SnapshotText {
  tenantId: string;
  version: string;
  position: string;
  events: string;
  first: string;
  gapless: boolean;
}

/** A snapshot of a fold whose last version is complete; null: of this stream none is kept. */
export function snapshotRow(source: StreamSource, key: StreamKey, fold: StreamFold): KeptFold | null {
  const { course } = fold;
  if (course.last === null || course.first === null || !canBeKept(key)) return null;
  const gapless = BigInt(course.events) === course.last - course.first + 1n && course.missing === 0n;
  return {
    ...writeSnapshot(fold),
    tenantId: course.tenantId,
    version: course.last.toString(),
    position: course.lastPosition.toString(),
    events: String(course.events),
    first: course.first.toString(),
    gapless: gapless && source.unique,
  };
}

/** Keeps snapshots of a stream in one statement. Those by another source of the same reducer, or of an older fold, go with it. */
export async function keepSnapshots(
  query: Query,
  key: StreamKey,
  reducer: NamedReducer | null,
  rows: readonly KeptFold[],
): Promise<void> {
  if (rows.length === 0) return;
  await query(
    `WITH kept AS (
       INSERT INTO sagascope.stream_snapshot (tenant_id, aggregate_type, aggregate_id, reducer, version, position, state,
         blame, course, events, first_version, gapless)
       SELECT r."tenantId", $1::text, $2::text, $3::text, r.version, r.position, r.state, r.blame, r.course, r.events, r.first,
         r.gapless
       FROM json_to_recordset($4::text::json) AS r("tenantId" text, version bigint, position bigint, state text, blame text,
         course text, events bigint, first bigint, gapless boolean)
       ON CONFLICT (tenant_id, aggregate_type, aggregate_id, reducer, version) DO UPDATE SET position = excluded.position,
         state = excluded.state, blame = excluded.blame, course = excluded.course, events = excluded.events,
         first_version = excluded.first_version, gapless = excluded.gapless, made_at = now()
       RETURNING 1),
     gone AS (
       DELETE FROM sagascope.stream_snapshot WHERE aggregate_type = $1::text AND aggregate_id = $2::text
         AND (reducer LIKE 'merge:%') = ($3::text LIKE 'merge:%') AND reducer <> $3::text RETURNING 1)
     SELECT (SELECT count(*) FROM kept)::int AS kept, (SELECT count(*) FROM gone)::int AS gone`,
    [key.aggregateType, key.aggregateId, foldId(reducer), JSON.stringify(rows)],
  );
}
