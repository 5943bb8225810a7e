import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlowInput } from '@/core/contract/flows';
import { contextOf } from '@/server/auth/test-actors';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { getFlow } from '@/server/flows/get-flow';
import { startWorker } from '@/worker/main';
import { rebuild } from '@/worker/rebuild';
import { verify } from '@/worker/verify';

let db: TestDatabase;
let worker: Awaited<ReturnType<typeof startWorker>>;
const silent = () => undefined;
beforeAll(async () => {
  db = await servedDatabase();
  worker = await startWorker({ databaseUrl: db.url, log: silent });
});
afterAll(async () => {
  await worker.stop();
  await db.drop();
});

/** Appends events of one flow, each caused by the first; answers the second lines of its picture once it has them all. */
async function linesOf(events: readonly { type: string; payload: string }[]): Promise<string[]> {
  const [correlation, root] = [randomUUID(), randomUUID()];
  await db.pool.query(
    `INSERT INTO event_store (event_id, aggregate_type, aggregate_id, version, event_type, payload, metadata)
     SELECT CASE n WHEN 1 THEN $2::uuid ELSE gen_random_uuid() END, 'Order', $1::text, n, e->>'type', (e->>'payload')::jsonb,
       jsonb_build_object('correlation_id', $1::text, 'service', 'orders', 'causation_id', CASE WHEN n > 1 THEN $2::uuid END)
     FROM json_array_elements($3::json) WITH ORDINALITY AS j(e, n)`,
    [correlation, root, JSON.stringify(events)],
  );
  await expect
    .poll(
      async () =>
        (await db.pool.query('SELECT events::int FROM sagascope.flow WHERE correlation_id = $1', [correlation]))
          .rows[0],
      { timeout: 20_000 },
    )
    .toEqual({ events: events.length });
  const { flow } = await getFlow(contextOf(), FlowInput.parse({ correlationId: correlation }));
  return flow.nodes.map(({ detail }) => detail);
}

const failed = (code: string) => ({ type: 'CallFailed', payload: `{"code": "${code}"}` });

describe('what the events of a flow say beside their names', () => {
  it.each([
    [
      'PaymentDeclined',
      '{"error": {"code": "CARD_DECLINED", "message": "no"}, "error_code": "LATER"}',
      'CARD_DECLINED',
    ],
    ['PaymentDeclined', '{"error_code": "  E_17 "}', 'E_17'],
    ['PaymentDeclined', '{"errorCode": 4011}', '4011'],
    ['PaymentDeclined', '{"code": {"not": "a word"}, "error": "Issuer is away"}', 'Issuer is away'],
    ['PaymentDeclined', '{"error": {"message": "Issuer is away", "category": "system"}}', 'Issuer is away'],
    ['PaymentDeclined', '{"amount": 12.50, "currency": "EUR"}', '€12.50'],
    [
      'PaymentTaken',
      '{"code": "CARD_DECLINED", "amount": 9007199254740993.10, "currency": "EUR"}',
      '€9,007,199,254,740,993.10',
    ],
    ['PaymentTaken', '{"amount": {"value": "1000", "currency": "EUR"}}', '1,000 EUR'],
    ['PaymentTaken', '{"amount": 1e400, "currency": "EUR"}', 'Order v1'],
    ['PaymentTaken', '{"amount": 5, "currency": "eur"}', 'Order v1'],
    ['PaymentTaken', '["amount", 5]', 'Order v1'],
    ['PaymentTaken', '"amount"', 'Order v1'],
  ])('%s %s', async (type, payload, line) => expect(await linesOf([{ type, payload }])).toEqual([line]));

  it('is not read from a large payload', async () => {
    // Random: it does not compress.
    const large = Array.from({ length: 4_000 }, () => randomUUID()).join('');
    expect(await linesOf([{ type: 'PaymentDeclined', payload: `{"code": "X", "of": "${large}"}` }])).toEqual([
      'Order v1',
    ]);
  });

  it('stands on a stack where all of it says the same', async () => {
    const placed = { type: 'OrderPlaced', payload: '{}' };
    const fee = { type: 'FeeCharged', payload: '{"amount": 5.00, "currency": "EUR"}' };
    expect(await linesOf([placed, failed('BUSY'), failed('BUSY'), fee, fee])).toEqual([
      'Order v1',
      'BUSY',
      '€5.00 each',
    ]);
    const [, stack] = await linesOf([placed, failed('BUSY'), failed('AWAY'), failed('AWAY')]);
    expect(stack).toMatch(/^#\d+ to \d+$/);
  });

  it('is the same after a rebuild, and verify tells where it is not', async () => {
    const differences = async () => (await verify({ databaseUrl: db.url, log: silent })).differences;
    const said = async () =>
      (await db.pool.query('SELECT position, says FROM sagascope.flow_event ORDER BY position')).rows;
    expect(await differences()).toEqual([]);
    const before = await said();
    await rebuild({ databaseUrl: db.url, log: silent });
    expect(await said()).toEqual(before);
    await db.pool.query(`UPDATE sagascope.flow_event SET says = 'WRONG' WHERE says = 'CARD_DECLINED'`);
    expect(await differences()).toEqual([
      expect.stringMatching(/^Event \d+ says "WRONG" in its flow, its payload says "CARD_DECLINED"\.$/),
      expect.stringMatching(/^Flow .* has PaymentDeclined saying "CARD_DECLINED", its events say "WRONG"\.$/),
    ]);
  });
});
