'use client';
import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  use,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { makeLive, type Live } from '@/client/live';
import { liveState, UNKNOWN_CONNECTION, type LiveState } from '@/client/live-state';
import type { Count } from '@/core/contract/wire';
import { useTicking } from '@/components/ui/clock';
import { useListsPaused } from './lists-paused';

const unknown = () => UNKNOWN_CONNECTION;
const AT_REST = JSON.stringify(liveState(UNKNOWN_CONNECTION, null, 0));
const nothing = () => () => undefined;

/** A live list of this page: how many rows it holds back, and what lets them in. */
interface LiveList {
  waiting: Count;
  show: () => void;
}

const LiveContext = createContext<Live | null>(null);
const ListsContext = createContext<ReadonlyMap<string, LiveList>>(new Map());
/** Apart from the lists: whoever only reports is not drawn again for what others report. */
const ReportContext = createContext<(name: string, list: LiveList | null) => void>(() => undefined);

/** Starts the live stream of this tab and gathers which lists hold rows back. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [live] = useState(() => makeLive(queries));
  const [all, setAll] = useState<ReadonlyMap<string, LiveList>>(new Map());

  useEffect(() => live.start(), [live]);

  const set = useCallback((name: string, list: LiveList | null) => {
    setAll((before) => {
      const after = new Map(before);
      if (list === null) after.delete(name);
      else after.set(name, list);
      return after;
    });
  }, []);

  return (
    <LiveContext value={live}>
      <ReportContext value={set}>
        <ListsContext value={all}>{children}</ListsContext>
      </ReportContext>
    </LiveContext>
  );
}

/** Makes a list known that holds `waiting` rows back until `show`; answers whether the lists of this tab are paused. */
export function useListPause(name: string, { value, capped }: Count, show: () => void): boolean {
  const set = use(ReportContext);
  const latest = useRef(show);
  useEffect(() => {
    latest.current = show;
  });
  useEffect(() => {
    set(name, { waiting: { value, capped }, show: () => latest.current() });
    return () => set(name, null);
  }, [set, name, value, capped]);
  return useListsPaused();
}

/** The live lists of this page as one: whether there is any, how many rows they hold back, and what lets those in. */
export function useLiveLists(): { any: boolean; waiting: Count; show: () => void } {
  const all = use(ListsContext);
  return useMemo(() => {
    const lists = [...all.values()];
    return {
      any: lists.length > 0,
      waiting: {
        value: lists.reduce((sum, { waiting }) => sum + waiting.value, 0),
        capped: lists.some(({ waiting }) => waiting.capped),
      },
      show: () => {
        for (const list of lists) list.show();
      },
    };
  }, [all]);
}

/** Opens the stream of this browser again, since what may be heard has changed. */
export function useReopen(): () => void {
  const live = use(LiveContext);
  return useCallback(() => live?.reopen(), [live]);
}

/** How live the page is. Draws again when a word of it changes, at most once a second. */
export function useLive(): LiveState {
  const live = use(LiveContext);
  const { any, waiting } = useLiveLists();
  const paused = useListsPaused();
  const connection = useSyncExternalStore(live?.subscribe ?? nothing, live?.connection ?? unknown, unknown);
  const holds = waiting.value > 0 || (paused && any);
  // Through text, because the clock's store draws again only when its words differ.
  const text = useTicking((now) => JSON.stringify(liveState(connection, holds ? waiting : null, now)), AT_REST);
  return useMemo(() => JSON.parse(text) as LiveState, [text]);
}
