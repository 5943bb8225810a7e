import { timeScale, type Span, type TimeScale } from './time-scale';

export interface TimelineAttempt {
  number: number;
  /** Epoch ms; null where only the outcome was written. */
  startedAt: number | null;
  finishedAt: number | null;
  outcome: 'running' | 'done' | 'failed';
  /** The row that ended it, or opened it while it runs: names the attempt. */
  lastLogId: string;
}

export interface TimelineInput {
  /** Epoch ms. */
  startedAt: number;
  now: number;
  /** Nothing more is expected: the axis ends with the last row. */
  over: boolean;
  lanes: readonly { id: string; attempts: readonly TimelineAttempt[] }[];
  /** A person is waited for, shown in this lane. */
  waitingIn: string | null;
}

/** Shares of the axis, 0 to 1. */
export interface Bar {
  left: number;
  width: number;
  attempt: TimelineAttempt;
  /** The writer's clock ran backwards: it ended before it began. */
  backwards: boolean;
}

export interface TimelineLane {
  id: string;
  bars: Bar[];
  /** Between two attempts: the wait before the next one. `folded`: so many attempts are not drawn there. */
  waits: { left: number; width: number; folded: number }[];
  /** Since the last row a person is waited for. */
  hold: { left: number; width: number; ms: number } | null;
}

export interface Timeline {
  lanes: TimelineLane[];
  scale: TimeScale;
  /** From the first to the last row, or to now while more is expected. */
  totalMs: number;
  /** During which at least one attempt ran. */
  workMs: number;
}

const MOST_BARS = 60;
const FIRST_BARS = 10;

/**
 * Where each attempt of a saga stands on one axis of time: idle time is cut, an attempt that ends before it begins has
 * no length, more than sixty attempts of a lane are folded and counted. Pure; times in epoch ms.
 */
export function timeline(input: TimelineInput): Timeline {
  const spans = input.lanes.flatMap(({ attempts }) => attempts.map((attempt) => spanOf(attempt)));
  const scale = timeScale(spans, input);
  const busy = merged(
    input.lanes.flatMap(({ attempts }) =>
      attempts.map((attempt, at) => ({
        ...spanOf(attempt),
        ...(attempt.outcome === 'running'
          ? { to: Math.max(supersededAt(attempts, at) ?? input.now, spanOf(attempt).from) }
          : {}),
      })),
    ),
  );
  const end = input.over ? scale.lastEvent : Math.max(input.now, scale.lastEvent);
  return {
    lanes: input.lanes.map((lane) => laneOf(lane, scale, input)),
    scale,
    totalMs: end - scale.start,
    workMs: busy.reduce((sum, { from, to }) => sum + to - from, 0),
  };
}

function spanOf({ startedAt, finishedAt }: TimelineAttempt): Span {
  const from = startedAt ?? finishedAt ?? 0;
  return { from, to: Math.max(from, finishedAt ?? from) };
}

/** When the next attempt began: from then on one without an outcome is no longer waited for. Epoch ms. */
function supersededAt(attempts: readonly TimelineAttempt[], at: number): number | null {
  const next = attempts[at + 1];
  return next === undefined ? null : spanOf(next).from;
}

/** Spans in order, those that touch joined. */
export function merged(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else joined.push({ ...span });
  }
  return joined;
}

function laneOf(
  { id, attempts }: TimelineInput['lanes'][number],
  scale: TimeScale,
  { now, waitingIn }: TimelineInput,
): TimelineLane {
  const folded = attempts.length > MOST_BARS ? attempts.length - MOST_BARS : 0;
  const drawn = folded === 0 ? attempts : [...attempts.slice(0, FIRST_BARS), ...attempts.slice(FIRST_BARS + folded)];
  const bars = drawn.map((attempt, at) => {
    const { from, to } = spanOf(attempt);
    const left = scale.place(from);
    const next = supersededAt(drawn, at);
    const open = next === null ? scale.end : scale.place(next);
    const right = attempt.outcome === 'running' ? open : scale.place(to);
    const backwards =
      attempt.startedAt !== null && attempt.finishedAt !== null && attempt.finishedAt < attempt.startedAt;
    return { left, width: Math.max(0, right - left), attempt, backwards };
  });
  const waits = bars.slice(1).flatMap((bar, at) => {
    const before = bars[at];
    const left = before === undefined ? bar.left : before.left + before.width;
    const hidden = folded > 0 && at === FIRST_BARS - 1 ? folded : 0;
    return bar.left > left ? [{ left, width: bar.left - left, folded: hidden }] : [];
  });
  const held = waitingIn === id && scale.tail !== null && !drawn.some(({ outcome }) => outcome === 'running');
  const hold =
    held && scale.tail !== null
      ? { left: scale.tail.at, width: scale.end - scale.tail.at, ms: Math.max(0, now - scale.tail.from) }
      : null;
  return { id, bars, waits, hold };
}
