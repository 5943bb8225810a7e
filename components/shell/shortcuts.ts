'use client';
import { useEffect, useRef, useSyncExternalStore } from 'react';

const OFF = 'sagascope_single_keys_off';
const listeners = new Set<() => void>();

/** Whether single keys work in this browser; they can be turned off in Settings (WCAG 2.1.4). */
export function useSingleKeys(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => localStorage.getItem(OFF) === null,
    () => true,
  );
}

export function setSingleKeys(on: boolean): void {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, '1');
  for (const listener of listeners) listener();
}

function inTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}

/** How long the first key of a pair (G then O) waits for the second. */
const PAIR_MS = 1_200;

/**
 * Keys of the page: `j`, `?`, `g o` (one after the other), `mod+k` (⌘ or Ctrl). Single keys are silent in text fields,
 * in open dialogs, and where they are turned off.
 */
export function useShortcuts(keys: Record<string, () => void>): void {
  const on = useSingleKeys();
  const latest = useRef({ keys, on });
  useEffect(() => {
    latest.current = { keys, on };
  });
  useEffect(() => {
    let first = '';
    let firstAt = 0;
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.altKey) return;
      const mod = event.metaKey || event.ctrlKey;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const { keys: current, on: single } = latest.current;
      if (
        !mod &&
        (!single || inTextField(event.target) || document.querySelector('dialog[open], dialog:popover-open') !== null)
      )
        return;
      const pair = event.timeStamp - firstAt < PAIR_MS ? current[`${first} ${key}`] : undefined;
      first = mod ? '' : key;
      firstAt = event.timeStamp;
      const act = pair ?? current[mod ? `mod+${key}` : key];
      if (act === undefined) return;
      event.preventDefault();
      first = '';
      act();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}
