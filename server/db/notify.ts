import { LIVE_CHANNEL, type LiveGroup, type LiveMessage } from '@/core/contract/live';
import type { Query } from './query';

/** A notification holds less than 8,000 bytes. */
const MOST_BYTES = 7_500;

/**
 * Tells live streams what changed, once the caller's transaction commits: `everybody` everyone, each group only those
 * who see its tenant and saga type. Groups that do not fit into one message are told without their names.
 */
export async function notifyLive(query: Query, everybody: string[], groups: readonly LiveGroup[] = []): Promise<void> {
  const message: LiveMessage = groups.length === 0 ? { keys: everybody } : { keys: everybody, groups: [...groups] };
  const text = JSON.stringify(message);
  await query('SELECT pg_notify($1, $2)::text', [
    LIVE_CHANNEL,
    Buffer.byteLength(text) < MOST_BYTES ? text : JSON.stringify(withoutNames(everybody, groups)),
  ]);
}

// `saga:*` in place of each saga, per tenant as long as these fit; else for everybody.
function withoutNames(everybody: string[], groups: readonly LiveGroup[]): LiveMessage {
  const coarse = groups.map((group) => ({ ...group, keys: [...new Set(group.keys.map(kindOf))] }));
  const message = { keys: everybody, groups: coarse };
  if (Buffer.byteLength(JSON.stringify(message)) < MOST_BYTES) return message;
  return { keys: [...new Set([...everybody, ...groups.flatMap(({ keys }) => keys.map(kindOf))])] };
}

const kindOf = (key: string): string => (key.includes(':') ? `${key.slice(0, key.indexOf(':'))}:*` : key);
