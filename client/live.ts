import type { QueryClient } from '@tanstack/react-query';
import { coalesce, keysOf, queryKeysOf, RESET } from './live-keys';
import type { Connection } from './live-state';

const LOCK = 'sagascope-live';
const CHANNEL = 'sagascope-live';
const GAP_MS = 250;
const POLL_MS = 1_000;
const RETRY_MS = [1_000, 2_000, 5_000];

type Told = { kind: 'keys'; keys: string[] } | { kind: 'connection'; connection: Connection } | { kind: 'who' };

export interface Live {
  /** What this tab knows of the stream, for `useSyncExternalStore`. */
  connection(): Connection;
  subscribe(listener: () => void): () => void;
  stop(): void;
}

/**
 * Keeps the queries of this tab up to date. Of all tabs of a browser one holds the event stream (Web Lock) and tells
 * the others (BroadcastChannel): HTTP/1.1 gives a browser six connections. Where either is missing, what is on screen
 * is asked for each second. Mapping: core/contract/live.ts.
 */
export function startLive(queries: QueryClient): Live {
  const listeners = new Set<() => void>();
  const ended = new AbortController();
  let connection: Connection = { by: 'stream', lostSince: null };

  const setConnection = (next: Connection) => {
    if (next.by === connection.by && next.lostSince === connection.lostSince) return;
    connection = next;
    for (const listener of listeners) listener();
  };

  const news = coalesce(
    async (keys) => {
      const found = [...keys].map(queryKeysOf);
      if (found.includes(null)) await queries.invalidateQueries();
      else {
        const each = new Map(found.flatMap((list) => list ?? []).map((key) => [JSON.stringify(key), key]));
        await Promise.all([...each.values()].map((queryKey) => queries.invalidateQueries({ queryKey })));
      }
    },
    (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    GAP_MS,
  );

  const seen = () => news.hold(document.hidden);
  document.addEventListener('visibilitychange', seen);
  ended.signal.addEventListener('abort', () => document.removeEventListener('visibilitychange', seen));
  seen();

  if (typeof EventSource === 'undefined' || typeof BroadcastChannel === 'undefined' || navigator.locks === undefined) {
    setConnection({ by: 'polling', lostSince: null });
    const timer = setInterval(() => news.add(['sagas', 'saga:*']), POLL_MS);
    ended.signal.addEventListener('abort', () => clearInterval(timer));
  } else {
    const channel = new BroadcastChannel(CHANNEL);
    let leading = false;
    const tell = (told: Told) => channel.postMessage(told);
    channel.addEventListener('message', (event: MessageEvent<Told>) => {
      if (event.data.kind === 'keys') news.add(event.data.keys);
      else if (event.data.kind === 'connection' && !leading) setConnection(event.data.connection);
      else if (event.data.kind === 'who' && leading) tell({ kind: 'connection', connection });
    });
    tell({ kind: 'who' });
    ended.signal.addEventListener('abort', () => channel.close());

    const lead = () => {
      leading = true;
      return holdStream(
        ended.signal,
        (keys) => {
          news.add(keys);
          tell({ kind: 'keys', keys });
        },
        (lostSince) => {
          setConnection({ by: 'stream', lostSince });
          tell({ kind: 'connection', connection });
        },
      );
    };
    navigator.locks.request(LOCK, { signal: ended.signal }, lead).catch((error: unknown) => {
      // Leaving before the lock was ours is no failure.
      if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
    });
  }

  return {
    connection: () => connection,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => ended.abort(),
  };
}

/** Holds one event stream until `ended`, opens it again when the browser gives up, and says `reset` after every gap. */
function holdStream(
  ended: AbortSignal,
  onKeys: (keys: string[]) => void,
  onLost: (since: number | null) => void,
): Promise<void> {
  return new Promise((resolve) => {
    let tries = 0;
    let lostSince: number | null = null;
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const open = () => {
      const stream = new EventSource('/api/v1/live');
      source = stream;
      stream.addEventListener('open', () => {
        tries = 0;
        if (lostSince !== null) onKeys([RESET]);
        lostSince = null;
        onLost(null);
      });
      const read = (event: MessageEvent<string>) => {
        const keys = keysOf(event.data);
        if (keys !== null && keys.length > 0) onKeys(keys);
      };
      stream.addEventListener('message', read);
      stream.addEventListener('keys', read);
      stream.addEventListener('reset', () => onKeys([RESET]));
      stream.addEventListener('error', () => {
        if (lostSince === null) {
          lostSince = Date.now();
          onLost(lostSince);
        }
        if (stream.readyState !== EventSource.CLOSED) return;
        timer = setTimeout(open, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
        tries += 1;
      });
    };
    ended.addEventListener('abort', () => {
      source?.close();
      clearTimeout(timer);
      resolve();
    });
    open();
  });
}
