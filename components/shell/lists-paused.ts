'use client';
import { useSyncExternalStore } from 'react';

const PAUSED = 'sagascope_lists_paused';
const listeners = new Set<() => void>();

/** Whether somebody paused the lists of this tab. Kept through reloads, and by no other tab. */
export function useListsPaused(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => sessionStorage.getItem(PAUSED) !== null,
    () => false,
  );
}

export function setListsPaused(on: boolean): void {
  if (on) sessionStorage.setItem(PAUSED, '1');
  else sessionStorage.removeItem(PAUSED);
  for (const listener of listeners) listener();
}
