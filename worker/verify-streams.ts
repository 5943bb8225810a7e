import { applyEvent, emptyFold, foldId, MOST_PAYLOAD_BYTES } from '@/core/stream/fold';
import { type NamedReducer, ReducerFailed } from '@/core/stream/reducer';
import { type SnapshotText, writeSnapshot } from '@/core/stream/snapshot';
import type { Query } from '@/server/db/query';
import { readStreamEvents, type StreamKey, type StreamSource, streamSource } from '@/server/db/stream-events';
import { findReducer } from '@/server/db/stream-reducers';

const PAGE = 1_000;
const NAMED = 1_000;
const BATCH = { limit: 1_000, payloadBytes: MOST_PAYLOAD_BYTES, batchBytes: 4_194_304 } as const;

interface Kept extends SnapshotText {
  version: string;
  position: string;
  events: string;
  first: string;
}

/**
 * Compares every snapshot of a stream with a replay of its events from the first, in the caller's snapshot of the
 * database. One that its events have outrun (a reader would notice and fold again), or of another source of a reducer,
 * is not compared. Answers one sentence for each difference.
 */
export async function verifyStreams(query: Query, log: (line: string) => void): Promise<string[]> {
  const source = await streamSource(query);
  if (source === null) return [];
  const differences: string[] = [];
  let compared = 0;
  let after: readonly string[] = ['', '', ''];
  for (;;) {
    const page: (StreamKey & { reducer: string })[] = await query(
      `SELECT DISTINCT aggregate_type AS "aggregateType", aggregate_id AS "aggregateId", reducer FROM sagascope.stream_snapshot
       WHERE (aggregate_type, aggregate_id, reducer) > ($1, $2, $3) ORDER BY 1, 2, 3 LIMIT ${PAGE}`,
      after,
    );
    for (const { reducer: id, ...key } of page) {
      const found = id.startsWith('merge:') ? null : await findReducer(key.aggregateType);
      const reducer = found && 'reduce' in found ? found : null;
      if (foldId(reducer) !== id) continue;
      const { wrong, versions } = await verifyStream(query, source, key, reducer);
      compared += versions;
      differences.push(...wrong);
    }
    const last = page.at(-1);
    if (last) after = [last.aggregateType, last.aggregateId, last.reducer];
    if (page.length < PAGE || differences.length >= NAMED) break;
  }
  log(`${compared} snapshots of streams compared`);
  return differences;
}

async function verifyStream(
  query: Query,
  source: StreamSource,
  key: StreamKey,
  reducer: NamedReducer | null,
): Promise<{ wrong: string[]; versions: number }> {
  const versions = await query<{ version: string }>(
    `SELECT version::text AS version FROM sagascope.stream_snapshot
     WHERE aggregate_type = $1 AND aggregate_id = $2 AND reducer = $3 ORDER BY stream_snapshot.version`,
    [key.aggregateType, key.aggregateId, foldId(reducer)],
  );
  const wrong: string[] = [];
  const fold = emptyFold();
  const name = `Stream ${key.aggregateType} ${key.aggregateId}`;
  for (const { version } of versions) {
    const upTo = BigInt(version);
    try {
      for (;;) {
        const { last, lastPosition } = fold.course;
        const after = last === null ? {} : { after: { version: last, position: lastPosition } };
        const events = await readStreamEvents(query, source, key, { ...BATCH, ...after, upTo });
        for (const event of events) applyEvent(fold, event, reducer);
        if (events.length === 0) break;
      }
    } catch (error) {
      if (!(error instanceof ReducerFailed)) throw error;
      wrong.push(`${name}: its reducer fails at version ${error.version}, and a snapshot goes on to ${version}.`);
      return { wrong, versions: versions.length };
    }
    const kept = await readKept(query, key, foldId(reducer), version);
    const { course } = fold;
    const fits =
      kept.position === course.lastPosition.toString() &&
      kept.first === course.first?.toString() &&
      kept.events === String(course.events);
    const made = writeSnapshot(fold);
    const parts = (['state', 'blame', 'course'] as const).filter((part) => made[part] !== kept[part]);
    if (fits && parts.length > 0)
      wrong.push(`${name}: its snapshot at version ${version} differs in ${parts.join(', ')}.`);
  }
  return { wrong, versions: versions.length };
}

async function readKept(query: Query, key: StreamKey, reducer: string, version: string): Promise<Kept> {
  const [kept] = await query<Kept>(
    `SELECT version::text AS version, position::text AS position, events::text AS events, first_version::text AS first,
       state, blame, course FROM sagascope.stream_snapshot
     WHERE aggregate_type = $1 AND aggregate_id = $2 AND reducer = $3 AND version = $4::bigint ORDER BY made_at DESC LIMIT 1`,
    [key.aggregateType, key.aggregateId, reducer, version],
  );
  if (!kept) throw new Error('a snapshot has gone within one snapshot of the database');
  return kept;
}
