import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { startWorker, type Worker } from '@/worker/main';
import { rebuild } from '@/worker/rebuild';
import { verify } from '@/worker/verify';

let db: TestDatabase;
let worker: Worker;
const said: string[] = [];
beforeAll(async () => {
  db = await testDatabase();
  worker = await startWorker({ databaseUrl: db.url, log: (line) => said.push(line) });
});
afterAll(async () => {
  await worker.stop();
  await db.drop();
});

async function caughtUp(): Promise<void> {
  for (const end = Date.now() + 30_000; ; await sleep(10)) {
    const { rows } = await db.pool.query(
      `SELECT (SELECT count(*) FROM event_store)::int + (SELECT count(*) FROM saga_log)::int AS written,
         (SELECT sum(rows_applied) FROM sagascope.checkpoint)::int AS applied`,
    );
    if (rows[0].written === rows[0].applied) return;
    if (Date.now() > end) throw new Error('the worker does not catch up');
  }
}
const insertEvent = (payload: unknown, metadata: object = {}, aggregateId: string = randomUUID()) =>
  db.pool.query(
    `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload, metadata)
     SELECT 'Order', $1, coalesce((SELECT max(version) FROM event_store WHERE aggregate_id = $1), 0) + 1, 'E', $2, $3`,
    [aggregateId, JSON.stringify(payload), JSON.stringify(metadata)],
  );
const keys = async (target: string) =>
  (
    await db.pool.query(
      `SELECT concat_ws(' ', kind, field, value, nullif('in ' || tenant_id, 'in ')) AS key FROM sagascope.search_key
       WHERE target = $1 ORDER BY 1`,
      [target],
    )
  ).rows.map(({ key }) => key);

describe('search keys', () => {
  test('of an event: its stream, flow, trace and values, each once, in small letters, in its tenant', async () => {
    await insertEvent(
      { customerId: 'Cust-42', email: 'Jo@Example.org', amount: 12.5, at: '2026-01-01T00:00:00Z', big: 1 },
      { correlation_id: 'Flow-7', trace_id: 'abc', tenant_id: 'north', actor: 'ann@shop' },
      'Order-8841',
    );
    await insertEvent({ customerId: 'cust-42' }, { correlation_id: 'Flow-7', tenant_id: 'north' }, 'Order-8841');
    await caughtUp();
    expect(await keys('Order-8841')).toEqual([
      'stream actor ann@shop in north',
      'stream aggregate id order-8841 in north',
      'stream customerId cust-42 in north',
      'stream email jo@example.org in north',
      'stream number 8841 in north',
    ]);
    expect(await keys('Flow-7')).toEqual(['flow correlation id flow-7 in north', 'trace trace id abc in north']);
    expect(await keys('Cust-42')).toEqual(['value customerId cust-42 in north']);
  });

  test('of a saga: its ids, business key and contexts, whatever row names them', async () => {
    const id = randomUUID();
    const insert = (step: string, context: object | null, tenant: string | null = null) =>
      db.pool.query(
        `INSERT INTO saga_log (saga_id, step_name, status, context, trace_id, tenant_id) VALUES ($1, $2, 'SUCCESS', $3, 'T1', $4)`,
        [id, step, context === null ? null : JSON.stringify(context), tenant],
      );
    await insert('a', { order_id: 'order-9001' });
    await caughtUp();
    await insert('b', { reservation_id: 'RES-5' });
    await caughtUp();
    await insert('c', null);
    await caughtUp();
    expect(await keys(id)).toEqual([
      'saga business key order-9001',
      'saga number 9001',
      'saga reservation_id res-5',
      `saga saga id ${id}`,
      'saga trace id t1',
    ]);
    await insert('d', null, 'south');
    await caughtUp();
    expect(await keys(id)).toContain('saga business key order-9001 in south');
  });

  test('of a payload of ten megabytes its outermost values alone, of what is no object none', async () => {
    await insertEvent({ text: 'x'.repeat(10_000_000), orderId: 'big-1', lines: [{ sku: 'SKU-9' }] }, {}, 'huge');
    for (const payload of [null, 7, 'order-77', ['order-78']]) await insertEvent(payload, {}, 'odd');
    await caughtUp();
    expect(await keys('huge')).toEqual(['stream aggregate id huge', 'stream orderId big-1']);
    expect(await keys('odd')).toEqual(['stream aggregate id odd', 'stream value order-77', 'stream value order-78']);
    expect(said).toEqual([]);
  });

  test('fit an index whatever their length and letters', async () => {
    const long = '語'.repeat(1_000);
    await insertEvent(
      { id: long, key: `k-1${'語'.repeat(190)}` },
      { tenant_id: long, correlation_id: long },
      `${long}1`,
    );
    await caughtUp();
    expect(said).toEqual([]);
    const { rows } = await db.pool.query(`SELECT max(length(value)) AS longest FROM sagascope.search_key`);
    expect(rows[0].longest).toBe(200);
  });

  test('are the same after a rebuild, and verify names a missing one', async () => {
    const all = async () =>
      (
        await db.pool.query(
          `SELECT tenant_id, kind, value, target_type, target FROM sagascope.search_key k
           WHERE kind <> 'saga' OR tenant_id = (SELECT tenant_id FROM sagascope.saga s WHERE s.saga_id::text = k.target) ORDER BY 1, 2, 3, 4, 5`,
        )
      ).rows;
    const before = await all();
    await db.pool.query(`DELETE FROM sagascope.search_key WHERE value IN ('cust-42', 'res-5')`);
    expect((await verify({ databaseUrl: db.url, log: () => undefined })).differences.toSorted()).toEqual([
      'Event 1 is not found by customerId "cust-42" (stream).',
      'Event 1 is not found by customerId "cust-42" (value).',
      'Event 2 is not found by customerId "cust-42" (stream).',
      'Event 2 is not found by customerId "cust-42" (value).',
      expect.stringMatching(/^Saga [\w-]+ is not found by reservation_id "res-5"\.$/),
    ]);
    await rebuild({ databaseUrl: db.url, log: () => undefined });
    expect(await all()).toEqual(before);
    expect((await verify({ databaseUrl: db.url, log: () => undefined })).differences).toEqual([]);
  });
});
