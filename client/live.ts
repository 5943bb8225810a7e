import type { QueryClient } from '@tanstack/react-query';
import { healthQueries } from './health';
import { ApiError } from './http';
import { coalesce, queryKeysOf, RESET } from './live-keys';
import { connectionOf, UNKNOWN_CONNECTION, type Connection } from './live-state';
import { holdStream } from './live-stream';

const LOCK = 'sagascope-live';
const CHANNEL = 'sagascope-live';
const POLL_MS = 1_000;

type Told =
  | { kind: 'keys'; keys: string[] }
  | { kind: 'connection'; connection: Connection }
  | { kind: 'who' }
  | { kind: 'reopen' };

export interface Live {
  /** What this tab knows of the stream, for `useSyncExternalStore`. */
  connection(): Connection;
  subscribe(listener: () => void): () => void;
  /** Begins, in the browser; answers what ends it. It may begin again. */
  start(): () => void;
  /** What may be heard has changed: the stream of this browser opens again, and its other tabs read everything again. */
  reopen(): void;
}

/**
 * Keeps the queries of this tab up to date. Of all tabs of a browser one holds the event stream (Web Lock) and tells
 * the others (BroadcastChannel): HTTP/1.1 gives a browser six connections. Where either is missing, what is on screen
 * is asked for each second. Mapping: core/contract/live.ts.
 */
export function makeLive(queries: QueryClient): Live {
  const listeners = new Set<() => void>();
  let reopen: () => void = () => undefined;
  let connection = UNKNOWN_CONNECTION;

  const setConnection = (next: Connection) => {
    if (JSON.stringify(next) === JSON.stringify(connection)) return;
    connection = next;
    for (const listener of listeners) listener();
  };
  const news = coalesce(
    (keys) => invalidate(queries, keys),
    wait,
    () => performance.now(),
  );

  const seen = () => news.hold(document.hidden);

  const start = () => {
    const ended = new AbortController();
    // A hidden tab gathers what changed and reads it when it is seen again.
    document.addEventListener('visibilitychange', seen, { signal: ended.signal });
    seen();
    if (
      typeof EventSource === 'undefined' ||
      typeof BroadcastChannel === 'undefined' ||
      navigator.locks === undefined
    ) {
      setConnection({ ...connection, by: 'polling' });
      void poll(queries, ended.signal, news.add, () => connection, setConnection);
    } else {
      reopen = shareStream(ended.signal, news.add, () => connection, setConnection);
    }
    return () => ended.abort();
  };

  return {
    connection: () => connection,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start,
    reopen: () => reopen(),
  };
}

async function invalidate(queries: QueryClient, keys: ReadonlySet<string>): Promise<void> {
  const found = [...keys].map(queryKeysOf);
  if (found.includes(null)) return queries.invalidateQueries();
  const each = new Map(found.flatMap((list) => list ?? []).map((key) => [JSON.stringify(key), key]));
  await Promise.all([...each.values()].map((queryKey) => queries.invalidateQueries({ queryKey })));
}

function shareStream(
  ended: AbortSignal,
  onKeys: (keys: string[]) => void,
  connection: () => Connection,
  setConnection: (next: Connection) => void,
): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  let leading = false;
  let stream = new AbortController();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel has no target
  const tell = (told: Told) => channel.postMessage(told);
  channel.addEventListener('message', (event: MessageEvent<Told>) => {
    if (event.data.kind === 'keys') onKeys(event.data.keys);
    else if (event.data.kind === 'connection' && !leading) setConnection(event.data.connection);
    else if (event.data.kind === 'who' && leading) tell({ kind: 'connection', connection: connection() });
    else if (event.data.kind === 'reopen') {
      stream.abort();
      onKeys([RESET]);
    }
  });
  ended.addEventListener('abort', () => channel.close());
  tell({ kind: 'who' });

  const lead = async () => {
    leading = true;
    while (!ended.aborted) {
      stream = new AbortController();
      await holdStream(
        AbortSignal.any([ended, stream.signal]),
        (keys) => {
          onKeys(keys);
          tell({ kind: 'keys', keys });
        },
        (change) => {
          setConnection({ ...connection(), ...change });
          tell({ kind: 'connection', connection: connection() });
        },
      );
    }
  };
  navigator.locks.request(LOCK, { signal: ended }, lead).catch((error: unknown) => {
    // Leaving before the lock was ours is no failure.
    if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
  });
  return () => {
    stream.abort();
    tell({ kind: 'reopen' });
  };
}

async function poll(
  queries: QueryClient,
  ended: AbortSignal,
  onKeys: (keys: string[]) => void,
  connection: () => Connection,
  setConnection: (next: Connection) => void,
) {
  while (!ended.aborted) {
    try {
      const health = await queries.query({ ...healthQueries.now(), staleTime: 0 });
      const back = connection().lostSince !== null;
      setConnection(connectionOf(connection(), health, Date.now()));
      onKeys(back ? [RESET] : ['sagas', 'saga:*', 'events', 'flow:*', 'stream:*']);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setConnection(connectionOf(connection(), null, Date.now()));
    }
    await wait(POLL_MS);
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
