import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timeline, type TimelineAttempt, type TimelineInput } from './timeline';

const T0 = Date.UTC(2026, 2, 1, 14, 20, 6);
let rows = 0;
const attempt = (from: number | null, to: number | null, more: Partial<TimelineAttempt> = {}): TimelineAttempt => ({
  number: 1,
  startedAt: from === null ? null : T0 + from,
  finishedAt: to === null ? null : T0 + to,
  outcome: to === null ? 'running' : 'done',
  lastLogId: String(++rows),
  ...more,
});
const of = (attempts: Record<string, TimelineAttempt[]>, more: Partial<TimelineInput> = {}) =>
  timeline({
    startedAt: T0,
    now: T0 + 1_000_000,
    over: true,
    waitingIn: null,
    lanes: Object.entries(attempts).map(([id, list]) => ({ id, attempts: list })),
    ...more,
  });

describe('the axis', () => {
  test('picture 03: to scale, backoff kept, the wait for a person as a tail', () => {
    const drawn = of(
      {
        ship: [attempt(0, 5_000), attempt(7_000, 12_000), attempt(16_000, 21_000)],
        release: [attempt(22_000, 22_500), attempt(24_500, 25_000), attempt(31_000, 31_500)],
      },
      { over: false, now: T0 + 1_094_000, waitingIn: 'release' },
    );
    expect(drawn.scale.cuts).toEqual([]);
    expect(drawn.scale.ticks.map(({ label }) => label)).toEqual([
      '0',
      '+5 s',
      '+10 s',
      '+15 s',
      '+20 s',
      '+25 s',
      '+30 s',
    ]);
    expect(drawn.scale.tail).toEqual({ at: 0.78, from: T0 + 31_500 });
    expect(drawn.lanes[1]?.hold).toMatchObject({ left: 0.78, ms: 1_062_500 });
    expect(drawn.lanes[0]?.hold).toBeNull();
    expect(drawn.lanes[0]?.waits).toHaveLength(2);
    expect(drawn.workMs).toBe(16_500);
    expect(drawn.totalMs).toBe(1_094_000);
  });

  test('idle time is cut, and what stands around it keeps its scale', () => {
    const drawn = of({ a: [attempt(0, 1_000)], b: [attempt(3_601_000, 3_602_000)] });
    expect(drawn.scale.cuts).toMatchObject([{ ms: 3_600_000 }]);
    expect(drawn.lanes[0]?.bars[0]?.width).toBeCloseTo(drawn.lanes[1]?.bars[0]?.width ?? 0);
    expect(drawn.lanes[1]?.bars[0]?.width).toBeCloseTo(0.485);
  });

  test('an attempt without an outcome reaches to the next attempt, and counts as work until then', () => {
    const drawn = of({ a: [attempt(0, null), attempt(6_000, null), attempt(9_000, 12_000)] }, { over: false });
    const [first, second, third] = drawn.lanes[0]?.bars ?? [];
    expect((first?.left ?? 0) + (first?.width ?? 0)).toBeCloseTo(second?.left ?? -1);
    expect((second?.left ?? 0) + (second?.width ?? 0)).toBeCloseTo(third?.left ?? -1);
    expect(drawn.workMs).toBe(12_000);
  });

  test('a running attempt reaches to the end', () => {
    const drawn = of({ a: [attempt(0, null)] }, { over: false });
    const bar = drawn.lanes[0]?.bars[0];
    expect((bar?.left ?? 0) + (bar?.width ?? 0)).toBe(1);
    expect(drawn.workMs).toBe(1_000_000);
  });
});

describe('odd clocks and many rows', () => {
  test('one row, no length: a bar at the start, no NaN', () => {
    const drawn = of({ a: [attempt(null, 0)] });
    expect(drawn.lanes[0]?.bars[0]).toMatchObject({ left: 0, width: 0, backwards: false });
    expect(drawn.totalMs).toBe(0);
  });

  test('an attempt that ends before it begins has no length and says so', () => {
    const drawn = of({ a: [attempt(500, 100)] });
    expect(drawn.lanes[0]?.bars[0]).toMatchObject({ width: 0, backwards: true });
  });

  test('a row from 1970 is on the axis, the years between are cut', () => {
    const drawn = of({ a: [attempt(-T0, -T0 + 10)], b: [attempt(0, 1_000)] });
    expect(drawn.scale.cuts).toHaveLength(1);
    expect(drawn.scale.ticks.length).toBeLessThan(20);
    expect(drawn.lanes[1]?.bars[0]?.width).toBeGreaterThan(0.5);
  });

  test('thousands of attempts are folded and counted', () => {
    const drawn = of({
      a: Array.from({ length: 5_000 }, (_, at) => attempt(at * 100, at * 100 + 50, { number: at + 1 })),
    });
    expect(drawn.lanes[0]?.bars).toHaveLength(60);
    expect(drawn.lanes[0]?.waits.reduce((sum, { folded }) => sum + folded, 0)).toBe(4_940);
  });

  test('any attempts: every share between 0 and 1, ticks in order', () => {
    const time = fc.option(fc.integer({ min: -1e12, max: 1e12 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(time, time), { maxLength: 30 }), fc.boolean(), (times, over) => {
        const drawn = of({ a: times.map(([from, to]) => attempt(from, to)) }, { over });
        for (const { left, width } of drawn.lanes[0]?.bars ?? []) {
          expect(left).toBeGreaterThanOrEqual(0);
          expect(left + width).toBeLessThanOrEqual(1 + 1e-9);
        }
        const at = drawn.scale.ticks.map((tick) => tick.at);
        expect(at).toEqual([...at].sort((a, b) => a - b));
      }),
    );
  });
});
