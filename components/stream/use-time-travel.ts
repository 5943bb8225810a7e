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
  /** What the buttons lead to: among some types only, a version that is listed. */
  previous: string | null;
  next: string | null;
  /** Over all versions, whatever is listed. */
  by: (steps: number) => void;
  playing: boolean;
  setPlaying: (on: boolean) => void;
}

/**
 * Steps from version to version that there is, over gaps, and plays them one after the other.
 * @param listed the versions to step among: all that are known, or those of the chosen types
 */
export function useTravel(
  stream: Stream,
  known: readonly StreamVersion[],
  listed: readonly StreamVersion[],
  state: PageState,
): Travel {
  const [playing, setPlaying] = useState(false);
  const version = within(stream, state.at) ?? stream.last;
  const event = useMemo(() => around(known, version).event, [known, version]);
  // In a gap the event below it is shown: the steps go on from there.
  const from = event?.version ?? version;
  const { previous, next } = useMemo(() => around(listed, from), [listed, from]);
  const { goTo } = state;
  const ends = next === null;
  useEffect(() => {
    if (!playing || ends) return undefined;
    const timer = setTimeout(() => goTo(next), STEP_MS);
    return () => clearTimeout(timer);
  }, [playing, ends, next, goTo]);
  const by = (steps: number): void => {
    // Versions that stand there twice are one stop.
    const stops = [...new Set(known.map((one) => one.version))];
    const place = stops.findLastIndex((one) => BigInt(one) <= BigInt(version));
    const target = stops[Math.max(0, Math.min(stops.length - 1, place + steps))];
    if (target !== undefined) goTo(target);
  };
  return { version, event, previous, next, by, playing: playing && !ends, setPlaying };
}

/** A version that an address asked for and that there is not, and the one that is shown in its place. */
export interface Missed {
  asked: string;
  shown: string;
}

/** The version asked for, or the end of the stream beyond which it lies: an address may name any. */
function within({ first, last }: Pick<Stream, 'first' | 'last'>, at: string | null): string | null {
  if (at === null) return null;
  if (BigInt(at) < BigInt(first)) return first;
  return BigInt(at) > BigInt(last) ? last : at;
}

/**
 * Mends an address that names a version before the first or after the last one, and keeps in mind which, for as long as
 * the one in its place is shown.
 * @param isOld the answer is to an address before this one
 */
export function useMissed(stream: Stream, state: PageState, isOld: boolean): Missed | null {
  const [missed, setMissed] = useState<Missed | null>(null);
  const { at, goTo } = state;
  const shown = within(stream, at);
  const isOutside = !isOld && at !== null && shown !== null && at !== shown;
  if (isOutside && missed?.asked !== at) setMissed({ asked: at, shown });
  useEffect(() => {
    if (isOutside) goTo(shown);
  }, [isOutside, shown, goTo]);
  return missed !== null && (at === missed.shown || isOutside) ? missed : null;
}

/**
 * The event at a version (the nearest one below, where there is none), and the versions beside it. Where that version is
 * not among them, the nearest one below is before it.
 */
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
  if (event !== null && BigInt(event.version) < at) previous = event.version;
  return { event, previous, next };
}
