import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Flow, FlowInput } from '@/core/contract/flows';
import { contextOf } from '@/server/auth/test-actors';
import { servedDatabase } from '@/server/db/served-database';
import { type TestDatabase } from '@/server/db/test-database';
import { type FlowFixture, insertFlow } from './flow.fixture';
import { getFlow } from '@/server/flows/get-flow';

let db: TestDatabase;
beforeAll(async () => {
  db = await servedDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  await db.pool.query(
    'TRUNCATE sagascope.event_index, sagascope.flow, sagascope.flow_service, sagascope.flow_group, sagascope.flow_event, sagascope.saga',
  );
});

const write = (events: readonly FlowFixture[]) => insertFlow(db.pool, events);
const read = async (input: Record<string, string>, ctx = contextOf()) =>
  Flow.parse((await getFlow(ctx, FlowInput.parse({ correlationId: 'order-1', ...input }))).flow);
const ORDER = 'order-1';

const chain = (length: number): FlowFixture[] =>
  Array.from({ length }, (_, n) => ({
    correlation: ORDER,
    name: `Step${n}`,
    service: `service-${n % 3}`,
    ...(n === 0 ? {} : { cause: n - 1 }),
  }));

describe('the flow of a correlation', () => {
  it('folds repeats of one type and cause, and says what each edge rests on', async () => {
    await write([
      { correlation: ORDER, name: 'OrderPlaced', service: 'orders' },
      ...Array.from({ length: 128 }, () => ({
        correlation: ORDER,
        name: 'InventoryReserved',
        service: 'inventory',
        cause: 0,
      })),
      { correlation: ORDER, name: 'ShipmentFailed', service: 'shipping', cause: 5 },
      { correlation: ORDER, name: 'NoteTaken', service: 'orders' },
    ]);
    const flow = await read({});
    expect(flow.nodes.map(({ label, count, tone }) => [label, count, tone])).toEqual([
      ['OrderPlaced', 1, 'plain'],
      ['InventoryReserved', 128, 'plain'],
      ['ShipmentFailed', 1, 'failed'],
      ['NoteTaken', 1, 'plain'],
    ]);
    const label = (id: string) => flow.nodes.find((node) => node.id === id)?.label;
    expect(flow.edges.map(({ from, to, basis }) => [label(from), label(to), basis])).toEqual([
      ['OrderPlaced', 'InventoryReserved', 'causation'],
      ['InventoryReserved', 'ShipmentFailed', 'causation'],
      ['ShipmentFailed', 'NoteTaken', 'correlation'],
    ]);
    expect(flow).toMatchObject({
      shown: 131,
      total: 131,
      failures: 1,
      earlier: null,
      later: null,
      groups: { shown: 4, total: 4 },
      firstFailure: { label: 'ShipmentFailed', position: '130' },
      services: [
        { name: 'orders', events: 2 },
        { name: 'inventory', events: 128 },
        { name: 'shipping', events: 1 },
      ],
    });
    expect(flow.sentence).toContain('OrderPlaced began it: 131 events of 3 services');
    expect(flow.strip?.ticks.reduce((sum, { events }) => sum + events, 0)).toBe(131);
  });

  it('unfolds a group a page at a time, effects on the very event', async () => {
    await write([
      { correlation: ORDER, name: 'OrderPlaced', service: 'orders' },
      ...Array.from({ length: 100 }, () => ({ correlation: ORDER, name: 'Reserved', service: 'inventory', cause: 0 })),
      { correlation: ORDER, name: 'Shipped', service: 'shipping', cause: 3 },
    ]);
    const group = (await read({})).nodes[1]?.group ?? '';
    const flow = await read({ unfold: group });
    expect(flow.nodes.filter(({ member }) => member)).toHaveLength(30);
    expect(flow.nodes.find(({ id }) => id === group)?.count).toBe(70);
    expect(flow.edges).toContainEqual({ from: 'e4', to: flow.nodes.at(-1)?.id, basis: 'causation' });
    expect(flow.unfolded).toEqual({ group, label: 'Reserved', shown: 30, total: 100, earlier: null, later: '32' });
    const second = await read({ unfold: group, members: '32' });
    expect(second.unfolded).toMatchObject({ earlier: '2', later: '62' });
    const last = await read({ unfold: group, members: '72' });
    // The rest is the first of those that are not shown, and never one that is.
    const rests = [flow, second, last].map(({ nodes }) => nodes.find(({ id }) => id === group));
    expect(rests.map((rest) => [rest?.position, rest?.lastPosition, rest?.detail, rest?.version])).toEqual([
      ['32', '101', '#32 to 101', '32'],
      ['2', '101', 'before and after these', '2'],
      ['2', '71', '#2 to 71', '2'],
    ]);
    expect(last.nodes.find(({ id }) => id === group)?.count).toBe(70);
    expect(second.shown).toBe(102);
  });

  it.each([10, 97, 1_000])('pages a chain of %i events without losing or repeating one', async (length) => {
    await write(chain(length));
    const seen: string[] = [];
    let flow = await read({});
    for (;;) {
      expect(flow.nodes.length).toBeLessThanOrEqual(120);
      seen.push(...flow.nodes.map(({ label }) => label));
      if (flow.later === null) break;
      flow = await read({ from: flow.later });
      expect(flow.nodes[0]?.elsewhere).toEqual({ label: seen.at(-1), position: String(seen.length) });
    }
    expect(seen).toEqual(chain(length).map(({ name }) => name));
    const back: string[] = [];
    for (;;) {
      back.unshift(...flow.nodes.map(({ label }) => label));
      if (flow.earlier === null) break;
      flow = await read({ before: flow.earlier });
    }
    expect(back).toEqual(seen);
    expect(flow.shown).toBe(length <= 96 ? length : 60);
    expect(flow.total).toBe(length);
  });

  it('does not fold where that is asked for: each event and its very cause, as far as a picture holds them', async () => {
    const lines = Array.from({ length: 20 }, () => ({ name: 'Reserved', service: 'inventory', cause: 0 }));
    const released = lines.map((_, n) => ({ name: 'Released', service: 'inventory', cause: 1 + n }));
    const events: Omit<FlowFixture, 'correlation'>[] = [
      { name: 'OrderPlaced', service: 'orders' },
      ...lines,
      ...released,
      { name: 'Noted', service: 'x' },
    ];
    await write(events.map((event) => ({ ...event, correlation: ORDER })));
    expect((await read({})).nodes).toHaveLength(4);
    const flow = await read({ fold: 'none' });
    expect(flow.nodes.map(({ id, count }) => [id, count])).toEqual(events.map((_, n) => [`e${n + 1}`, 1]));
    expect(flow.edges).toEqual(
      events.flatMap(({ cause }, n) => {
        if (n === 0) return [];
        return cause === undefined
          ? [{ from: `e${n}`, to: `e${n + 1}`, basis: 'correlation' }]
          : [{ from: `e${cause + 1}`, to: `e${n + 1}`, basis: 'causation' }];
      }),
    );
    expect(flow).toMatchObject({ shown: 42, total: 42, groups: { shown: 42, total: 42 }, earlier: null, later: null });
  });

  it('pages events that are not folded without losing or repeating one, and opens the page around one', async () => {
    await write([
      { correlation: ORDER, name: 'OrderPlaced', service: 'orders' },
      ...Array.from({ length: 300 }, () => ({ correlation: ORDER, name: 'Reserved', service: 'inventory', cause: 0 })),
    ]);
    const seen: string[] = [];
    let flow = await read({ fold: 'none' });
    for (;;) {
      expect(flow).toMatchObject({ shown: flow.nodes.length, total: 301 });
      seen.push(...flow.nodes.map(({ position }) => position ?? ''));
      if (flow.later === null) break;
      flow = await read({ fold: 'none', from: flow.later });
      expect(flow.nodes[0]?.elsewhere).toEqual({ label: 'OrderPlaced', position: '1' });
    }
    expect(seen).toEqual(Array.from({ length: 301 }, (_, n) => String(n + 1)));
    const back: string[] = [];
    for (;;) {
      back.unshift(...flow.nodes.map(({ position }) => position ?? ''));
      if (flow.earlier === null) break;
      flow = await read({ fold: 'none', before: flow.earlier });
    }
    expect(back).toEqual(seen);
    const around = await read({ fold: 'none', around: '200' });
    expect(around.nodes.map(({ position }) => position)).toContain('200');
    expect(around.nodes[0]?.position).toBe('185');
    expect((await read({ fold: 'none', around: '999' })).nodes[0]?.position).toBe('1');
  });

  it('counts the services that it does not name', async () => {
    await write(
      Array.from({ length: 200 }, (_, n) => ({ correlation: ORDER, name: 'Noted', service: `service-${n}` })),
    );
    const flow = await read({});
    expect(flow.services).toHaveLength(120);
    expect(flow.serviceTotal).toBe(200);
    expect(flow.sentence).toContain('200 events of 200 services');
  });

  it('opens the page around an event, wherever it stands', async () => {
    await write(chain(500));
    const flow = await read({ around: '400' });
    expect(flow.nodes.map(({ position }) => position)).toContain('400');
    expect(flow.nodes[0]?.position).toBe('385');
    expect((await read({ around: '999' })).nodes[0]?.position).toBe('1');
    const far = (await read({ around: '400' })).nodes.at(-1)?.group ?? '';
    expect((await read({ unfold: far })).nodes.map(({ group }) => group)).toContain(far);
  });

  it('keeps to 120 nodes where every event hangs on a ghost of its own', async () => {
    await write(
      Array.from({ length: 300 }, (_, n) => ({
        correlation: ORDER,
        name: `E${n}`,
        service: 's',
        causeId: randomUUID(),
      })),
    );
    const flow = await read({});
    expect(flow.nodes).toHaveLength(120);
    expect(flow.shown).toBe(60);
  });

  it('tells self causation and a circle, and draws neither', async () => {
    await write([
      { correlation: ORDER, name: 'A', service: 's', cause: 0 },
      { correlation: ORDER, name: 'B', service: 's', cause: 2 },
      { correlation: ORDER, name: 'C', service: 's', cause: 1 },
    ]);
    const flow = await read({});
    expect(flow.nodes.map(({ label, fault }) => [label, fault])).toEqual([
      ['A', 'self'],
      ['B', 'cycle'],
      ['C', null],
    ]);
    expect(flow.edges.map(({ basis }) => basis)).toEqual(['causation', 'correlation']);
  });
});
