import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { backfill } from './backfill';
import { OPEN_CASES } from './history-scenarios';
import type { Shop } from './shop';
import { ensureShopSchema } from './schema';
import { call, effectsOf, logOf, openShop, wrongShelves } from './test-shop';

let db: TestDatabase;
let shop: Shop;
let written: number;
const end = Date.now();
const options = { seed: 7, rate: 0.2, faultShare: 0.3, end, hours: 3, say: () => undefined };

beforeAll(async () => {
  db = await testDatabase();
  await ensureShopSchema(db.pool);
  written = await backfill({ ...options, pool: db.pool });
  shop = await openShop(db.url);
});
afterAll(async () => {
  await shop?.stop();
  await db?.drop();
});

const count = async (sql: string, values: unknown[] = []): Promise<number> =>
  Number((await db.pool.query<{ n: string }>(`SELECT count(*) AS n FROM (${sql}) x`, values)).rows[0]?.n);

test('history has the orders of its rate, in the past, rising, and in the order of time', async () => {
  expect(written).toBe(3 * 720 + OPEN_CASES.length);
  expect(await count('SELECT DISTINCT saga_id FROM saga_log')).toBe(written);
  expect(await count('SELECT 1 FROM saga_log WHERE created_at > to_timestamp($1)', [end / 1000])).toBe(0);
  expect(
    await count(
      'SELECT 1 FROM (SELECT created_at, lag(created_at) OVER (ORDER BY id) AS before FROM saga_log) x WHERE created_at < before',
    ),
  ).toBe(0);
  expect(
    await count(
      'SELECT 1 FROM (SELECT occurred_at, lag(occurred_at) OVER (ORDER BY position) AS before FROM event_store) x WHERE occurred_at < before',
    ),
  ).toBe(0);
  const half = new Date(end - 1.5 * 3_600_000);
  expect(await count('SELECT 1 FROM shop.orders WHERE placed_at >= $1', [half])).toBeGreaterThan(
    1.1 * (await count('SELECT 1 FROM shop.orders WHERE placed_at < $1', [half])),
  );
  // Sagas are interleaved: rows of another saga lie between a saga's first and last row.
  expect(await count('SELECT saga_id FROM saga_log GROUP BY 1 HAVING max(id) - min(id) >= count(*)')).toBeGreaterThan(
    100,
  );
});

test('a second start adds nothing', async () => {
  const rows = await count('SELECT 1 FROM saga_log');
  expect(await backfill({ ...options, pool: db.pool, end: Date.now() })).toBe(0);
  expect(await count('SELECT 1 FROM saga_log')).toBe(rows);
});

test('stock is what came in less what stands, in the tables and in the last event of every shelf', async () => {
  expect(await wrongShelves(db.pool)).toEqual([]);
  const { rows } = await db.pool.query(
    `SELECT s.sku, s.warehouse, s.on_hand, e.on_hand AS told FROM shop.stock s CROSS JOIN LATERAL (SELECT payload->>'on_hand' AS on_hand FROM event_store
       WHERE aggregate_type = 'Stock' AND aggregate_id = s.sku || '@' || s.warehouse AND payload ? 'on_hand' ORDER BY version DESC LIMIT 1) e WHERE e.on_hand <> s.on_hand::text`,
  );
  expect(rows).toEqual([]);
});

test('versions of every aggregate have no hole, and every cause is an event before', async () => {
  expect(
    await count(
      'SELECT 1 FROM event_store GROUP BY aggregate_type, aggregate_id HAVING max(version) <> count(*) OR min(version) <> 1',
    ),
  ).toBe(0);
  expect(
    await count(`SELECT 1 FROM event_store e LEFT JOIN event_store c ON c.event_id = (e.metadata->>'causation_id')::uuid
    WHERE e.metadata->>'causation_id' IS NOT NULL AND (c.event_id IS NULL OR c.position >= e.position)`),
  ).toBe(0);
});

test.each([
  ['reserve_inventory', `SELECT saga_id FROM shop.reservation WHERE state = 'reserved'`],
  ['authorize_payment', `SELECT saga_id FROM shop.payment_hold WHERE state = 'held'`],
  ['create_shipment', `SELECT saga_id FROM shop.shipment WHERE state = 'created'`],
  ['confirm_order', `SELECT saga_id FROM shop.orders WHERE state = 'confirmed'`],
  ['notify_customer', `SELECT saga_id FROM shop.orders WHERE notified_at IS NOT NULL`],
])('%s is in effect in the shop exactly where its log says so', async (step, standing) => {
  const inLog = `SELECT saga_id FROM saga_log WHERE step_name = '${step}' GROUP BY saga_id
    HAVING max(id) FILTER (WHERE status = 'SUCCESS') > coalesce(max(id) FILTER (WHERE status = 'COMPENSATED'), 0)`;
  expect(await count(inLog)).toBeGreaterThan(0);
  expect(await count(`(${inLog}) EXCEPT (${standing})`)).toBe(0);
  expect(await count(`(${standing}) EXCEPT (${inLog})`)).toBe(0);
});

test('every kind of open case is there, and a past reservation is released by a call like any other', async () => {
  expect(await count(`SELECT 1 FROM shop.saga WHERE state IN ('person', 'lost')`)).toBeGreaterThanOrEqual(10);
  expect(await count(`SELECT 1 FROM shop.saga WHERE state IN ('forward', 'back')`)).toBe(0);
  const { rows } = await db.pool.query<{ saga_id: string }>(
    `SELECT s.saga_id FROM shop.saga s JOIN shop.stock_lock l USING (saga_id) WHERE s.state = 'person' AND l.until < now() ORDER BY s.updated_at LIMIT 1`,
  );
  const sagaId = rows[0]?.saga_id ?? '';
  const undoes = (await logOf(db.pool, sagaId, 'reserve_inventory')).find(({ status }) => status === 'SUCCESS')?.id;
  expect((await call(shop, { sagaId, stepName: 'reserve_inventory', verb: '/compensate', undoes })).status).toBe(200);
  expect((await effectsOf(db.pool, sagaId)).reservation).toBe('released');
  expect((await logOf(db.pool, sagaId)).at(-1)).toMatchObject({ status: 'COMPENSATED', attempt: 4 });
  expect(await wrongShelves(db.pool)).toEqual([]);
});
