import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { ReducerFailed } from '@/core/stream/reducer';
import { pgQuery, type Query } from '@/server/db/query';
import { type StreamKey, type StreamSource, streamSource } from '@/server/db/stream-events';
import { foldStream, SNAPSHOT_EVENTS } from '@/server/db/stream-fold';
import { findReducer } from '@/server/db/stream-reducers';

const BATCH = 20_000;
const IDLE_MS = 2_000;
const AWAY_MS = 5_000;

/**
 * Keeps the snapshots of long streams while they grow, so that nobody who opens one waits for its fold. Only one worker
 * over all processes does it at a time. It need not be exact, and has no lock evidence: what it misses is folded by whoever opens the
 * stream, and a snapshot that does not fit is noticed when it is used. Outlives a database that is away; never rejects.
 */
export async function keepSnapshots({
  databaseUrl,
  say,
  signal,
}: {
  databaseUrl: string;
  say: (line: string) => void;
  signal: AbortSignal;
}): Promise<void> {
  let told = '';
  while (!signal.aborted) {
    const client = new Client({ connectionString: databaseUrl, application_name: 'sagascope snapshots' });
    client.on('error', () => undefined); // the query that waits for it rejects as well
    try {
      await client.connect();
      await keepOn(client, signal);
    } catch (error) {
      const line = `Snapshots of streams: ${error instanceof Error ? error.message : String(error)}`;
      if (!signal.aborted && line !== told) say(line);
      told = line;
      await pause(AWAY_MS, signal);
    } finally {
      await client.end().catch((error: unknown) => say(`Ending the snapshots' connection: ${String(error)}`));
    }
  }
}

async function keepOn(client: Client, signal: AbortSignal): Promise<void> {
  const query = pgQuery(client);
  while (!signal.aborted) {
    const [lock] = await query<{ mine: boolean }>(
      `SELECT pg_try_advisory_lock(hashtext('sagascope stream snapshots')) AS mine`,
    );
    if (lock?.mine) break;
    await pause(IDLE_MS, signal);
  }
  while (!signal.aborted) {
    const { more } = await keepDue(query, signal);
    if (!more) await pause(IDLE_MS, signal);
  }
}

/** Looks through the next events of the log; `more`: there are further ones. */
export async function keepDue(query: Query, signal?: AbortSignal): Promise<{ more: boolean }> {
  const source = await streamSource(query);
  if (source === null) return { more: false };
  const [at] = await query<{ position: string; upper: string | null; events: string }>(
    `SELECT p.position::text AS position, max(e.position)::text AS upper, count(e.position)::text AS events
     FROM (SELECT coalesce((SELECT position FROM sagascope.stream_snapshot_progress), 0) AS position) p
     LEFT JOIN LATERAL (SELECT e.position FROM public.event_store e WHERE e.position > p.position
                        ORDER BY e.position LIMIT ${BATCH}) e ON true GROUP BY 1`,
  );
  if (!at || at.upper === null) return { more: false };
  const type = source.columns.has('aggregate_type') ? `coalesce(e.aggregate_type::text, '')` : `''`;
  const due = await query<StreamKey & { version: string }>(
    `SELECT ${type} AS "aggregateType", e.aggregate_id::text AS "aggregateId", max(e.version)::text AS version
     FROM public.event_store e WHERE e.position > $1::bigint AND e.position <= $2::bigint AND e.version % ${SNAPSHOT_EVENTS} = 0
       AND e.version <> 0 GROUP BY 1, 2`,
    [at.position, at.upper],
  );
  for (const { version, ...key } of due) {
    if (signal?.aborted) return { more: false };
    await keepOf(query, source, key, BigInt(version) + 1n);
  }
  await query(
    `INSERT INTO sagascope.stream_snapshot_progress (position) VALUES ($1::bigint)
     ON CONFLICT (only_row) DO UPDATE SET position = excluded.position RETURNING position::text`,
    [at.upper],
  );
  return { more: Number(at.events) === BATCH };
}

/** By the reducer of the type, as a reader would fold it; where it fails its readers get the merged payloads, so these. */
async function keepOf(query: Query, source: StreamSource, key: StreamKey, upTo: bigint): Promise<void> {
  const found = await findReducer(key.aggregateType);
  try {
    await foldStream(query, { source, key, upTo, reducer: found && 'reduce' in found ? found : null });
  } catch (error) {
    if (!(error instanceof ReducerFailed)) throw error;
    await foldStream(query, { source, key, upTo, reducer: null });
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
