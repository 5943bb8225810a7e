import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client, Notification } from 'pg';
import { LIVE_CHANNEL } from '@/core/contract/live';
import type { Query } from '@/server/db/query';

/** A connection that hears at all hears itself within a moment. */
const ECHO_MS = 2_000;
const ECHO_CHANNEL = 'sagascope_echo';

/**
 * Begins to listen on a connection, and tries whether it hears: a pooler that hands connections around swallows
 * notifications without a word, and a standby refuses to listen.
 */
export async function listens(client: Client): Promise<boolean> {
  const nonce = randomUUID();
  let heard: () => void = () => undefined;
  const echo = new Promise<true>((resolve) => {
    heard = () => resolve(true);
  });
  const onNotification = ({ channel, payload }: Notification): void => {
    if (channel === ECHO_CHANNEL && payload === nonce) heard();
  };
  client.on('notification', onNotification);
  const patience = new AbortController();
  try {
    await client.query(`LISTEN ${LIVE_CHANNEL}`);
    await client.query(`LISTEN ${ECHO_CHANNEL}`);
    await client.query('SELECT pg_notify($1, $2)', [ECHO_CHANNEL, nonce]);
    const late = pause(ECHO_MS, false, { signal: patience.signal, ref: false }).catch(() => false);
    return await Promise.race([echo, late]);
  } catch (error) {
    // 0A000 feature_not_supported, 25006 read_only_sql_transaction: a standby, or a pooler that says so.
    if (error instanceof Error && 'code' in error && (error.code === '0A000' || error.code === '25006')) return false;
    throw error;
  } finally {
    patience.abort();
    client.off('notification', onNotification);
  }
}

/** Everything that a page may show, by coarse keys: where nobody tells what changed. */
export const EVERYTHING_LIVE = ['sagas', 'saga:*', 'events', 'flow:*', 'stream:*', 'interventions', 'definitions'];

/** A text that is another one as soon as a projector or a person has changed anything that pages show. */
export async function changeMark(query: Query): Promise<string> {
  const [row] = await query<{ mark: string }>(
    `SELECT concat_ws('|', (SELECT sum(rows_applied) FROM sagascope.checkpoint), (SELECT max(seq) FROM sagascope.journal),
       (SELECT count(*) FROM sagascope.refold), (SELECT count(*) FROM sagascope.definition_applied WHERE done_at IS NULL)) AS mark`,
  );
  return row?.mark ?? '';
}
