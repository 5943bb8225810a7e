import { useEffect, useMemo, useState } from 'react';
import type { Stream, StreamVersion } from '@/core/contract/streams';
import { useUrlState } from '@/components/shell/url-state';

export const VIEWS = ['fields', 'json', 'event'] as const;
export type View = (typeof VIEWS)[number];

/** As many as are told apart. */
const MOST_TYPES = 500;

export interface PageState {
  /** The version asked for; null: the latest. */
  at: string | null;
  view: View;
  changesOnly: boolean;
  /** Names of the events that are listed; none: all. */
  types: readonly string[];
  /** The address of this page at another version. */
  toVersion: (version: string | null) => URLSearchParams;
  goTo: (version: string | null) => void;
  setView: (view: View) => void;
  setChangesOnly: (on: boolean) => void;
  /** By what the address names at that moment. */
  changeTypes: (change: (types: readonly string[]) => readonly string[]) => void;
}

/** What is shown lives in the address. Travelling replaces it: Back leaves the page, not the version. */
export function usePageState(): PageState {
  const { params, now, replace } = useUrlState();
  return useMemo(() => {
    const changed = (from: URLSearchParams, name: string, value: string | null): URLSearchParams => {
      const next = new URLSearchParams(from);
      if (value === null) next.delete(name);
      else next.set(name, value);
      return next;
    };
    const at = params.get('at');
    return {
      at: at !== null && /^-?\d{1,19}$/.test(at) ? at : null,
      view: VIEWS.find((view) => view === params.get('view')) ?? 'fields',
      changesOnly: params.has('changes'),
      types: params.getAll('type').slice(0, MOST_TYPES),
      toVersion: (version) => changed(params, 'at', version),
      goTo: (version) => replace(changed(now(), 'at', version)),
      setView: (view) => replace(changed(now(), 'view', view === 'fields' ? null : view)),
      setChangesOnly: (on) => replace(changed(now(), 'changes', on ? '1' : null)),
      changeTypes: (change) => {
        const next = changed(now(), 'type', null);
        for (const type of change(now().getAll('type'))) next.append('type', type);
        replace(next);
      },
    };
  }, [params, now, replace]);
}

const STEP_MS = 800;

export interface Travel {
  /** The version looked at now: asked for already, while its state may still be on its way. */
  version: string;
  /** Its event, where it is among those known. */
  event: StreamVersion | null;
  previous: string | null;
  next: string | null;
  by: (steps: number) => void;
  playing: boolean;
  setPlaying: (on: boolean) => void;
}

/** Steps from version to version that there is, over gaps, and plays them one after the other. */
export function useTravel(stream: Stream, known: readonly StreamVersion[], state: PageState): Travel {
  const [playing, setPlaying] = useState(false);
  // An address may name a version that there is not yet: the latest is shown.
  const version = state.at === null || BigInt(state.at) > BigInt(stream.last) ? stream.last : state.at;
  const { previous, event, next } = useMemo(() => around(known, version), [known, version]);
  const { goTo } = state;
  const ends = next === null;
  useEffect(() => {
    if (!playing || ends) return undefined;
    const timer = setTimeout(() => goTo(next), STEP_MS);
    return () => clearTimeout(timer);
  }, [playing, ends, next, goTo]);
  const by = (steps: number): void => {
    const place = known.findIndex((one) => BigInt(one.version) >= BigInt(version));
    const target = known[Math.max(0, Math.min(known.length - 1, place + steps))];
    if (target) goTo(target.version);
  };
  return { version, event, previous, next, by, playing: playing && !ends, setPlaying };
}

/** The event at a version (the nearest one below, where there is none), and the versions beside it. */
function around(known: readonly StreamVersion[], version: string) {
  const at = BigInt(version);
  let event: StreamVersion | null = null;
  let previous: string | null = null;
  let next: string | null = null;
  for (const one of known) {
    const its = BigInt(one.version);
    if (its > at) {
      next = one.version;
      break;
    }
    if (event !== null && event.version !== one.version) previous = event.version;
    event = one;
  }
  return { event, previous, next };
}
