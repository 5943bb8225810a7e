import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventListInput } from '@/core/contract/events';
import { FlowInput } from '@/core/contract/flows';
import { contextOf } from '@/server/auth/test-actors';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { listEvents } from '@/server/events/list-events';
import { getFlow } from '@/server/flows/get-flow';
import type { Ctx } from '@/server/http/context';
import { insertFlow } from './flow.fixture';

const OTHERS = 30_000;
const LENGTH = 3_000;

/** A store in which one flow is frequent enough for the statistics to name it, and stands between all other events. */
let db: TestDatabase;
beforeAll(async () => {
  db = await servedDatabase();
  await writeOthers(1);
  await insertFlow(
    db.pool,
    Array.from({ length: LENGTH }, (_, n) => ({
      correlation: 'frequent',
      name: `Type${n % 10}`,
      service: 'orders',
      ...(n === 0 || n % 7 === 0 ? {} : { cause: n - 1 }),
    })),
  );
  await writeOthers(OTHERS + LENGTH + 1);
  await db.pool.query('VACUUM ANALYZE sagascope.event_index');
});
afterAll(() => db.drop());

/** Events of many correlations, from a position on. */
const writeOthers = (from: number) =>
  db.pool.query(
    `INSERT INTO sagascope.event_index (position, event_id, aggregate_type, aggregate_id, version, event_type, event_name,
       event_version, correlation_id, occurred_at)
     SELECT n, gen_random_uuid(), 'Order', 'order-' || n, 1, 'OrderPlaced', 'OrderPlaced', 1, md5(n::text), now()
     FROM generate_series($1::int, $1::int + ${OTHERS - 1}) n`,
    [from],
  );

interface Plan {
  'Index Name'?: string;
  Filter?: string;
  Plans?: Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** Whether it takes events in the order of the store and throws away those of other correlations. */
const walksTheStore = (node: Plan): boolean =>
  node['Index Name'] === 'event_index_position' && (node.Filter ?? '').includes('correlation_id');

/** What `read` asks of the database, as it is planned. */
async function plansOf(read: (ctx: Ctx) => Promise<unknown>): Promise<Plan[]> {
  const ctx = contextOf();
  const asked: [string, readonly unknown[]][] = [];
  const replica: Ctx['db']['replica'] = (text, values = []) => {
    asked.push([text, values]);
    return ctx.db.replica(text, values);
  };
  await read({ ...ctx, db: { ...ctx.db, replica } });
  const plans = await Promise.all(
    asked.map(([text, values]) =>
      ctx.db.replica<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`explain (format json) ${text}`, values),
    ),
  );
  return plans.flatMap(([row]) => (row === undefined ? [] : nodesOf(row['QUERY PLAN'][0].Plan)));
}

const flow =
  (input: Record<string, string>) =>
  (ctx: Ctx): Promise<unknown> =>
    getFlow(ctx, FlowInput.parse({ correlationId: 'frequent', ...input }));
const middle = String(OTHERS + LENGTH / 2);

describe('a frequent correlation in a big store', () => {
  it('is one that a plain order by position looks for in the whole store', async () => {
    const plain = await plansOf((ctx) =>
      ctx.db.replica(
        `select saga_id from sagascope.event_index where correlation_id = $1::text order by position limit 20`,
        ['frequent'],
      ),
    );
    expect(plain.filter(walksTheStore)).toHaveLength(1);
  });

  it.each([
    ['its first view', flow({})],
    ['each event of it', flow({ fold: 'none' })],
    ['a page further on', flow({ fold: 'none', from: middle })],
    ['a page before', flow({ fold: 'none', before: middle })],
    ['the page around an event', flow({ fold: 'none', around: middle })],
    ['its list', (ctx: Ctx) => listEvents(ctx, EventListInput.parse({ correlationId: 'frequent', limit: 10 }))],
    [
      'its list of one type',
      (ctx: Ctx) => listEvents(ctx, EventListInput.parse({ correlationId: 'frequent', type: 'Type0', limit: 10 })),
    ],
  ])('%s reads by the index of correlations', async (_, read) => {
    const plans = await plansOf(read);
    expect(plans.map((node) => node['Index Name'])).toContain('event_index_correlation');
    expect(plans.filter(walksTheStore)).toEqual([]);
  });
});
