import { getJson } from './http';
import { keysOf, RESET } from './live-keys';
import { lagOf, offlineSince, type Connection } from './live-state';

const RETRY_MS = [1_000, 2_000, 5_000];
/** The server says where the follower stands every 2 s: a stream that is silent for this long is dead. */
const SILENT_MS = 12_000;

/**
 * Holds one event stream until `ended`. It opens again when the browser gives up or the stream falls silent, and after
 * every gap it says `reset`: what was sent meanwhile is unknown.
 */
export function holdStream(
  ended: AbortSignal,
  onKeys: (keys: string[]) => void,
  onConnection: (change: Partial<Connection>) => void,
): Promise<void> {
  return new Promise((resolve) => {
    // The lock may be granted in the moment of leaving: a stream opened then would never end.
    if (ended.aborted) return resolve();
    let tries = 0;
    let lostSince: number | null = null;
    let source: EventSource | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let silence: ReturnType<typeof setTimeout> | undefined;

    const lost = () => {
      if (lostSince !== null) return;
      lostSince = Date.now();
      onConnection({ lostSince });
    };
    const again = () => {
      source?.close();
      clearTimeout(silence);
      retry = setTimeout(open, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
      tries += 1;
    };
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => {
        lost();
        again();
      }, SILENT_MS);
    };
    const open = () => {
      const stream = new EventSource('/api/v1/live');
      source = stream;
      const on = (name: string, act: (data: string) => void) =>
        stream.addEventListener(name, (event: MessageEvent<string>) => {
          heard();
          act(event.data);
        });
      stream.addEventListener('open', () => {
        heard();
        tries = 0;
        if (lostSince !== null) onKeys([RESET]);
        lostSince = null;
        onConnection({ lostSince: null });
      });
      on('keys', (data) => {
        const keys = keysOf(data);
        if (keys !== null && keys.length > 0) onKeys(keys);
      });
      on('reset', () => {
        onConnection({ databaseLostSince: null });
        onKeys([RESET]);
      });
      on('lag', (data) => {
        const lag = lagOf(data);
        if (lag !== null) onConnection({ lag, databaseLostSince: null });
      });
      on('offline', (data) => onConnection({ databaseLostSince: offlineSince(data, Date.now()) }));
      stream.addEventListener('error', () => {
        lost();
        if (stream.readyState !== EventSource.CLOSED) return;
        // The browser does not say why the stream was refused; where the session has ended, this leaves the page.
        getJson('/api/v1/session', ended).catch(() => undefined);
        again();
      });
    };
    ended.addEventListener('abort', () => {
      source?.close();
      clearTimeout(retry);
      clearTimeout(silence);
      resolve();
    });
    open();
  });
}
