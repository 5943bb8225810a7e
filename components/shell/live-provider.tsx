'use client';
import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  use,
  useCallback,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { makeLive, type Live } from '@/client/live';
import { liveState, UNKNOWN_CONNECTION, type LiveState } from '@/client/live-state';
import { useTicking } from '@/components/ui/clock';

const unknown = () => UNKNOWN_CONNECTION;
const AT_REST = JSON.stringify(liveState(UNKNOWN_CONNECTION, null, 0));
const nothing = () => () => undefined;

interface Pauses {
  state: ReadonlyMap<string, number>;
  set: (list: string, count: number | null) => void;
}

const LiveContext = createContext<Live | null>(null);
const PausesContext = createContext<Pauses>({ state: new Map(), set: () => undefined });

/** Starts the live stream of this tab and gathers which lists pause. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [live] = useState(() => makeLive(queries));
  const [paused, setPaused] = useState<ReadonlyMap<string, number>>(new Map());

  useEffect(() => live.start(), [live]);

  const set = useCallback((list: string, count: number | null) => {
    setPaused((before) => {
      if ((before.get(list) ?? null) === count) return before;
      const after = new Map(before);
      if (count === null) after.delete(list);
      else after.set(list, count);
      return after;
    });
  }, []);
  const pauses = useMemo(() => ({ state: paused, set }), [paused, set]);

  return (
    <LiveContext value={live}>
      <PausesContext value={pauses}>{children}</PausesContext>
    </LiveContext>
  );
}

/** Says that `list` holds `count` news back (null: it does not pause). */
export function usePause(list: string, count: number | null): void {
  const { set } = use(PausesContext);
  useEffect(() => {
    set(list, count);
    return () => set(list, null);
  }, [set, list, count]);
}

/** Opens the stream of this browser again, since what may be heard has changed. */
export function useReopen(): () => void {
  const live = use(LiveContext);
  return useCallback(() => live?.reopen(), [live]);
}

/** How live the page is. Draws again when a word of it changes, at most once a second. */
export function useLive(): LiveState {
  const live = use(LiveContext);
  const { state } = use(PausesContext);
  const connection = useSyncExternalStore(live?.subscribe ?? nothing, live?.connection ?? unknown, unknown);
  const waiting = [...state.values()].reduce((sum, count) => sum + count, 0);
  const paused = waiting > 0 ? waiting : null;
  // Through text, because the clock's store draws again only when its words differ.
  const text = useTicking((now) => JSON.stringify(liveState(connection, paused, now)), AT_REST);
  return useMemo(() => JSON.parse(text) as LiveState, [text]);
}
