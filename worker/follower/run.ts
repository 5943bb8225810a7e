import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { watchedRelations } from '@/server/db/lock-evidence';
import { pgQuery } from '@/server/db/query';
import { checkSystem, CheckpointMoved, createCheckpoint, LogReplaced, saveState } from './checkpoint';
import { LogFollower, type Say } from './follow';
import { FOLLOWER_DEFAULTS, type FollowerOptions, type LogRow, type LogSource } from './source';

// Whatever the server, database or role sets by default: these are what the steps of contract part 6 rely on.
const SESSION = `
  SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE;
  SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;
  SET TimeZone = 'UTC'; SET jit = off; SET client_encoding = 'UTF8';`;
const TAKE_OVER_MS = 250;
const NEEDS_REBUILD_POLL_MS = 500;
const LONGEST_BACKOFF_MS = 2_000;

interface Running<Row extends LogRow, Raw extends { id: string }> {
  databaseUrl: string;
  source: LogSource<Row, Raw>;
  say: Say;
  signal: AbortSignal;
  options?: Partial<FollowerOptions>;
}

/**
 * Follows a log until `signal` aborts: one follower at a time over all processes (a second one waits and takes over),
 * connects again when the database was away, and goes on from its checkpoint. Never rejects; says what is wrong.
 */
export async function runFollower<Row extends LogRow, Raw extends { id: string }>(
  running: Running<Row, Raw>,
): Promise<void> {
  const { say, signal, source } = running;
  let failures = 0;
  while (!signal.aborted) {
    try {
      await connected(running, () => (failures = 0));
    } catch (error) {
      source.forget();
      failures += 1;
      // The first try after a break may come too soon; only what lasts is worth a line, and then not every time.
      if (failures <= 2 || failures % 30 === 0)
        say(`Following ${source.table} stopped, trying again: ${describe(error)}`);
      await pause(Math.min(100 * 2 ** failures, LONGEST_BACKOFF_MS), signal);
    }
  }
}

async function connected<Row extends LogRow, Raw extends { id: string }>(
  running: Running<Row, Raw>,
  onProgress: () => void,
): Promise<void> {
  const { databaseUrl, source, signal, say } = running;
  const client = new Client({
    connectionString: databaseUrl,
    application_name: 'sagascope worker',
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
  });
  // The query that waits for the lost connection rejects as well; without a listener the process would end.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(SESSION);
    const [role] = await pgQuery(client)<{ replica: boolean }>('SELECT pg_is_in_recovery() AS replica');
    if (role?.replica) throw new Error('DATABASE_URL names a standby. The follower reads the primary only.');
    if (!(await takeLock(client, source.log, signal))) return;
    await followUntilStopped(client, running, onProgress);
  } finally {
    await client.end().catch((error: unknown) => say(`Closing the follower's connection: ${describe(error)}`));
  }
}

/** A session lock: it goes with its connection, so a killed follower never keeps the next one out for long. */
async function takeLock(client: Client, log: string, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const [answer] = await pgQuery(client)<{ taken: boolean }>(
      `SELECT pg_try_advisory_lock(hashtextextended('sagascope.follower:' || $1::text, 0)) AS taken`,
      [log],
    );
    if (answer?.taken) return true;
    await pause(TAKE_OVER_MS, signal);
  }
  return false;
}

async function followUntilStopped<Row extends LogRow, Raw extends { id: string }>(
  client: Client,
  { source, say, signal, options }: Running<Row, Raw>,
  onProgress: () => void,
): Promise<void> {
  const query = pgQuery(client);
  const all = { ...FOLLOWER_DEFAULTS, ...options };
  await createCheckpoint(query, source);
  const watched = await watchedRelations(query, source.table, source.idColumn);
  if (watched.noEvidence !== null) {
    say(`No lock evidence for ${source.table}: ${watched.noEvidence}. Gaps stay open for 24 h.`);
  }
  const follower = new LogFollower(client, source, watched, all, say, (ms) => pause(ms, signal));
  let isLoaded = false;
  let idle = all.busyPoll;
  while (!signal.aborted) {
    try {
      if (!isLoaded) {
        await checkSystem(query, source);
        await follower.load();
        isLoaded = true;
      }
      const wait = await follower.cycle();
      onProgress();
      idle = wait === null ? Math.min(idle * 2, all.idlePoll) : all.busyPoll;
      const delay = wait ?? idle;
      if (delay > 0) await pause(delay, signal);
    } catch (error) {
      if (!(error instanceof CheckpointMoved) && !(error instanceof LogReplaced)) throw error;
      isLoaded = false;
      if (error instanceof LogReplaced) await waitForRebuild(client, source.log, error, say, signal);
    }
  }
}

/** Stands still, and says so, until a rebuild has put the checkpoint back to the beginning. */
async function waitForRebuild(
  client: Client,
  log: string,
  reason: Error,
  say: Say,
  signal: AbortSignal,
): Promise<void> {
  const query = pgQuery(client);
  say(reason.message);
  await saveState(query, log, 'needs_rebuild', reason.message);
  while (!signal.aborted) {
    const [row] = await query<{ state: string }>(
      `UPDATE sagascope.checkpoint SET polled_at = clock_timestamp() WHERE log = $1 RETURNING state`,
      [log],
    );
    if (row?.state !== 'needs_rebuild') return;
    await pause(NEEDS_REBUILD_POLL_MS, signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

const describe = (error: unknown): string =>
  error instanceof Error
    ? `${error.message || error.name}${'code' in error ? ` (${String(error.code)})` : ''}`
    : String(error);
