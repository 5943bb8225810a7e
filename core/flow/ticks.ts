/** Events in one span of time. `at` is its beginning in widths since the epoch. */
export interface Tick {
  at: number;
  events: number;
  failed: number;
  undone: number;
}

/** How many events when, over real time: spans of `width` ms (a power of two) that hold an event, in order. */
export interface Ticks {
  width: number;
  ticks: readonly Tick[];
}

/** Spans that one flow keeps: bars of the strip below its picture. */
export const MOST_TICKS = 96;

/**
 * The ticks with more events in them. The width is the least power of two at which first and last fit into
 * {@link MOST_TICKS} spans, so the answer does not depend on the order in which events come.
 * @param events times in epoch ms
 */
export function withEvents(
  before: Ticks | null,
  events: readonly { at: number; failed: boolean; undone: boolean }[],
): Ticks {
  const width0 = before?.width ?? 1;
  const first = events.reduce((min, { at }) => Math.min(min, at), (before?.ticks[0]?.at ?? Infinity) * width0);
  const last = events.reduce((max, { at }) => Math.max(max, at), (before?.ticks.at(-1)?.at ?? -Infinity) * width0);
  let width = width0;
  while (Math.floor(last / width) - Math.floor(first / width) >= MOST_TICKS) width *= 2;
  const spans = new Map<number, Tick>();
  const add = (at: number, counts: Omit<Tick, 'at'>) => {
    const tick = spans.get(at);
    if (tick === undefined) spans.set(at, { at, ...counts });
    else {
      tick.events += counts.events;
      tick.failed += counts.failed;
      tick.undone += counts.undone;
    }
  };
  for (const { at, ...counts } of before?.ticks ?? []) add(Math.floor((at * width0) / width), counts);
  for (const { at, failed, undone } of events)
    add(Math.floor(at / width), { events: 1, failed: Number(failed), undone: Number(undone) });
  return { width, ticks: [...spans.values()].sort((a, b) => a.at - b.at) };
}
