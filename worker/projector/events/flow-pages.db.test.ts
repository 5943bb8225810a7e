import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Flow, FlowInput } from '@/core/contract/flows';
import { contextOf } from '@/server/auth/test-actors';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { getFlow } from '@/server/flows/get-flow';
import { insertSagas } from '@/server/sagas/saga-row.fixture';
import { type FlowFixture, insertFlow } from './flow.fixture';

let db: TestDatabase;
beforeAll(async () => {
  db = await servedDatabase();
});
afterAll(() => db.drop());
const empty = () =>
  db.pool.query(
    'TRUNCATE sagascope.event_index, sagascope.flow, sagascope.flow_service, sagascope.flow_group, sagascope.flow_event, sagascope.saga',
  );
beforeEach(empty);

const ORDER = 'order-1';
type Input = Record<string, string>;
const read = async (input: Input) => {
  const { flow } = await getFlow(contextOf(), FlowInput.parse({ correlationId: ORDER, ...input }));
  expect(flow.nodes.length).toBeLessThanOrEqual(120);
  return Flow.parse(flow);
};

/** Positions at which the events, or stacks of them, of a picture begin. */
const shownBy = (flow: Flow): string[] =>
  flow.nodes.flatMap(({ kind, member, position }) =>
    kind === 'event' && !member && position !== null ? [position] : [],
  );

const MOST_PAGES = 200;

/** Every page from the first to the last one, then back to the first. */
async function pages(input: Input): Promise<{ there: string[]; back: string[]; events: number; total: number }> {
  const there: string[] = [];
  let flow = await read(input);
  let events = flow.shown;
  for (let n = 0; ; n += 1) {
    there.push(...shownBy(flow));
    if (flow.later === null || n === MOST_PAGES) break;
    flow = await read({ ...input, from: flow.later });
    events += flow.shown;
  }
  const back: string[] = [];
  for (let n = 0; ; n += 1) {
    back.unshift(...shownBy(flow));
    if (flow.earlier === null || n === MOST_PAGES) break;
    flow = await read({ ...input, before: flow.earlier });
  }
  return { there, back, events, total: flow.total };
}

/** A saga with this many steps, each tried twice. */
async function writeSaga(steps: number): Promise<void> {
  if (steps === 0) return;
  const names = Array.from({ length: steps }, (_, n) => `step_${n}`);
  const [sagaId] = await insertSagas(db.pool, [{ correlation_id: ORDER }]);
  await db.pool.query('UPDATE sagascope.saga SET steps = $2 WHERE saga_id = $1', [
    sagaId,
    JSON.stringify(names.map((stepName) => ({ stepName, state: 'pending' }))),
  ]);
  await db.pool.query(
    `INSERT INTO saga_log (saga_id, step_name, status, phase)
     SELECT $1, s, t, 'ACTION' FROM unnest($2::text[]) s, unnest(ARRAY['PENDING', 'FAILED', 'PENDING']) t`,
    [sagaId, names],
  );
}

const event = fc.record({
  name: fc.constantFrom('Placed', 'Reserved', 'Shipped', 'ChargeFailed', 'Noted'),
  service: fc.constantFrom('orders', 'stock', ''),
  cause: fc.oneof(
    { weight: 5, arbitrary: fc.constant('ghost' as const) },
    { weight: 2, arbitrary: fc.nat({ max: 400 }) },
    { weight: 1, arbitrary: fc.constant('none' as const) },
  ),
});

const written = (events: readonly { name: string; service: string; cause: number | 'ghost' | 'none' }[]) =>
  events.map(({ cause, ...rest }): FlowFixture => {
    if (cause === 'none') return { correlation: ORDER, ...rest };
    if (cause === 'ghost') return { correlation: ORDER, ...rest, causeId: randomUUID() };
    return { correlation: ORDER, ...rest, cause: cause % events.length };
  });

describe('the pages of a flow', () => {
  it('reach every event once, and lead back, whatever ghosts, steps and commands take of their room', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 260, size: 'max' }),
        fc.constantFrom(0, 3, 40),
        fc.constantFrom('repeats', 'none'),
        fc.constantFrom('0', '1'),
        fc.nat(),
        async (events, steps, fold, commands, any) => {
          await empty();
          await writeSaga(steps);
          await insertFlow(db.pool, written(events));
          const input = { fold, commands };
          const { there, back, events: shown, total } = await pages(input);
          expect(total).toBe(events.length);
          expect(shown).toBe(total);
          expect(new Set(there).size).toBe(there.length);
          expect(there).toEqual(there.toSorted((a, b) => Number(a) - Number(b)));
          expect(back).toEqual(there);
          const around = String(1 + (any % events.length));
          const group = await groupAt(around, fold);
          expect((await read({ ...input, around })).nodes.map(({ id }) => id)).toContain(group);
          if (fold === 'none') return;
          expect((await read({ ...input, unfold: group })).unfolded).toMatchObject({ group });
        },
      ),
      { numRuns: 15 },
    );
  }, 120_000);

  it('90 events with a missing cause each: the last of them is reached', async () => {
    await insertFlow(
      db.pool,
      Array.from({ length: 90 }, (_, n) => ({
        correlation: ORDER,
        name: `E${n}`,
        service: 's',
        causeId: randomUUID(),
      })),
    );
    const first = await read({});
    expect(first).toMatchObject({ shown: 60, earlier: null, later: '61' });
    expect(await read({ from: '61' })).toMatchObject({ shown: 30, earlier: '61', later: null });
    expect(shownBy(await read({ before: '61' }))).toEqual(shownBy(first));
    expect(shownBy(await read({ around: '90' }))).toContain('90');
    expect(await read({ from: '91' })).toMatchObject({ shown: 0, earlier: '91', later: null });
  });
});

/** The node that an event stands in. */
async function groupAt(position: string, fold: string): Promise<string> {
  if (fold === 'none') return `e${position}`;
  const { rows } = await db.pool.query<{ group: string }>(
    'SELECT group_id::text AS group FROM sagascope.flow_event WHERE position = $1',
    [position],
  );
  return rows[0]?.group ?? '';
}
