import type { Query } from '@/server/db/query';
import type { Holder } from './locks';
import type { Range } from './range';
import type { FirstStart, LogRow, LogSource } from './source';

/** A gap that was passed, not skipped: its rows come late. `holders` null: there is no lock evidence for this log. */
export interface Gap extends Range {
  holders: HeldBy[] | null;
  why: string;
  /** Epoch ms, the database's clock. */
  since: number;
}

/** A holder as /api/health shows it: `since` first seen, `started` its transaction's start if this role may see it (ISO). */
export interface HeldBy extends Holder {
  since: string;
  started: string | null;
}

export interface Checkpoint {
  last: bigint;
  rowsApplied: bigint;
  state: string;
  first: FirstStart;
}

/** Someone else moved the checkpoint (a rebuild): read it again and go on from there. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';
}

/** The log is not the one that was followed; only a rebuild helps. The message says so to people. */
export class LogReplaced extends Error {
  override readonly name = 'LogReplaced';
}

type AnySource = Pick<LogSource<LogRow, { id: string }>, 'log' | 'table' | 'idColumn' | 'fingerprint'>;

interface Locked {
  last: string;
  rows_applied: string;
  state: string;
  row_hash: string | null;
  hash: string | null;
  system_identifier: string | null;
  now: number;
  first_at: number;
  first_id: string;
}

const hashOf = (source: AnySource, id: string): string =>
  `(SELECT md5(${source.fingerprint}) FROM ${source.table} l WHERE l.${source.idColumn} = ${id})`;

const select = (source: AnySource): string => `
  SELECT c.last_id::text AS last, c.rows_applied::text AS rows_applied, c.state, c.row_hash, c.system_identifier,
    ${hashOf(source, 'c.last_id')} AS hash, floor(extract(epoch FROM now()) * 1000)::float8 AS now,
    floor(extract(epoch FROM c.first_started_at) * 1000)::float8 AS first_at, c.first_started_id::text AS first_id
  FROM sagascope.checkpoint c WHERE c.log = $1`;

/** Creates the checkpoint where there is none: before the first row, whatever its id. */
export async function createCheckpoint(query: Query, source: AnySource): Promise<void> {
  await query(
    `INSERT INTO sagascope.checkpoint (log, last_id, first_started_id)
     SELECT $1, least(0, min(l.${source.idColumn}) - 1), coalesce(max(l.${source.idColumn}), 0) FROM ${source.table} l
     ON CONFLICT (log) DO NOTHING`,
    [source.log],
  );
}

/**
 * Reads the checkpoint and checks that the log is still the one it was taken from; `lock` holds it to the end of the
 * transaction. Throws {@link LogReplaced} otherwise.
 */
export async function readCheckpoint(
  query: Query,
  source: AnySource,
  lock = false,
): Promise<Checkpoint & { now: number }> {
  const [row] = await query<Locked>(`${select(source)}${lock ? ' FOR UPDATE OF c' : ''}`, [source.log]);
  if (!row) throw new CheckpointMoved(`the checkpoint of ${source.log} is gone`);
  if (row.row_hash !== null && row.hash !== row.row_hash) {
    throw new LogReplaced(
      `Row ${row.last} of ${source.table}, the last one read, is ${row.hash === null ? 'gone' : 'a different one now'}: the log was restored or replaced. Run npm run rebuild.`,
    );
  }
  return {
    last: BigInt(row.last),
    rowsApplied: BigInt(row.rows_applied),
    state: row.state,
    now: row.now,
    first: { at: row.first_at, lastId: BigInt(row.first_id) },
  };
}

/** Compares the server's identity with the one the checkpoint was taken on, and stores it the first time. */
export async function checkSystem(query: Query, source: AnySource): Promise<void> {
  const [may] = await query<{ may: boolean }>(`SELECT has_function_privilege('pg_control_system()', 'EXECUTE') AS may`);
  if (!may?.may) return;
  const [row] = await query<{ before: string | null; now: string }>(
    `SELECT c.system_identifier AS before, s.system_identifier::text AS now
     FROM sagascope.checkpoint c, pg_control_system() s WHERE c.log = $1`,
    [source.log],
  );
  if (!row || row.before === row.now) return;
  if (row.before !== null) {
    throw new LogReplaced(
      `This PostgreSQL (${row.now}) is not the one that ${source.table} was read from (${row.before}). Run npm run rebuild.`,
    );
  }
  await query(`UPDATE sagascope.checkpoint SET system_identifier = $2 WHERE log = $1`, [source.log, row.now]);
}

const CAUGHT_UP = (ago: string): string =>
  `caught_up_at = coalesce(clock_timestamp() - ${ago}::float8 * interval '1 millisecond', caught_up_at)`;

/** Says that the follower lives, and how long ago it had read the log to its end (ms; null: not yet). */
export async function saveBeat(query: Query, log: string, readToEndMs: number | null): Promise<void> {
  await query(`UPDATE sagascope.checkpoint SET polled_at = clock_timestamp(), ${CAUGHT_UP('$2')} WHERE log = $1`, [
    log,
    readToEndMs,
  ]);
}

/**
 * Moves the checkpoint in the transaction that applied the rows. `newestAt`: epoch ms of the newest row; `waitedMs`: the
 * longest that a row can have waited, null where that is not known. A row written for a time long ago did not wait since.
 */
export async function moveCheckpoint(
  query: Query,
  source: AnySource,
  moved: { last: bigint; rows: number; newestAt: number | null; waitedMs: number | null; readToEndMs: number | null },
): Promise<void> {
  await query(
    `UPDATE sagascope.checkpoint SET row_hash = CASE WHEN last_id = $2::bigint THEN row_hash ELSE ${hashOf(source, '$2::bigint')} END,
       last_id = $2::bigint, ${CAUGHT_UP('$6')}, rows_applied = rows_applied + $3::bigint, polled_at = clock_timestamp(),
       applied_at = CASE WHEN $3::bigint > 0 THEN clock_timestamp() ELSE applied_at END,
       lag_ms = coalesce(least(greatest(extract(epoch FROM clock_timestamp()) * 1000 - $4::float8, 0), $5::float8, 9e15)::bigint, lag_ms)
     WHERE log = $1`,
    [source.log, moved.last.toString(), moved.rows, moved.newestAt, moved.waitedMs, moved.readToEndMs],
  );
}

/** Says in words how the follower stands; a heartbeat where nothing else is written. */
export async function saveState(query: Query, log: string, state: string, text: string | null): Promise<void> {
  await query(
    `UPDATE sagascope.checkpoint SET polled_at = clock_timestamp(), state = $2, state_text = $3 WHERE log = $1`,
    [log, state, text],
  );
}

export async function loadGaps(query: Query, log: string): Promise<(Range & { since: number })[]> {
  const rows = await query<{ from: string; to: string; since: number }>(
    `SELECT from_id::text AS from, to_id::text AS to, floor(extract(epoch FROM since) * 1000)::float8 AS since
     FROM sagascope.open_gap WHERE log = $1 ORDER BY from_id`,
    [log],
  );
  return rows.map((row) => ({ from: BigInt(row.from), to: BigInt(row.to), since: row.since }));
}

const asJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));

/** Replaces open gaps: those that began at `removed` go, `added` come. */
export async function replaceGaps(
  query: Query,
  log: string,
  removed: readonly Gap[],
  added: readonly Gap[],
): Promise<void> {
  if (removed.length > 0) {
    await query(`DELETE FROM sagascope.open_gap WHERE log = $1 AND from_id = ANY($2::bigint[])`, [
      log,
      removed.map((gap) => gap.from.toString()),
    ]);
  }
  if (added.length > 0) {
    await query(
      `INSERT INTO sagascope.open_gap (log, from_id, to_id, holders, why, since)
       SELECT $1, g."from", g."to", g.holders, g.why, to_timestamp(g.since / 1000)
       FROM json_to_recordset($2::json) AS g("from" bigint, "to" bigint, holders jsonb, why text, since float8)
       ON CONFLICT (log, from_id) DO UPDATE SET to_id = excluded.to_id, holders = excluded.holders, why = excluded.why`,
      [log, asJson(added)],
    );
  }
}

/** Records positions that nobody can fill any more; they are still looked up for a day. */
export async function saveSkipped(query: Query, log: string, ranges: readonly Range[]): Promise<void> {
  if (ranges.length === 0) return;
  await query(
    `INSERT INTO sagascope.skipped_position (log, from_id, to_id)
     SELECT $1, g."from", g."to" FROM json_to_recordset($2::json) AS g("from" bigint, "to" bigint)
     ON CONFLICT (log, from_id) DO UPDATE SET to_id = excluded.to_id, skipped_at = now()`,
    [log, asJson(ranges)],
  );
}

/** Skipped ranges above `after` that are still looked up, with what turned up in them before. */
export async function loadSkipped(
  query: Query,
  log: string,
  page: { after: bigint; keepMs: number; limit: number },
): Promise<(Range & { found: bigint[] })[]> {
  const rows = await query<{ from: string; to: string; found: string[] }>(
    `SELECT from_id::text AS from, to_id::text AS to, found::text[] AS found FROM sagascope.skipped_position
     WHERE log = $1 AND from_id > $2::bigint AND skipped_at > now() - make_interval(secs => $3::float8 / 1000)
     ORDER BY from_id LIMIT $4::int`,
    [log, page.after.toString(), page.keepMs, page.limit],
  );
  return rows.map((row) => ({ from: BigInt(row.from), to: BigInt(row.to), found: row.found.map(BigInt) }));
}

/** Records that skipped positions turned up all the same: a fault of the source. */
export async function saveFound(query: Query, log: string, ids: readonly bigint[]): Promise<void> {
  await query(
    `UPDATE sagascope.skipped_position s SET found = s.found || g.ids
     FROM (SELECT p.from_id, array_agg(f.id ORDER BY f.id) AS ids FROM sagascope.skipped_position p
           JOIN unnest($2::bigint[]) AS f(id) ON f.id BETWEEN p.from_id AND p.to_id
           WHERE p.log = $1 GROUP BY p.from_id) g
     WHERE s.log = $1 AND s.from_id = g.from_id`,
    [log, ids.map(String)],
  );
}
