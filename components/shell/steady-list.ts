'use client';
import { useCallback, useId, useRef, useState, type FocusEvent, type PointerEvent, type RefCallback } from 'react';
import { useListPause } from './live-provider';
import { steadyRows } from './steady-rows';

export interface SteadyList<T> {
  rows: T[];
  /** True for a row that came after the list was first drawn: it is tinted once. */
  isNew: (row: T) => boolean;
  bind: {
    ref: RefCallback<HTMLTableSectionElement>;
    onPointerEnter: (event: PointerEvent) => void;
    onPointerLeave: (event: PointerEvent) => void;
    onFocus: () => void;
    onBlur: (event: FocusEvent) => void;
  };
}

/**
 * Holds the order of a live list while the pointer or the focus is in it, while its first row is scrolled away, and while
 * somebody paused the lists of this tab; its rows still change in place.
 */
export function useSteadyList<T>(items: readonly T[], idOf: (item: T) => string): SteadyList<T> {
  const name = useId();
  const [first] = useState(() => new Set(items.map(idOf)));
  const [held, setHeld] = useState<readonly T[] | null>(null);
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);
  const { scrolled, ref, scrollBack } = useScrolledAway();
  const { rows, waiting } = steadyRows(held, items, idOf);

  // What is drawn, not what came with the same event: the row under the pointer stays.
  const hold = () => setHeld((before) => before ?? items);
  // Though the pointer is still there, or the list is paused.
  const show = () => {
    setHeld(items);
    if (scrolled) scrollBack();
  };
  const paused = useListPause(name, waiting, show);
  const holds = paused || pointer || focus || scrolled;
  if (holds && held === null) setHeld(items);
  if (!holds && held !== null) setHeld(null);

  return {
    rows,
    isNew: (row) => !first.has(idOf(row)),
    bind: {
      ref,
      onPointerEnter: (event) => {
        if (event.pointerType !== 'mouse') return;
        setPointer(true);
        hold();
      },
      onPointerLeave: () => setPointer(false),
      onFocus: () => {
        setFocus(true);
        hold();
      },
      onBlur: (event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocus(false);
      },
    },
  };
}

/** Whether the first row has begun to go under the top bar. The page scrolls, not the list. */
function useScrolledAway() {
  const [scrolled, setScrolled] = useState(false);
  const body = useRef<HTMLTableSectionElement>(null);
  const ref = useCallback((element: HTMLTableSectionElement | null) => {
    body.current = element;
    if (element === null) return;
    const look = () => setScrolled(element.getBoundingClientRect().top < topBarHeight());
    look();
    window.addEventListener('scroll', look, { passive: true });
    return () => window.removeEventListener('scroll', look);
  }, []);
  const scrollBack = () => {
    const table = body.current?.closest('table');
    if (table) window.scrollBy({ top: table.getBoundingClientRect().top - topBarHeight() - 16 });
  };
  return { scrolled, ref, scrollBack };
}

const topBarHeight = (): number =>
  Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--topbar-h'));
