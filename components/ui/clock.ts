import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let now = 0;
let timer: ReturnType<typeof setInterval> | undefined;

function tick() {
  now = Date.now();
  for (const listener of listeners) listener();
}

/** One timer for the whole page, and none while nobody looks at a time. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    now = Date.now();
    timer = setInterval(tick, 1000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/**
 * Words that depend on the time, read again each second; the component draws again only when they change.
 * The server draws `atRest`, and so does the browser until it has taken over: no hydration mismatch.
 */
export function useTicking(words: (now: number) => string, atRest: string): string {
  return useSyncExternalStore(
    subscribe,
    () => words(timer === undefined ? Math.floor(Date.now() / 1000) * 1000 : now),
    () => atRest,
  );
}

const never = () => () => undefined;

/** False on the server and while the browser takes over, true from then on. */
export function useInBrowser(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
