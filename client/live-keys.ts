import type { QueryKey } from '@tanstack/react-query';

/** Key of the stream that says "you may have missed some": everything is read again. */
export const RESET = 'reset';

/** The queries that a live key makes stale; null: all of them. A key from a newer server touches nothing. */
export function queryKeysOf(liveKey: string): readonly QueryKey[] | null {
  if (liveKey === RESET) return null;
  if (liveKey === 'sagas') return [['sagas', 'list'], ['overview']];
  if (liveKey === 'definitions') return [['definitions'], ['sagas', 'types'], ['services']];
  if (liveKey === 'interventions') return [['interventions'], ['audit']];
  if (liveKey === 'health') return [['health']];
  if (liveKey === 'people') return [['people'], ['tokens'], ['roles'], ['session']];
  if (liveKey === 'audit') return [['audit']];
  if (liveKey === 'saga:*') return [['saga']];
  if (liveKey === 'events') return [['events', 'list']];
  if (liveKey === 'flow:*') return [['flow']];
  if (liveKey === 'stream:*') return [['stream']];
  if (liveKey.startsWith('flow:')) return [['flow', ...partsOf(liveKey)]];
  if (liveKey.startsWith('stream:')) return [['stream', ...partsOf(liveKey)]];
  if (liveKey.startsWith('saga:')) return [['saga', liveKey.slice('saga:'.length)]];
  return [];
}

/** `stream:~/a%2Fb` is `~` and `a/b`: what a query's key has after its kind. */
const partsOf = (liveKey: string): string[] =>
  liveKey
    .slice(liveKey.indexOf(':') + 1)
    .split('/')
    .map((part) => decodeURIComponent(part));

/** The message of the stream, read from text; null when it is not one. Shape: `LiveMessage` of core/contract/live.ts. */
export function keysOf(data: string): string[] | null {
  let body: unknown;
  try {
    body = JSON.parse(data);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (typeof body !== 'object' || body === null || !('keys' in body) || !Array.isArray(body.keys)) return null;
  return body.keys.filter((key): key is string => typeof key === 'string');
}

/** The longest rest between two reads. */
const LONGEST_REST_MS = 2_000;

/**
 * How long to rest after a read, ms: as long as it took, so that reading takes half of the time at most. A quick server is
 * asked as often as the stream speaks, and one that many ask is asked less often by itself.
 */
export const restAfter = (readMs: number): number => Math.min(readMs, LONGEST_REST_MS);

/**
 * Gathers keys and hands them on in batches: at once when idle, and never a second batch before the first has been
 * read and the rest after it is over. So a busy log costs a slow browser no more than it can read, and no last change
 * is lost.
 */
export function coalesce(
  apply: (keys: ReadonlySet<string>) => Promise<void>,
  wait: (ms: number) => Promise<void>,
  now: () => number,
) {
  let pending = new Set<string>();
  let running = false;
  const gate = { held: false };

  const run = async () => {
    running = true;
    try {
      while (pending.size > 0 && !gate.held) {
        const batch = pending;
        pending = new Set();
        const began = now();
        await apply(batch);
        await wait(restAfter(now() - began));
      }
    } finally {
      running = false;
    }
  };
  const start = () => {
    if (!running && !gate.held && pending.size > 0) void run();
  };
  return {
    add(keys: Iterable<string>) {
      for (const key of keys) pending.add(key);
      start();
    },
    /** A hidden tab gathers and reads nothing until it is seen again. */
    hold(on: boolean) {
      gate.held = on;
      start();
    },
  };
}
