export interface Span {
  /** Epoch ms. */
  from: number;
  to: number;
}

export interface TimeScale {
  /** Epoch ms of the axis' beginning and of the last thing that happened. */
  start: number;
  lastEvent: number;
  /** Share of the axis at which it ends. */
  end: number;
  /** Share of the axis for a time; times outside stand at its ends. */
  place: (time: number) => number;
  ticks: { at: number; label: string }[];
  /** Idle time that is cut out: where, and how long it was. */
  cuts: { at: number; ms: number }[];
  /** After the last event, to now: not to scale. */
  tail: { at: number; from: number } | null;
}

const MOST_CUTS = 8;
const CUT_WIDTH = 0.03;
const TAIL_WIDTH = 0.22;
const CUT_FROM_MS = 10_000;
const MOST_TICKS = 7;

/** Piece of the axis: from `from` to `to` (epoch ms) drawn from `at` on, `width` wide. */
interface Piece extends Span {
  at: number;
  width: number;
}

/**
 * An axis of time over what happened. A gap of more than ten seconds and of more than three times the rest is cut (the
 * eight longest of them); an open end that is long beside what happened becomes a tail that is not to scale.
 */
export function timeScale(
  spans: readonly Span[],
  { startedAt, now, over }: { startedAt: number; now: number; over: boolean },
): TimeScale {
  const start = spans.reduce((min, { from }) => Math.min(min, from), startedAt);
  const lastEvent = spans.reduce((max, { to }) => Math.max(max, to), start);
  const gaps = gapsOf(spans, start);
  const cut = longGaps(gaps, lastEvent - start);
  const shown = lastEvent - start - sum(cut);
  const open = over ? 0 : Math.max(0, now - lastEvent);
  const hasTail = open > Math.max(2_000, shown * 0.15);
  const last = hasTail ? lastEvent : lastEvent + open;
  const main = (hasTail ? 1 - TAIL_WIDTH : 1) - cut.length * CUT_WIDTH;
  const pieces = piecesOf(cut, start, last, main);
  const end = 1;
  const tail = hasTail ? { at: 1 - TAIL_WIDTH, from: lastEvent } : null;
  if (tail) pieces.push({ from: lastEvent, to: Math.max(now, lastEvent + 1), at: tail.at, width: TAIL_WIDTH });
  const place = (time: number) => placeIn(pieces, time, end);
  return {
    start,
    lastEvent,
    end,
    place,
    ticks: ticksOf(start, last, shown + (hasTail ? 0 : open), cut, place),
    cuts: cut.map((gap) => ({ at: place(gap.from) + CUT_WIDTH / 2, ms: gap.to - gap.from })),
    tail,
  };
}

const sum = (spans: readonly Span[]) => spans.reduce((total, { from, to }) => total + to - from, 0);

function gapsOf(spans: readonly Span[], start: number): Span[] {
  const gaps: Span[] = [];
  let reached = start;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    if (from > reached) gaps.push({ from: reached, to: from });
    reached = Math.max(reached, to);
  }
  return gaps;
}

function longGaps(gaps: readonly Span[], total: number): Span[] {
  const work = total - sum(gaps);
  return gaps
    .filter(({ from, to }) => to - from > CUT_FROM_MS && to - from > 3 * work)
    .sort((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, MOST_CUTS)
    .sort((a, b) => a.from - b.from);
}

function piecesOf(cut: readonly Span[], start: number, last: number, main: number): Piece[] {
  const pieces: Piece[] = [];
  const shown = last - start - sum(cut);
  const widthOf = (ms: number) => (shown === 0 ? main / (cut.length + 1) : (ms / shown) * main);
  let from = start;
  let at = 0;
  for (const gap of cut) {
    pieces.push({ from, to: gap.from, at, width: widthOf(gap.from - from) });
    at += widthOf(gap.from - from);
    pieces.push({ from: gap.from, to: gap.to, at, width: CUT_WIDTH });
    at += CUT_WIDTH;
    from = gap.to;
  }
  pieces.push({ from, to: last, at, width: widthOf(last - from) });
  return pieces;
}

function placeIn(pieces: readonly Piece[], time: number, end: number): number {
  for (const { from, to, at, width } of pieces) {
    if (time > to) continue;
    if (to === from) return at;
    return at + (Math.max(0, time - from) / (to - from)) * width;
  }
  return end;
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500].concat(
  [1, 2, 5, 10, 15, 30].map((s) => s * 1_000),
  [1, 2, 5, 10, 15, 30].map((m) => m * 60_000),
  [1, 2, 6, 12].map((h) => h * 3_600_000),
);

/** Ticks at round times after the start; none within a cut, none so close that their words would touch. */
function ticksOf(start: number, last: number, shown: number, cut: readonly Span[], place: (time: number) => number) {
  const day = 86_400_000;
  const step =
    STEPS.find((each) => shown / each <= MOST_TICKS) ?? Math.max(1, Math.ceil(shown / day / MOST_TICKS)) * day;
  const ticks: TimeScale['ticks'] = [{ at: 0, label: '0' }];
  const add = (time: number) => {
    const at = place(time);
    const label = `+${tickWords(time - start)}`;
    if (at - (ticks.at(-1)?.at ?? 0) > 0.045 + 0.008 * label.length) ticks.push({ at, label });
  };
  let from = start;
  for (const piece of [...cut, { from: last, to: last }]) {
    // Round times of this piece only: a cut of years between two pieces costs nothing.
    for (let time = start + Math.max(1, Math.ceil((from - start) / step)) * step; time <= piece.from; time += step)
      add(time);
    from = piece.to;
  }
  return ticks;
}

function tickWords(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${ms / 1_000} s`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.floor((ms % 60_000) / 1_000);
  if (ms < 3_600_000) return seconds === 0 ? `${minutes} m` : `${minutes} m ${seconds} s`;
  const hours = Math.floor(ms / 3_600_000);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} m`;
  return `${Math.floor(hours / 24)} d`;
}
