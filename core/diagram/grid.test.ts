import { describe, expect, test } from 'vitest';
import { grid, type GridNode } from './grid';
import { ORDER, PICTURE, sagaOf } from './logs';
import { sagaDiagram } from './saga-diagram';

const drawn = sagaDiagram(sagaOf(PICTURE), ORDER, { direction: 'LR' });
const lying = grid(drawn.nodes, drawn.edges, 168, 'LR');
const upright = grid(drawn.nodes, drawn.edges, 160, 'TB');
const place = (laid: typeof lying, name: string) =>
  laid.boxes.get(drawn.nodes.find((node) => node.name === name)?.id ?? '');

describe('lying', () => {
  test('each undo stands under its step, the lanes are straight', () => {
    const pairs = [
      ['reserve_inventory', 'release_inventory'],
      ['authorize_payment', 'void_payment'],
      ['create_shipment', 'cancel_shipment'],
    ] as const;
    for (const [step, undo] of pairs) {
      expect(place(lying, undo)?.x).toBe(place(lying, step)?.x);
      expect(place(lying, undo)?.y).toBeGreaterThan(place(lying, step)?.y ?? 0);
    }
    expect(new Set(['reserve_inventory', 'confirm_order'].map((name) => place(lying, name)?.y)).size).toBe(1);
  });

  test('the path turns back from the bottom of the failed step to the top of the first undo', () => {
    const turn = lying.routes[drawn.edges.findIndex(({ label }) => label !== null)];
    const from = place(lying, 'create_shipment');
    const to = place(lying, 'void_payment');
    expect(turn?.path.startsWith(`M${(from?.x ?? 0) + 84} ${(from?.y ?? 0) + 46}`)).toBe(true);
    expect(turn?.path.endsWith(`L${(to?.x ?? 0) + 84} ${to?.y}`)).toBe(true);
  });

  test('no two boxes overlap and all lie within the picture', () => {
    for (const laid of [lying, upright]) {
      const boxes = [...laid.boxes.values()];
      for (const [at, a] of boxes.entries()) {
        expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= laid.width && a.y + a.height <= laid.height).toBe(true);
        for (const b of boxes.slice(at + 1)) {
          const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
          expect(apart).toBe(true);
        }
      }
    }
  });
});

test('upright: steps on the left, each undo on the right beside its step, within 344 px', () => {
  expect(place(upright, 'void_payment')?.y).toBe(place(upright, 'authorize_payment')?.y);
  expect(place(upright, 'void_payment')?.x).toBeGreaterThan(place(upright, 'authorize_payment')?.x ?? 0);
  expect(upright.width).toBeLessThanOrEqual(350);
});

test('an arrow to a node that is not there has no path', () => {
  const nodes: GridNode[] = [{ id: 'f0', lane: 'forward', column: 0, row: 0 }];
  expect(grid(nodes, [{ from: 'f0', to: 'f9', taken: true }], 168, 'LR').routes[0]?.path).toBe('');
});
