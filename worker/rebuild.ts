import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { pgQuery } from '@/server/db/query';
import { startWorker } from './main';
import { type FollowedLog, POSITION, READ_MODELS } from './read-models';

const LOGS = Object.keys(READ_MODELS) as FollowedLog[];
const TABLES = [...new Set(Object.values(READ_MODELS).flat())].map((table) => `sagascope.${table}`);

const beginAgain = (log: FollowedLog): string => `
  DELETE FROM sagascope.open_gap WHERE log = '${log}';
  DELETE FROM sagascope.skipped_position WHERE log = '${log}';
  UPDATE sagascope.checkpoint SET last_id = (SELECT least(0, min(${POSITION[log]}) - 1) FROM public.${log}), row_hash = NULL,
    system_identifier = NULL, state = 'running', state_text = NULL, lag_ms = NULL, caught_up_at = NULL, rows_applied = 0
    WHERE log = '${log}';`;

// A reader in the middle of a list holds the tables: give up soon, let the others through, ask again.
const EMPTY = `
  SET LOCAL lock_timeout = '2s';
  SELECT FROM sagascope.checkpoint WHERE log IN ('${LOGS.join("', '")}') ORDER BY log FOR UPDATE;
  TRUNCATE ${TABLES.join(', ')};
  ${LOGS.map(beginAgain).join('')}`;
const LOCK_TIMEOUT = '55P03';
const POLL_MS = 100;
const SAY_EVERY_MS = 2_000;

/**
 * Makes the read models again from the two logs, the definitions and the times at which rows were first seen. Definitions,
 * seen rows and metric counters stay. A running follower notices and does the work; without one it is done here.
 * Lists are incomplete until it is through. Throws where the follower asks for something else meanwhile.
 */
export async function rebuild({
  databaseUrl,
  log,
}: {
  databaseUrl: string;
  log: (line: string) => void;
}): Promise<void> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'sagascope rebuild' });
  client.on('error', () => undefined); // the query that waits for it rejects as well
  await client.connect();
  try {
    await empty(client, log);
    const worker = await startWorker({ databaseUrl, log, dispatch: false });
    try {
      for (const of of LOGS) await caughtUp(client, log, of);
    } finally {
      await worker.stop();
    }
  } finally {
    await client.end();
  }
}

async function empty(client: Client, log: (line: string) => void): Promise<void> {
  for (;;) {
    await client.query('BEGIN');
    try {
      await client.query(EMPTY);
      await client.query('COMMIT');
      return;
    } catch (error) {
      await client.query('ROLLBACK');
      if (!(error instanceof DatabaseError) || error.code !== LOCK_TIMEOUT) throw error;
      log('Somebody reads the lists for long; trying again to empty them.');
    }
  }
}

async function caughtUp(client: Client, log: (line: string) => void, of: FollowedLog): Promise<void> {
  const query = pgQuery(client);
  const [head] = await query<{ id: string | null }>(`SELECT max(${POSITION[of]})::text AS id FROM public.${of}`);
  const goal = BigInt(head?.id ?? 0);
  let said = performance.now();
  for (;;) {
    const [at] = await query<{ last: string; rows: string; state: string; text: string | null }>(
      `SELECT last_id::text AS last, rows_applied::text AS rows, state, state_text AS text
       FROM sagascope.checkpoint WHERE log = $1`,
      [of],
    );
    if (at?.state === 'needs_rebuild') throw new Error(at.text ?? 'The follower asks for another rebuild.');
    if (at && BigInt(at.last) >= goal) return log(`${at.rows} rows of ${of} ${of === 'saga_log' ? 'folded' : 'read'}`);
    if (performance.now() - said > SAY_EVERY_MS) {
      said = performance.now();
      log(`${of}: row ${at?.last ?? 0} of ${goal}`);
    }
    await sleep(POLL_MS);
  }
}
