import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowNode } from '../contract/flows';
import { steppedAxis } from './axis';
import { flowGraph, type FlowGroup } from './graph';
import { flowTimeline, MARGIN } from './timeline';

const START = 1_780_000_000_000;
const group = (n: number, more: Partial<FlowGroup>): FlowGroup => ({
  groupId: `group-${n}`,
  cause: n === 0 ? { kind: 'none' } : { kind: 'event', ref: `group-${n - 1}` },
  name: `Event${n}`,
  service: 'orders',
  events: 1,
  firstPosition: String(n),
  lastPosition: String(n),
  firstAt: START + n * 1_000,
  lastAt: START + n * 1_000,
  causeName: null,
  causePosition: null,
  after: null,
  says: '',
  first: null,
  ...more,
});
const drawn = (groups: FlowGroup[], linear: number | null = null) => {
  const graph = flowGraph({ groups, ghosts: [], steps: [], commands: [], unfolded: null });
  const services = [...new Set(groups.map(({ service }) => service))].map((name) => ({ name, events: 1 }));
  return flowTimeline({ ...graph, services }, { linear, start: START });
};

describe('the timeline of a flow', () => {
  it('cuts long idle time and says how long it was', () => {
    const axis = steppedAxis([0, 32, 410, 1_620, 6_700, 22_700, 24_300], 0);
    expect(axis.cuts).toMatchObject([{ label: '16.0 s gap' }]);
    expect(axis.ticks[0]).toEqual({ x: 0, label: '0' });
    expect(axis.ticks[1]?.label).toBe('+32 ms');
  });

  it('runs straight within a row, around corners else, and out on the left where the clock ran backwards', () => {
    const forwards = drawn([
      group(0, {}),
      group(1, { firstAt: START + 100_000_000 }),
      group(2, { service: 'shipping', firstAt: START + 100_001_000 }),
    ]);
    expect(forwards.edges.map(({ path }) => path)).toEqual([
      expect.stringMatching(/^M\d+ \d+H\d+$/),
      expect.stringMatching(/^M\d+ \d+V\d+a6 6 0 0 0 6 6H\d+$/),
    ]);
    const backwards = drawn([group(0, {}), group(1, { firstAt: START - 5_000 })]);
    expect(backwards.edges[0]?.path).toMatch(/^M\d+ \d+H-?\d+a6 6 0 0 [01] -6 -?6V-?\d+a6 6 0 0 [01] 6 -?6H\d+$/);
  });

  it('for any flow: the left edge is the time, no two nodes touch, all stand in their lane', () => {
    const any = fc.array(
      fc.record({
        name: fc.string({ maxLength: 60 }),
        service: fc.constantFrom('a', 'b', '', 'a much longer name of a service'),
        firstAt: fc.oneof(
          fc.integer({ min: START, max: START + 50 }),
          fc.integer({ min: START, max: START + 10_000_000 }),
        ),
        events: fc.constantFrom(1, 1, 128),
      }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(any, fc.constantFrom(null, 900), (all, linear) => {
        const { nodes, lanes, width, axis, height } = drawn(
          all.map((more, n) => group(n, more)),
          linear,
        );
        const at = (node: FlowNode) => Date.parse(node.at ?? '');
        const byTime = nodes.toSorted((a, b) => at(a.node) - at(b.node));
        for (const [n, box] of byTime.entries()) {
          const before = byTime[n - 1];
          if (before !== undefined) {
            expect(box.x).toBeGreaterThanOrEqual(before.x);
            if (at(box.node) === at(before.node)) expect(box.x).toBe(before.x);
          }
          expect(box.x).toBe(MARGIN + axis.place(at(box.node)));
          expect(box.x + box.width).toBeLessThan(width);
          const lane = lanes.find(({ name }) => name === box.node.service);
          expect(box.y).toBeGreaterThan(lane?.y ?? Infinity);
          expect(box.y + box.height).toBeLessThan((lane?.y ?? 0) + (lane?.height ?? 0));
          for (const other of byTime.slice(n + 1)) {
            const apart = other.x >= box.x + box.width || box.x >= other.x + other.width;
            expect(apart || other.y >= box.y + box.height || box.y >= other.y + other.height).toBe(true);
          }
        }
        expect(lanes.reduce((sum, lane) => sum + lane.height, 31)).toBe(height);
      }),
      { numRuns: 60 },
    );
  });

  it('leads an arrow above a row in which another node stands before its effect', () => {
    const { edges, nodes } = drawn(
      [
        group(0, { cause: { kind: 'none' } }),
        ...[1, 2].map((n) => group(n, { cause: { kind: 'event', ref: 'group-0' }, firstAt: START + 500 * n ** 3 })),
      ],
      900,
    );
    const [first, between, effect] = nodes;
    expect(new Set([first?.y, between?.y, effect?.y]).size).toBe(1);
    expect(edges[0]?.path).not.toContain('V');
    // Up to the gutter above the row, and along it.
    expect(edges[1]?.path).toContain(`V${effect?.y}a6 6 0 0 1 6 -6H`);
  });
});
