/** An event of a stream as far as attempts are counted by it. */
export interface AttemptEvent {
  position: bigint;
  /** Its number, as its payload says; null: it tells of none. */
  attempt: number | null;
  /** Of how many, where the payload says that. */
  attempts: number | null;
  /** What it belongs to: two orders that wait for one shelf count apart. */
  correlationId: string | null;
}

/** The attempt that an event was; `of`: how many there were in its series, null where that cannot be told. */
export interface AttemptWords {
  number: number;
  of: number | null;
}

/** Events of a stream between two attempts of one series, at most. */
export const NEXT_ATTEMPT_WITHIN = 20;

/**
 * The rule of "1 of 3": attempts of one correlation that count on by one (1, 2, 3), each at most
 * {@link NEXT_ATTEMPT_WITHIN} events after the one before, are a series, whatever their types (the last try of a call
 * may be told as a failure of another name). `of` is what the payload says, else the last number of a series that begins
 * at 1 and whose end is in `events`, a stretch of the stream; `isEnd`: nothing comes behind it. A lone first attempt is
 * nothing to tell.
 */
export function attemptsOf({
  events,
  isEnd,
}: {
  events: readonly AttemptEvent[];
  isEnd: boolean;
}): Map<bigint, AttemptWords> {
  const open = new Map<string | null, { places: number[]; next: number }>();
  const said = new Map<bigint, AttemptWords>();
  const close = (places: readonly number[], end: number | null): void => {
    const begins = events[places[0] ?? 0]?.attempt === 1;
    const total = begins ? end : null;
    for (const place of places) {
      const event = events[place];
      if (event === undefined || event.attempt === null) continue;
      const declared = event.attempts !== null && event.attempts >= event.attempt ? event.attempts : null;
      const of = declared ?? total;
      if (event.attempt === 1 && (of === null || of === 1)) continue;
      said.set(event.position, { number: event.attempt, of });
    }
  };
  for (const [place, { attempt, correlationId }] of events.entries()) {
    if (attempt === null) continue;
    const series = open.get(correlationId);
    const last = series?.places.at(-1);
    if (series && last !== undefined && attempt === series.next && place - last <= NEXT_ATTEMPT_WITHIN) {
      series.places.push(place);
      series.next += 1;
      continue;
    }
    if (series) close(series.places, series.next - 1);
    open.set(correlationId, { places: [place], next: attempt + 1 });
  }
  for (const { places, next } of open.values()) {
    // Beyond the stretch the series may go on.
    const isOver = isEnd || events.length - 1 - (places.at(-1) ?? 0) >= NEXT_ATTEMPT_WITHIN;
    close(places, isOver ? next - 1 : null);
  }
  return said;
}
