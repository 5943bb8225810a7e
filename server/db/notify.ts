import { LIVE_CHANNEL, type LiveMessage } from '@/core/contract/live';
import type { Query } from './query';

/** Tells live streams what changed, once the caller's transaction commits. */
export async function notifyLive(query: Query, keys: string[]): Promise<void> {
  const message: LiveMessage = { keys };
  await query('SELECT pg_notify($1, $2)::text', [LIVE_CHANNEL, JSON.stringify(message)]);
}
