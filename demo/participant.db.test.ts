import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
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

const doneRow = async (sagaId: string, stepName: string) =>
  (await logOf(db.pool, sagaId, stepName)).findLast(({ status }) => status === 'SUCCESS');

/** A saga that stands still with everything in effect but the confirmation. */
async function unconfirmed() {
  const sagaId = await settled(shop, 'given_up');
  const undoes = async (stepName: string) => (await doneRow(sagaId, stepName))?.id;
  return { sagaId, undoes };
}

const eventsOf = async (sagaId: string) =>
  (
    await db.pool.query<{ event_type: string; metadata: string }>(
      `SELECT event_type, metadata::text FROM event_store WHERE metadata->>'saga_id' = $1 ORDER BY position`,
      [sagaId],
    )
  ).rows;

describe('a compensation', () => {
  test('is effect, event and row with the compensation id, together', async () => {
    const { sagaId, undoes } = await unconfirmed();
    const compensationId = crypto.randomUUID();
    const done = await doneRow(sagaId, 'authorize_payment');
    const answer = await call(shop, {
      sagaId,
      stepName: 'authorize_payment',
      verb: '/compensate',
      compensationId,
      undoes: done?.id,
      context: done?.context,
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ sagaId, stepName: 'authorize_payment', outcome: 'compensated' });
    expect((await effectsOf(db.pool, sagaId)).hold).toBe('voided');
    expect((await logOf(db.pool, sagaId)).at(-1)).toMatchObject({
      step_name: 'authorize_payment',
      status: 'COMPENSATED',
      phase: 'COMPENSATION',
      compensation_id: compensationId,
      service: 'payment',
      context: done?.context,
    });
    const event = (await eventsOf(sagaId)).at(-1);
    expect(event?.event_type).toBe('PaymentVoidedV1');
    expect(event?.metadata).toContain('operator@test');
    expect(await undoes('reserve_inventory')).toBeDefined();
  });

  test('(a) answers the same key the same way, without a second effect', async () => {
    const { sagaId, undoes } = await unconfirmed();
    const again = {
      sagaId,
      stepName: 'reserve_inventory',
      verb: '/compensate' as const,
      compensationId: crypto.randomUUID(),
      undoes: await undoes('reserve_inventory'),
    };
    const first = await call(shop, again);
    const rows = (await logOf(db.pool, sagaId)).length;
    expect(await call(shop, again)).toEqual(first);
    expect(await logOf(db.pool, sagaId)).toHaveLength(rows);
    expect(await wrongShelves(db.pool)).toEqual([]);
  });

  test('(a) forgets a failure: the same key tries again, and works once the warehouse is open', async () => {
    const sagaId = await settled(shop, 'locked_release');
    const again = {
      sagaId,
      stepName: 'reserve_inventory',
      verb: '/compensate' as const,
      compensationId: crypto.randomUUID(),
      undoes: (await doneRow(sagaId, 'reserve_inventory'))?.id,
    };
    expect((await call(shop, again)).status).toBe(503);
    expect((await logOf(db.pool, sagaId)).at(-1)).toMatchObject({
      status: 'FAILED',
      phase: 'COMPENSATION',
      attempt: 4,
      code: 'WMS_UNAVAILABLE',
      compensation_id: again.compensationId,
    });
    expect((await effectsOf(db.pool, sagaId)).reservation).toBe('reserved');
    await fetch(`${shop.network.urlOf('orchestrator')}/admin/locks`, { method: 'DELETE' });
    expect((await call(shop, again)).status).toBe(200);
    expect((await effectsOf(db.pool, sagaId)).reservation).toBe('released');
    expect(await wrongShelves(db.pool)).toEqual([]);
  });

  test('(b) leaves nothing behind when its row cannot be written', async () => {
    const { sagaId, undoes } = await unconfirmed();
    const again = {
      sagaId,
      stepName: 'create_shipment',
      verb: '/compensate' as const,
      compensationId: crypto.randomUUID(),
      undoes: await undoes('create_shipment'),
    };
    await db.pool
      .query(`CREATE OR REPLACE FUNCTION shop.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no rows today'; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON saga_log FOR EACH ROW WHEN (NEW.saga_id = '${sagaId}') EXECUTE FUNCTION shop.refuse()`);
    expect((await call(shop, again)).status).toBe(500);
    expect((await effectsOf(db.pool, sagaId)).shipment).toBe('created');
    await db.pool.query('DROP TRIGGER refuse ON saga_log');
    expect((await call(shop, again)).status).toBe(200);
    expect((await effectsOf(db.pool, sagaId)).shipment).toBe('cancelled');
  });

  test('(c) of what another hand undid has no effect, and leaves a row only where the log has none', async () => {
    const { sagaId, undoes } = await unconfirmed();
    const stepName = 'authorize_payment';
    const basis = await undoes(stepName);
    await db.pool.query(`UPDATE shop.payment_hold SET state = 'voided' WHERE saga_id = $1`, [sagaId]);
    expect((await call(shop, { sagaId, stepName, verb: '/compensate', undoes: basis })).status).toBe(200);
    expect((await logOf(db.pool, sagaId, stepName)).filter(({ status }) => status === 'COMPENSATED')).toHaveLength(1);
    expect((await call(shop, { sagaId, stepName, verb: '/compensate', undoes: basis })).status).toBe(200);
    expect((await logOf(db.pool, sagaId, stepName)).filter(({ status }) => status === 'COMPENSATED')).toHaveLength(1);
    expect((await eventsOf(sagaId)).filter(({ event_type }) => event_type === 'PaymentVoidedV1')).toHaveLength(0);
  });

  test('(c) is judged by the present state: what stands again is undone again', async () => {
    const { sagaId, undoes } = await unconfirmed();
    const stepName = 'create_shipment';
    await call(shop, { sagaId, stepName, verb: '/compensate', undoes: await undoes(stepName) });
    await db.pool.query(`UPDATE shop.shipment SET state = 'created' WHERE saga_id = $1`, [sagaId]);
    expect((await call(shop, { sagaId, stepName, verb: '/compensate', undoes: await undoes(stepName) })).status).toBe(
      200,
    );
    expect((await effectsOf(db.pool, sagaId)).shipment).toBe('cancelled');
  });

  test('(d) of a step that never ran leaves evidence and a tombstone that refuses its late run', async () => {
    const sagaId = await settled(shop, 'lost');
    const pending = (await logOf(db.pool, sagaId, 'create_shipment')).at(-1);
    expect(
      (await call(shop, { sagaId, stepName: 'create_shipment', verb: '/compensate', undoes: pending?.id })).status,
    ).toBe(200);
    expect(story(await logOf(db.pool, sagaId, 'create_shipment'))).toEqual([
      'create_shipment PENDING',
      'create_shipment < COMPENSATED',
    ]);
    const late = await call(shop, {
      sagaId,
      stepName: 'create_shipment',
      verb: '',
      key: `${sagaId}:create_shipment`,
      context: pending?.context,
      undoes: pending?.id,
    });
    expect(late.status).toBe(409);
    expect(
      (
        await call(shop, {
          sagaId,
          stepName: 'create_shipment',
          verb: '/retry',
          context: pending?.context,
          undoes: pending?.id,
        })
      ).status,
    ).toBe(409);
    expect((await effectsOf(db.pool, sagaId)).shipment).toBeNull();
    expect(await logOf(db.pool, sagaId, 'create_shipment')).toHaveLength(2);
  });

  test('of a saga the shop never heard of is answered and proven too', async () => {
    const sagaId = crypto.randomUUID();
    expect((await call(shop, { sagaId, stepName: 'create_shipment', verb: '/compensate' })).status).toBe(200);
    expect(story(await logOf(db.pool, sagaId))).toEqual(['create_shipment < COMPENSATED']);
  });

  test('that can never work says so: 422, and the money is still held', async () => {
    const sagaId = await settled(shop, 'void_refused');
    expect(
      (
        await call(shop, {
          sagaId,
          stepName: 'authorize_payment',
          verb: '/compensate',
          undoes: (await doneRow(sagaId, 'authorize_payment'))?.id,
        })
      ).status,
    ).toBe(422);
    expect((await effectsOf(db.pool, sagaId)).hold).toBe('held');
  });
});

describe('a retry', () => {
  test('performs a step that was pending', async () => {
    const sagaId = await settled(shop, 'lost');
    const pending = (await logOf(db.pool, sagaId, 'create_shipment')).at(-1);
    const compensationId = crypto.randomUUID();
    expect(
      (
        await call(shop, {
          sagaId,
          stepName: 'create_shipment',
          verb: '/retry',
          compensationId,
          undoes: pending?.id,
          context: pending?.context,
        })
      ).status,
    ).toBe(200);
    expect((await effectsOf(db.pool, sagaId)).shipment).toBe('created');
    expect((await logOf(db.pool, sagaId)).at(-1)).toMatchObject({
      status: 'SUCCESS',
      phase: 'ACTION',
      attempt: 2,
      compensation_id: compensationId,
    });
  });

  test('(e) of what succeeded has no second effect, and leaves a row only where the log has none above', async () => {
    const { sagaId, undoes } = await unconfirmed();
    const stepName = 'authorize_payment';
    const basis = await undoes(stepName);
    const before = (await logOf(db.pool, sagaId, stepName)).length;
    expect((await call(shop, { sagaId, stepName, verb: '/retry', undoes: basis })).status).toBe(200);
    expect(await logOf(db.pool, sagaId, stepName)).toHaveLength(before + 1);
    expect((await call(shop, { sagaId, stepName, verb: '/retry', undoes: basis })).status).toBe(200);
    expect(await logOf(db.pool, sagaId, stepName)).toHaveLength(before + 1);
    expect((await eventsOf(sagaId)).filter(({ event_type }) => event_type === 'PaymentAuthorizedV2')).toHaveLength(1);
  });

  test('without a readable context fails, and says so in the log', async () => {
    const sagaId = crypto.randomUUID();
    expect((await call(shop, { sagaId, stepName: 'create_shipment', verb: '/retry', context: '{"a":1}' })).status).toBe(
      422,
    );
    expect((await logOf(db.pool, sagaId))[0]).toMatchObject({ status: 'FAILED', code: 'CONTEXT_UNREADABLE' });
  });
});

describe('a call', () => {
  test.each([
    ['signed with another secret', { secret: 'not the secret of the shop' }],
    ['signed 301 seconds ago', { at: Math.floor(Date.now() / 1000) - 301 }],
  ])('%s is refused with 401 and changes nothing', async (_name, wrong) => {
    const { sagaId, undoes } = await unconfirmed();
    const rows = (await logOf(db.pool, sagaId)).length;
    expect(
      (
        await call(shop, {
          sagaId,
          stepName: 'authorize_payment',
          verb: '/compensate',
          undoes: await undoes('authorize_payment'),
          ...wrong,
        })
      ).status,
    ).toBe(401);
    expect((await effectsOf(db.pool, sagaId)).hold).toBe('held');
    expect(await logOf(db.pool, sagaId)).toHaveLength(rows);
  });

  test('without a signature is refused', async () => {
    const response = await fetch(
      `${shop.network.urlOf('payment')}/sagas/${crypto.randomUUID()}/steps/authorize_payment/compensate`,
      { method: 'POST', body: '{}' },
    );
    expect(response.status).toBe(401);
  });

  test('under a key that belongs to another call, to an unknown step, or to one that cannot be undone is refused', async () => {
    const { sagaId, undoes } = await unconfirmed();
    const key = `${crypto.randomUUID()}:x`;
    const basis = await undoes('create_shipment');
    expect(
      (await call(shop, { sagaId, stepName: 'create_shipment', verb: '/compensate', key, undoes: basis })).status,
    ).toBe(200);
    expect(
      (await call(shop, { sagaId: crypto.randomUUID(), stepName: 'create_shipment', verb: '/compensate', key })).status,
    ).toBe(422);
    expect((await call(shop, { sagaId, stepName: 'paint_it_blue', verb: '/compensate' })).status).toBe(404);
    expect((await call(shop, { sagaId, stepName: 'confirm_order', verb: '/compensate' })).status).toBe(422);
  });
});

describe('a hundred at once', () => {
  test.each([
    ['the same call', true],
    ['calls of a hundred interventions', false],
  ])('%s: one effect, one row', async (_name, same) => {
    const { sagaId, undoes } = await unconfirmed();
    const compensationId = crypto.randomUUID();
    const basis = await undoes('authorize_payment');
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        call(shop, {
          sagaId,
          stepName: 'authorize_payment',
          verb: '/compensate',
          undoes: basis,
          ...(same ? { compensationId } : {}),
        }),
      ),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(
      (await logOf(db.pool, sagaId, 'authorize_payment')).filter(({ status }) => status === 'COMPENSATED'),
    ).toHaveLength(1);
    expect((await eventsOf(sagaId)).filter(({ event_type }) => event_type === 'PaymentVoidedV1')).toHaveLength(1);
  });

  test('releases give each shelf back exactly once', async () => {
    const { sagaId, undoes } = await unconfirmed();
    const basis = await undoes('reserve_inventory');
    await Promise.all(
      Array.from({ length: 100 }, () =>
        call(shop, { sagaId, stepName: 'reserve_inventory', verb: '/compensate', undoes: basis }),
      ),
    );
    expect((await effectsOf(db.pool, sagaId)).reservation).toBe('released');
    expect(await wrongShelves(db.pool)).toEqual([]);
  });
});
