import { measuredWords } from '../diagram/duration-words';

/** Where times stand on the axis of a picture, in px from its left end. */
export interface Axis {
  width: number;
  place: (time: number) => number;
  ticks: { x: number; label: string }[];
  /** Idle time that is cut out: where its words stand, in the middle. */
  cuts: { at: number; label: string }[];
}

const LEAST_STEP = 26;
const MOST_STEP = 88;
const CUT_STEP = 124;
const BEFORE_NEXT = 24;
const CUT_SHARE = 0.25;
const CUT_FROM_MS = 2_000;
const BETWEEN_TICKS = 10;

const wordsWidth = (words: string): number => words.length * 6;

/**
 * An axis on which every moment has room: steps grow with the logarithm of the time between, and idle time of a quarter
 * of the whole or more is cut, but never shorter than what stands before it (`widthAt`). The order of times is kept, their
 * distance is not. Times are epoch ms, `start` is its 0.
 */
export function steppedAxis(
  times: readonly number[],
  start: number,
  widthAt: (time: number) => number = () => 0,
): Axis {
  const moments = [...new Set(times)].sort((a, b) => a - b);
  const [first = start] = moments;
  const span = (moments.at(-1) ?? first) - first;
  const places = new Map<number, number>();
  const cuts: Axis['cuts'] = [];
  let x = 0;
  for (const [n, moment] of moments.entries()) {
    const before = moments[n - 1];
    if (before !== undefined) {
      const gap = moment - before;
      const isCut = gap >= CUT_FROM_MS && gap >= CUT_SHARE * span && moments.length > 2;
      const step = isCut
        ? Math.max(CUT_STEP, widthAt(before) + BEFORE_NEXT)
        : Math.min(MOST_STEP, LEAST_STEP + 7 * Math.log10(1 + gap));
      if (isCut) {
        const words = wordsWidth(tickLabel(before - start));
        cuts.push({ at: Math.round(x + (words + step) / 2), label: `${measuredWords(gap)} gap` });
      }
      x += step;
    }
    places.set(moment, Math.round(x));
  }
  return {
    width: x,
    place: (time) => places.get(time) ?? 0,
    ticks: spaced(
      moments.map((moment) => ({ x: places.get(moment) ?? 0, label: tickLabel(moment - start) })),
      cuts,
    ),
    cuts,
  };
}

/** An axis to scale, `width` px long. */
export function linearAxis(times: readonly number[], start: number, width: number): Axis {
  const first = times.reduce((min, time) => Math.min(min, time), Infinity);
  const last = times.reduce((max, time) => Math.max(max, time), -Infinity);
  const span = Math.max(1, last - first);
  const place = (time: number): number => Math.round(((time - first) / span) * width);
  const ticks = Array.from({ length: 9 }, (_, n) => first + (span * n) / 8);
  return {
    width,
    place,
    ticks:
      times.length === 0
        ? []
        : spaced(
            ticks.map((time) => ({ x: place(time), label: tickLabel(time - start) })),
            [],
          ),
    cuts: [],
  };
}

const tickLabel = (ms: number): string => (ms <= 0 ? '0' : `+${measuredWords(ms)}`);

/** Ticks whose words touch neither each other nor those of a cut. */
function spaced(ticks: Axis['ticks'], cuts: Axis['cuts']): Axis['ticks'] {
  const kept: Axis['ticks'] = [];
  let end = -Infinity;
  for (const tick of ticks) {
    const right = tick.x + wordsWidth(tick.label);
    const touches = cuts.some(
      ({ at, label }) => tick.x < at + wordsWidth(label) / 2 && right > at - wordsWidth(label) / 2,
    );
    if (tick.x < end + BETWEEN_TICKS || touches) continue;
    kept.push(tick);
    end = right;
  }
  return kept;
}
