'use client';
import { useId, useState, type FocusEvent, type PointerEvent } from 'react';
import { usePause } from './live-provider';
import { steadyRows } from './steady-rows';

export interface SteadyList<T> {
  rows: T[];
  /** How many rows wait until the list goes on. */
  waiting: number;
  /** Goes on at once, though the pointer is still there. */
  resume: () => void;
  /** True for a row that came after the list was first drawn: it is tinted once. */
  isNew: (row: T) => boolean;
  bind: {
    onPointerEnter: (event: PointerEvent) => void;
    onPointerLeave: (event: PointerEvent) => void;
    onFocus: () => void;
    onBlur: (event: FocusEvent) => void;
  };
}

/** Holds the order of a live list while the pointer or the focus is in it; its rows still change in place. */
export function useSteadyList<T>(items: readonly T[], idOf: (item: T) => string): SteadyList<T> {
  const name = useId();
  const [first] = useState(() => new Set(items.map(idOf)));
  const [held, setHeld] = useState<readonly T[] | null>(null);
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);
  const { rows, waiting } = steadyRows(held, items, idOf);
  usePause(name, held === null || waiting === 0 ? null : waiting);

  const hold = () => setHeld((before) => before ?? items);
  return {
    rows,
    waiting,
    resume: () => setHeld(pointer || focus ? items : null),
    isNew: (row) => !first.has(idOf(row)),
    bind: {
      onPointerEnter: (event) => {
        if (event.pointerType !== 'mouse') return;
        setPointer(true);
        hold();
      },
      onPointerLeave: () => {
        setPointer(false);
        if (!focus) setHeld(null);
      },
      onFocus: () => {
        setFocus(true);
        hold();
      },
      onBlur: (event) => {
        if (event.currentTarget.contains(event.relatedTarget)) return;
        setFocus(false);
        if (!pointer) setHeld(null);
      },
    },
  };
}
