import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { backfill } from './backfill';
import { transfer } from './bank';
import { randomOf } from './random';
import { ensureShopSchema } from './schema';
import { registerUser, takeNextSteps } from './users';

let db: TestDatabase;
const end = Date.now();

beforeAll(async () => {
  db = await testDatabase();
  await ensureShopSchema(db.pool);
  // 1,001 to 3,160: with order 2,500, a wholesale one.
  await backfill({ seed: 7, rate: 0.2, faultShare: 0.08, end, hours: 3, say: () => undefined, pool: db.pool });
});
afterAll(() => db?.drop());

const rows = async <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await db.pool.query<T>(sql, values)).rows;

const typesOf = async (id: string): Promise<string[]> =>
  (
    await rows<{ t: string }>(
      `SELECT event_type AS t FROM event_store WHERE aggregate_type = 'User' AND aggregate_id = $1 ORDER BY version`,
      [id],
    )
  ).map(({ t }) => t);

const STAGES = ['UserRegisteredV1', 'EmailVerifiedV1', 'ProfileCompletedV2', 'OnboardingCompletedV3'];

test('people register and go on, each thing caused by the one before', async () => {
  const users = await rows<{ id: string; stage: number }>('SELECT user_id AS id, stage FROM shop.app_user');
  expect(users.length).toBeGreaterThan(30);
  for (const { id, stage } of users) expect(await typesOf(id)).toEqual(STAGES.slice(0, stage));
  expect(users.some(({ stage }) => stage === 4)).toBe(true);

  const before = users.length;
  await registerUser(db.pool, randomOf('a test', 1));
  expect(await rows('SELECT 1 FROM shop.app_user')).toHaveLength(before + 1);
  await db.pool.query('UPDATE shop.app_user SET next_at = now()');
  const [due] = await rows<{ id: string; stage: number }>(
    'SELECT user_id AS id, stage FROM shop.app_user WHERE stage < stops_at ORDER BY next_at LIMIT 1',
  );
  await takeNextSteps(db.pool);
  expect(await typesOf(due?.id ?? '')).toEqual(STAGES.slice(0, (due?.stage ?? 0) + 1));
});

test('money moves, none is made, and no account is ever below zero', async () => {
  const random = randomOf('a test', 2);
  for (let i = 0; i < 60; i++) await transfer(db.pool, random);
  const types = await rows<{ t: string; n: number }>(
    `SELECT event_type AS t, count(*)::int AS n FROM event_store WHERE aggregate_type = 'BankAccount' GROUP BY 1`,
  );
  const of = (type: string): number => types.find(({ t }) => t === type)?.n ?? 0;
  expect(of('BankAccountOpenedV1')).toBe(12);
  expect(of('MoneySentV1')).toBe(of('MoneyReceivedV1'));
  expect(of('TransferRejectedV1')).toBeGreaterThan(0);
  const balances = await rows<{ wrong: number; sum: string; least: string }>(
    `SELECT count(*) FILTER (WHERE (e.payload->>'balance')::numeric * 100 <> a.balance_cents)::int AS wrong,
       sum(a.balance_cents)::text AS sum, min(a.balance_cents)::text AS least
     FROM shop.bank_account a CROSS JOIN LATERAL (SELECT payload FROM event_store
       WHERE aggregate_type = 'BankAccount' AND aggregate_id = a.account_id AND payload ? 'balance' ORDER BY version DESC LIMIT 1) e`,
  );
  expect(balances[0]?.wrong).toBe(0);
  expect(balances[0]?.sum).toBe(String(12 * 250_000));
  expect(Number(balances[0]?.least)).toBeGreaterThanOrEqual(0);
  expect(
    await rows(`SELECT 1 FROM event_store WHERE aggregate_type = 'BankAccount' AND (payload->>'balance')::numeric < 0`),
  ).toEqual([]);
});

test('a wholesale order has 128 lines, and 128 events of one cause', async () => {
  const [order] = await rows<{ correlation: string; lines: number }>(
    `SELECT correlation_id AS correlation, jsonb_array_length(context->'lines') AS lines FROM saga_log
     WHERE context->>'order_id' = 'order-2500' LIMIT 1`,
  );
  expect(order?.lines).toBe(128);
  const causes = await rows<{ n: number; causes: number }>(
    `SELECT count(*)::int AS n, count(DISTINCT metadata->>'causation_id')::int AS causes FROM event_store
     WHERE metadata->>'correlation_id' = $1 AND event_type = 'StockReservedV1'`,
    [order?.correlation],
  );
  expect(causes).toEqual([{ n: 128, causes: 1 }]);
});
