import { foldId, type StreamFold } from '@/core/stream/fold';
import type { NamedReducer } from '@/core/stream/reducer';
import { readSnapshot, writeSnapshot } from '@/core/stream/snapshot';
import { Params } from './params';
import type { Query } from './query';
import { inStream, type StreamKey, type StreamSource } from './stream-events';

/** Names longer than this have no snapshots: an index cannot hold them. */
const LONGEST_NAME = 500;

const canBeKept = ({ aggregateType, aggregateId }: StreamKey): boolean =>
  aggregateType.length + aggregateId.length <= LONGEST_NAME;

/**
 * The fold of the nearest snapshot below `below`, if it still fits the events: its last event is where it was, the stream
 * begins where it began, and nothing has come in between since. null: none fits; those that do not are removed.
 * `course`: without its state, which may be large.
 */
export async function nearestSnapshot(
  query: Query,
  source: StreamSource,
  key: StreamKey,
  below: bigint,
  reducer: NamedReducer | null,
  part: 'whole' | 'course' = 'whole',
): Promise<StreamFold | null> {
  const params = new Params();
  const inThis = inStream(source, key, params);
  const name = [key.aggregateType, key.aggregateId, foldId(reducer)].map((part) => params.add(part));
  const [found] = await query<{ state: string | null; blame: string; course: string; fits: boolean }>(
    `SELECT ${part === 'whole' ? 's.state, s.blame' : `NULL::text AS state, '[]' AS blame`}, s.course,
       s.position = (SELECT e.position FROM public.event_store e WHERE ${inThis} AND e.version = s.version
                     ORDER BY e.position DESC LIMIT 1)
       AND s.first_version = (SELECT e.version FROM public.event_store e WHERE ${inThis} ORDER BY e.version LIMIT 1)
       -- Where every version stands there once and can stand there only once, nothing can have come in between.
       AND (${source.unique ? 's.gapless' : 'false'} OR s.events =
         (SELECT count(*) FROM public.event_store e WHERE ${inThis} AND e.version <= s.version)) IS TRUE AS fits
     FROM sagascope.stream_snapshot s
     WHERE s.aggregate_type = ${name[0]} AND s.aggregate_id = ${name[1]} AND s.reducer = ${name[2]}
       AND s.version < ${params.add(below.toString())}::bigint
     ORDER BY s.version DESC LIMIT 1`,
    params.values,
  );
  if (!found) return null;
  if (found.fits) return readSnapshot(found);
  await dropSnapshots(query, key);
  return null;
}

/** Forgets a stream's snapshots: its events are not those that they were made of. */
async function dropSnapshots(query: Query, { aggregateType, aggregateId }: StreamKey): Promise<void> {
  await query(
    `WITH gone AS (DELETE FROM sagascope.stream_snapshot WHERE aggregate_type = $1 AND aggregate_id = $2 RETURNING 1)
     SELECT count(*)::int AS gone FROM gone`,
    [aggregateType, aggregateId],
  );
}

/** How many characters a snapshot of this fold takes, about. */
export const snapshotSize = ({ size, blame }: StreamFold): number => size * 2 + blame.size * 24;

/** Keeps a fold whose last version is complete. Snapshots by another source of the same reducer go with it. */
export async function keepSnapshot(
  query: Query,
  source: StreamSource,
  key: StreamKey,
  fold: StreamFold,
  reducer: NamedReducer | null,
): Promise<void> {
  const { course } = fold;
  if (course.last === null || course.first === null || !canBeKept(key)) return;
  const { state, blame, course: courseText } = writeSnapshot(fold);
  const gapless = BigInt(course.events) === course.last - course.first + 1n && course.missing === 0n;
  await query(
    `WITH kept AS (
       INSERT INTO sagascope.stream_snapshot (tenant_id, aggregate_type, aggregate_id, reducer, version, position, state,
         blame, course, events, first_version, gapless)
       VALUES ($1, $2, $3, $4, $5::bigint, $6::bigint, $7, $8, $9, $10::bigint, $11::bigint, $12)
       ON CONFLICT (tenant_id, aggregate_type, aggregate_id, reducer, version) DO UPDATE SET position = excluded.position,
         state = excluded.state, blame = excluded.blame, course = excluded.course, events = excluded.events,
         first_version = excluded.first_version, gapless = excluded.gapless, made_at = now()
       RETURNING 1),
     gone AS (
       DELETE FROM sagascope.stream_snapshot WHERE aggregate_type = $2 AND aggregate_id = $3
         AND reducer NOT LIKE 'merge:%' AND $4 NOT LIKE 'merge:%' AND reducer <> $4 RETURNING 1)
     SELECT (SELECT count(*) FROM kept)::int AS kept, (SELECT count(*) FROM gone)::int AS gone`,
    [
      course.tenantId,
      key.aggregateType,
      key.aggregateId,
      foldId(reducer),
      course.last.toString(),
      course.lastPosition.toString(),
      state,
      blame,
      courseText,
      String(course.events),
      course.first.toString(),
      gapless && source.unique,
    ],
  );
}
