import { expect, it } from 'vitest';
import { steadyRows } from './steady-rows';

const row = (id: string, text: string) => ({ id, text });
const idOf = (item: { id: string }) => item.id;

it('shows the answer as it is while nothing holds the list', () => {
  expect(steadyRows(null, [row('b', '2'), row('a', '1')], idOf)).toEqual({
    rows: [row('b', '2'), row('a', '1')],
    waiting: { value: 0, capped: false },
  });
});

it('keeps the held order, changes rows in place, and counts what waits outside', () => {
  const held = [row('a', 'running'), row('b', 'running'), row('gone', 'done')];
  const items = [row('new', '!'), row('b', 'failed'), row('a', 'running')];
  expect(steadyRows(held, items, idOf)).toEqual({
    rows: [row('a', 'running'), row('b', 'failed'), row('gone', 'done')],
    waiting: { value: 1, capped: false },
  });
});

it('says that there may be more where a whole page is new', () => {
  const held = [row('a', '1'), row('b', '2')];
  expect(steadyRows(held, [row('d', '4'), row('c', '3')], idOf).waiting).toEqual({ value: 2, capped: true });
});
