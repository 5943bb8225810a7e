import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { noticeRepaired } from './resume';
import type { Shop } from './shop';
import { call, effectsOf, logOf, openShop, settled, story, wrongShelves } from './test-shop';

let db: TestDatabase;
let shop: Shop;

beforeAll(async () => {
  db = await testDatabase();
  shop = await openShop(db.url);
});
afterAll(async () => {
  await shop?.stop();
  await db?.drop();
});

const stateOf = async (sagaId: string) =>
  (await db.pool.query<{ state: string }>('SELECT state FROM shop.saga WHERE saga_id = $1', [sagaId])).rows[0]?.state;
const resume = (sagaId: string) =>
  fetch(`${shop.network.urlOf('orchestrator')}/sagas/${sagaId}/resume`, { method: 'POST' });
const outcomes = async (sagaId: string) =>
  story((await logOf(db.pool, sagaId)).filter(({ status }) => status !== 'PENDING'));

describe('a saga', () => {
  test('runs its five steps, each announced, with all columns, and one chain of events', async () => {
    const sagaId = await settled(shop);
    expect(story(await logOf(db.pool, sagaId))).toEqual(
      ['reserve_inventory', 'authorize_payment', 'create_shipment', 'confirm_order', 'notify_customer'].flatMap(
        (step) => [`${step} PENDING`, `${step} SUCCESS`],
      ),
    );
    expect(await effectsOf(db.pool, sagaId)).toEqual({
      reservation: 'reserved',
      hold: 'held',
      shipment: 'created',
      order: 'confirmed',
    });
    const { rows: empty } = await db.pool.query(
      `SELECT id FROM saga_log WHERE saga_id = $1 AND (saga_type IS NULL OR phase IS NULL OR attempt IS NULL OR context IS NULL OR saga_version IS NULL
         OR correlation_id IS NULL OR trace_id IS NULL OR tenant_id IS NULL OR service IS NULL)`,
      [sagaId],
    );
    expect(empty).toEqual([]);
    const { rows: events } = await db.pool.query<{ event_type: string; event_id: string; cause: string | null }>(
      `SELECT event_type, event_id, metadata->>'causation_id' AS cause FROM event_store WHERE metadata->>'saga_id' = $1 ORDER BY position`,
      [sagaId],
    );
    expect(events[0]).toMatchObject({ event_type: 'OrderPlacedV2', cause: null });
    expect(events.slice(1).map(({ cause }) => cause)).toEqual(events.slice(0, -1).map(({ event_id }) => event_id));
    expect(await wrongShelves(db.pool)).toEqual([]);
  });

  test('survives a slow carrier', async () => {
    const sagaId = await settled(shop, 'carrier_slow');
    expect(await stateOf(sagaId)).toBe('done');
    expect((await logOf(db.pool, sagaId, 'create_shipment')).map(({ status }) => status)).toEqual([
      'PENDING',
      'FAILED',
      'PENDING',
      'FAILED',
      'PENDING',
      'SUCCESS',
    ]);
  });

  test('books one shipment though the answer was lost', async () => {
    const sagaId = await settled(shop, 'answer_lost');
    expect(await stateOf(sagaId)).toBe('done');
    expect((await logOf(db.pool, sagaId, 'create_shipment')).map(({ status }) => status)).toEqual([
      'PENDING',
      'SUCCESS',
      'PENDING',
      'SUCCESS',
    ]);
    const { rows } = await db.pool.query(
      `SELECT 1 FROM event_store WHERE metadata->>'saga_id' = $1 AND event_type = 'ShipmentCreatedV2'`,
      [sagaId],
    );
    expect(rows).toHaveLength(1);
  });

  test('undoes the step of unknown outcome first, then in reverse order', async () => {
    const sagaId = await settled(shop, 'carrier_down');
    expect((await outcomes(sagaId)).slice(-3)).toEqual([
      'create_shipment < COMPENSATED',
      'authorize_payment < COMPENSATED',
      'reserve_inventory < COMPENSATED',
    ]);
    expect(await effectsOf(db.pool, sagaId)).toEqual({
      reservation: 'released',
      hold: 'voided',
      shipment: null,
      order: 'cancelled',
    });
    expect(await wrongShelves(db.pool)).toEqual([]);
  });

  test('puts stock back after a declined card, without calling what never ran', async () => {
    const sagaId = await settled(shop, 'card_declined');
    expect(await outcomes(sagaId)).toEqual([
      'reserve_inventory SUCCESS',
      'authorize_payment FAILED',
      'reserve_inventory < COMPENSATED',
    ]);
    expect(await effectsOf(db.pool, sagaId)).toEqual({
      reservation: 'released',
      hold: null,
      shipment: null,
      order: 'cancelled',
    });
  });

  test('owes nothing when the first step fails, and completes without its message to the customer', async () => {
    expect(await outcomes(await settled(shop, 'sold_out'))).toEqual(['reserve_inventory FAILED']);
    const bounced = await settled(shop, 'mail_bounced');
    expect(await stateOf(bounced)).toBe('done');
    expect((await outcomes(bounced)).slice(-3)).toEqual(Array.from({ length: 3 }, () => 'notify_customer FAILED'));
  });

  test('is left to a person after three failed releases', async () => {
    const sagaId = await settled(shop, 'locked_release');
    expect(await stateOf(sagaId)).toBe('person');
    expect(
      (await logOf(db.pool, sagaId, 'reserve_inventory'))
        .filter(({ status }) => status === 'FAILED')
        .map(({ attempt, code }) => [attempt, code]),
    ).toEqual([1, 2, 3].map((n) => [n, 'WMS_UNAVAILABLE']));
    expect(await effectsOf(db.pool, sagaId)).toMatchObject({ reservation: 'reserved', hold: 'voided' });
  });

  test('is left to a person at once when a compensation can never work', async () => {
    const sagaId = await settled(shop, 'void_refused');
    expect(await stateOf(sagaId)).toBe('person');
    expect((await outcomes(sagaId)).slice(-1)).toEqual(['authorize_payment < FAILED']);
    expect(await effectsOf(db.pool, sagaId)).toMatchObject({ reservation: 'reserved', hold: 'held' });
  });
});

describe('two hands', () => {
  test('the orchestrator and a person void the same payment: one effect', async () => {
    for (let i = 0; i < 3; i++) {
      const { sagaId, run } = await shop.place(() => 'carrier_down');
      await vi.waitFor(
        async () =>
          expect((await logOf(db.pool, sagaId, 'authorize_payment')).some(({ status }) => status === 'SUCCESS')).toBe(
            true,
          ),
        { timeout: 30_000, interval: 5 },
      );
      const undoes = (await logOf(db.pool, sagaId, 'authorize_payment')).find(({ status }) => status === 'SUCCESS')?.id;
      const answers = await Promise.all(
        Array.from({ length: 10 }, () =>
          call(shop, { sagaId, stepName: 'authorize_payment', verb: '/compensate', undoes }),
        ),
      );
      await run;
      expect(answers.every(({ status }) => status === 200)).toBe(true);
      const { rows } = await db.pool.query(
        `SELECT 1 FROM event_store WHERE metadata->>'saga_id' = $1 AND event_type = 'PaymentVoidedV1'`,
        [sagaId],
      );
      expect(rows).toHaveLength(1);
      expect(
        (await logOf(db.pool, sagaId, 'authorize_payment')).filter(({ status }) => status === 'COMPENSATED'),
      ).toHaveLength(1);
      expect(await stateOf(sagaId)).toBe('undone');
    }
  });
});

describe('resume', () => {
  test('goes on after a person retried the step that was lost', async () => {
    const sagaId = await settled(shop, 'lost');
    expect(await stateOf(sagaId)).toBe('lost');
    const pending = (await logOf(db.pool, sagaId, 'create_shipment')).at(-1);
    await call(shop, {
      sagaId,
      stepName: 'create_shipment',
      verb: '/retry',
      undoes: pending?.id,
      context: pending?.context,
    });
    expect((await resume(sagaId)).status).toBe(202);
    await shop.orchestrator.start(sagaId);
    expect(await stateOf(sagaId)).toBe('done');
    expect((await logOf(db.pool, sagaId, 'create_shipment')).map(({ status }) => status)).toEqual([
      'PENDING',
      'SUCCESS',
    ]);
    expect((await logOf(db.pool, sagaId)).at(-1)?.context).toContain('"shipment_id": "shp_');
    expect((await resume(sagaId)).status).toBe(202);
  });

  test('is refused once a step was compensated, and for a saga nobody knows', async () => {
    const sagaId = await settled(shop, 'lost');
    await call(shop, {
      sagaId,
      stepName: 'authorize_payment',
      verb: '/compensate',
      undoes: (await logOf(db.pool, sagaId, 'authorize_payment')).at(-1)?.id,
    });
    expect((await resume(sagaId)).status).toBe(409);
    expect((await resume(crypto.randomUUID())).status).toBe(404);
  });
});

test('a saga that a person compensated to the end is noticed, and its order cancelled', async () => {
  const sagaId = await settled(shop, 'locked_release');
  expect(await noticeRepaired(db.pool)).not.toContain(sagaId);
  await fetch(`${shop.network.urlOf('orchestrator')}/admin/locks`, { method: 'DELETE' });
  const undoes = (await logOf(db.pool, sagaId, 'reserve_inventory')).find(({ status }) => status === 'SUCCESS')?.id;
  expect((await call(shop, { sagaId, stepName: 'reserve_inventory', verb: '/compensate', undoes })).status).toBe(200);
  const rows = (await logOf(db.pool, sagaId)).length;
  expect(await noticeRepaired(db.pool)).toContain(sagaId);
  await shop.orchestrator.start(sagaId);
  expect(await stateOf(sagaId)).toBe('undone');
  expect((await effectsOf(db.pool, sagaId)).order).toBe('cancelled');
  expect(await logOf(db.pool, sagaId)).toHaveLength(rows);
});

test('a service that does not listen: the saga goes back once it is there again', async () => {
  await shop.network.down('payment', 1.5);
  const { sagaId, run } = await shop.place(() => null);
  await run;
  expect(
    (await logOf(db.pool, sagaId, 'authorize_payment'))
      .filter(({ status }) => status === 'FAILED')
      .map(({ code }) => code),
  ).toContain('SERVICE_UNREACHABLE');
  // Whether the undo found it listening again in time or gave up, nothing is in the world that the log does not tell of.
  expect(['undone', 'person']).toContain(await stateOf(sagaId));
  await vi.waitFor(() => expect(shop.network.isUp('payment')).toBe(true), { timeout: 30_000 });
});

describe('in a shop of its own', () => {
  test('while the pivot is unknown the saga does not go back; retried and resumed it completes', async () => {
    const own = await testDatabase();
    const hasty = await openShop(own.url, 2_500);
    try {
      const sagaId = await settled(hasty, 'confirm_silent');
      const rows = await logOf(own.pool, sagaId, 'confirm_order');
      expect(rows.map(({ status }) => status)).toEqual(['PENDING', 'PENDING', 'PENDING', 'FAILED']);
      expect(rows.at(-1)?.code).toBe('NO_ANSWER');
      expect(story(await logOf(own.pool, sagaId)).some((line) => line.includes('<'))).toBe(false);
      expect(await effectsOf(own.pool, sagaId)).toEqual({
        reservation: 'reserved',
        hold: 'held',
        shipment: 'created',
        order: 'placed',
      });
      expect(
        (
          await call(hasty, {
            sagaId,
            stepName: 'confirm_order',
            verb: '/retry',
            undoes: rows.at(-1)?.id,
            context: rows.at(-1)?.context,
          })
        ).status,
      ).toBe(200);
      await fetch(`${hasty.network.urlOf('orchestrator')}/sagas/${sagaId}/resume`, { method: 'POST' });
      await hasty.orchestrator.start(sagaId);
      expect((await logOf(own.pool, sagaId)).at(-1)).toMatchObject({ step_name: 'notify_customer', status: 'SUCCESS' });
    } finally {
      await hasty.stop();
      await own.drop();
    }
  });

  test('stopped between any two steps, a new orchestrator goes on, and nothing happens twice', async () => {
    const own = await testDatabase();
    try {
      let current = await openShop(own.url);
      const placed = await Promise.all(
        Array.from({ length: 6 }, (_, i) => current.place(() => (i % 2 ? 'carrier_down' : null))),
      );
      for (let round = 0; round < 8; round++) {
        const before = (await own.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM saga_log')).rows[0]?.n ?? 0;
        await vi.waitFor(
          async () => {
            const now = (
              await own.pool.query<{ n: number; busy: boolean }>(
                `SELECT count(*)::int AS n, (SELECT EXISTS (SELECT 1 FROM shop.saga WHERE state IN ('forward', 'back'))) AS busy FROM saga_log`,
              )
            ).rows[0];
            expect(now && (now.n > before + 3 || !now.busy)).toBe(true);
          },
          { timeout: 30_000, interval: 5 },
        );
        await current.stop();
        current = await openShop(own.url);
      }
      await Promise.all(placed.map(({ sagaId }) => current.orchestrator.start(sagaId)));
      await current.stop();
      const { rows } = await own.pool.query<{ state: string; n: number }>(
        'SELECT state, count(*)::int AS n FROM shop.saga GROUP BY 1 ORDER BY 1',
      );
      expect(rows).toEqual([
        { state: 'done', n: 3 },
        { state: 'undone', n: 3 },
      ]);
      const { rows: twice } = await own.pool.query(
        `SELECT aggregate_id, event_type FROM event_store WHERE aggregate_type IN ('Payment', 'Shipment', 'Order') AND event_type <> 'CarrierCallTimedOutV1' GROUP BY 1, 2 HAVING count(*) > 1`,
      );
      expect(twice).toEqual([]);
      expect(await wrongShelves(own.pool)).toEqual([]);
    } finally {
      await own.drop();
    }
  });
});

test('the admin surface starts an order with a chosen fault, and takes JSON only', async () => {
  const url = `${shop.network.urlOf('orchestrator')}/admin/orders`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"fault":"card_declined"}',
  });
  expect(response.status).toBe(201);
  expect(await response.json()).toMatchObject({ orderId: expect.stringMatching(/^order-\d+$/) });
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(415);
  expect(
    (
      await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"fault":"nonsense"}',
      })
    ).status,
  ).toBe(400);
});
