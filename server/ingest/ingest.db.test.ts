import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IngestEventsInput } from '@/core/contract/ingest';
import { IngestedSagaLog } from '@/core/contract/ingest';
import type { Actor } from '@/server/auth/actor';
import { ADMIN_EVERYWHERE, contextOf, machineWith, personWith } from '@/server/auth/test-actors';
import { primary } from '@/server/db/prisma';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { toJson } from '@/server/http/json-text';
import { ingestEvents } from './ingest-events';
import { ingestSagaLog } from './ingest-saga-log';

let db: TestDatabase;
beforeAll(async () => {
  db = await servedDatabase();
});
afterAll(() => db.drop());

const ADMIN = ADMIN_EVERYWHERE;
const events = (body: unknown, actor: Actor = ADMIN, format: IngestEventsInput['document']['format'] = 'json') =>
  ingestEvents(contextOf(actor), {
    document: { text: typeof body === 'string' ? body : JSON.stringify(body), format },
  });
const log = async (body: unknown, key: string = randomUUID(), { actor = ADMIN, backfill = '0' as '0' | '1' } = {}) =>
  IngestedSagaLog.parse(
    JSON.parse(
      toJson(
        await ingestSagaLog(contextOf(actor), {
          document: { text: typeof body === 'string' ? body : JSON.stringify(body), format: 'json' },
          idempotencyKey: key,
          backfill,
        }),
      ),
    ),
  );
const stored = async (eventId: string | undefined) =>
  (
    await db.pool.query(
      'SELECT *, payload::text AS payload, version::text AS version FROM event_store WHERE event_id = $1',
      [eventId],
    )
  ).rows[0];
const rowsOf = async (sagaId: string) =>
  (await db.pool.query('SELECT *, context::text AS context FROM saga_log WHERE saga_id = $1 ORDER BY id', [sagaId]))
    .rows;

describe('POST /events', () => {
  it('writes events losslessly, numbers them, and knows them again', async () => {
    const stream = randomUUID();
    const eventId = randomUUID();
    const body = `{"eventId": "${eventId}", "aggregateType": "Order", "aggregateId": "${stream}", "eventType": "OrderPlaced",
      "payload": {"n": 9007199254740993, "price": 1.10}, "metadata": {"tenant_id": "acme"}, "occurredAt": "2026-01-02T03:04:05.678901+01:00"}`;
    const first = await events(body);
    expect(first.items).toMatchObject([{ eventId, version: '1', known: false }]);
    expect(await stored(eventId)).toMatchObject({
      payload: '{"n": 9007199254740993, "price": 1.10}',
      version: '1',
      metadata: { tenant_id: 'acme' },
      occurred_at: new Date('2026-01-02T02:04:05.678Z'),
    });
    expect(await events(body)).toEqual({ items: first.items.map((item) => ({ ...item, known: true })) });
    await expect(events(body.replace('1.10', '1.1'))).rejects.toMatchObject({ code: 'duplicate' });
    await expect(events(body.replace('acme', 'other'))).rejects.toMatchObject({ code: 'duplicate' });
  });

  it('makes an id of stream and version, and refuses another event in that place', async () => {
    const place = {
      aggregateType: 'Order',
      aggregateId: randomUUID(),
      version: 3,
      eventType: 'A',
      payload: '{"a": 1}',
    };
    const first = await events(place);
    expect((await events({ ...place, version: '3' })).items).toMatchObject([{ ...first.items[0], known: true }]);
    await expect(events({ ...place, payload: '{"a": 2}' })).rejects.toMatchObject({ code: 'duplicate' });
    await expect(events({ ...place, eventId: randomUUID() })).rejects.toMatchObject({
      code: 'duplicate',
      detail: expect.stringContaining('version 3 of Order/'),
    });
    const { version: _, ...nowhere } = place;
    await expect(events(nowhere)).rejects.toMatchObject({
      code: 'invalid',
      detail: expect.stringContaining('Item [0]'),
    });
  });

  it('writes a batch whole or not at all, and one event of it once', async () => {
    const aggregateId = randomUUID();
    const event = (n: number) => ({ eventId: randomUUID(), aggregateId, eventType: `E${n}`, payload: { n } });
    const [one, two] = [event(1), event(2)];
    const answer = await events([one, two, one]);
    expect(answer.items.map(({ version, known }) => [version, known])).toEqual([
      ['1', false],
      ['2', false],
      ['1', true],
    ]);
    await expect(events([event(3), { ...two, payload: {} }])).rejects.toMatchObject({
      code: 'duplicate',
      detail: expect.stringContaining('Item [1]'),
    });
    await expect(events([event(3), { ...event(4), version: 9 }, { ...event(5), version: 9 }])).rejects.toMatchObject({
      code: 'duplicate',
      detail: expect.stringContaining('Item [2]'),
    });
    expect((await db.pool.query('SELECT FROM event_store WHERE aggregate_id = $1', [aggregateId])).rowCount).toBe(2);
  });

  it('numbers a stream without gap or duplicate however many append at once', async () => {
    const aggregateId = randomUUID();
    const one = (n: number) => ({ eventId: randomUUID(), aggregateType: 'T', aggregateId, eventType: 'E', payload: n });
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => events([one(n), one(n)])));
    const versions = answers.flatMap(({ items }) => items.map(({ version }) => Number(version)));
    expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 80 }, (_, n) => n + 1));
  }, 60_000);

  it('asks for the next version again while a service appends to the stream too', async () => {
    const aggregateId = randomUUID();
    const client = await db.pool.connect();
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload) VALUES ('T', $1, 1, 'E', '{}')`,
      [aggregateId],
    );
    const waiting = events({ eventId: randomUUID(), aggregateType: 'T', aggregateId, eventType: 'E', payload: {} });
    await untilWaiting();
    await client.query('COMMIT');
    client.release();
    expect((await waiting).items).toMatchObject([{ version: '2' }]);
  });

  it('writes the same event once where it is sent many times at once', async () => {
    const event = { eventId: randomUUID(), aggregateType: 'T', aggregateId: randomUUID(), eventType: 'E', payload: {} };
    const answers = await Promise.all(Array.from({ length: 20 }, () => events(event)));
    expect(answers.filter(({ items }) => items[0]?.known === false)).toHaveLength(1);
    expect(new Set(answers.map(({ items }) => items[0]?.position)).size).toBe(1);
  });

  it('takes CloudEvents, one and a batch', async () => {
    const subject = randomUUID();
    const cloud = (id: string) => ({
      specversion: '1.0',
      id,
      source: '/orders',
      type: 'OrderPlaced',
      subject,
      data: 'text',
    });
    const single = await events(cloud('1'), ADMIN, 'cloudevent');
    expect(single.items[0]?.eventId).toMatch(/^[0-9a-f-]{14}5/);
    const batch = await events([cloud('1'), cloud('2')], ADMIN, 'cloudevents');
    expect(batch.items.map(({ version, known }) => [version, known])).toEqual([
      ['1', true],
      ['2', false],
    ]);
    expect(await stored(batch.items[1]?.eventId)).toMatchObject({ payload: '"text"', aggregate_id: subject });
    await expect(events([cloud('3')], ADMIN, 'cloudevent')).rejects.toMatchObject({ code: 'invalid' });
    await expect(events({ ...cloud('3'), specversion: '0.3' }, ADMIN, 'cloudevent')).rejects.toMatchObject({
      detail: expect.stringContaining('Item [0].specversion'),
    });
  });

  it('keeps a token to its scope and tenants', async () => {
    const event = (tenant?: string) => ({
      eventId: randomUUID(),
      aggregateId: randomUUID(),
      eventType: 'E',
      payload: {},
      metadata: tenant === undefined ? {} : { tenantId: tenant },
    });
    const acme = machineWith(['ingest'], { tenants: ['acme'] });
    const mine = event('acme');
    expect((await events(mine, acme)).items).toHaveLength(1);
    // What PostgreSQL reads as the tenant decides, whatever JSON it is written in.
    const dressed = [true, { a: 'other' }, ['acme'], 7].map((tenant) => ({
      ...event('acme'),
      metadata: { tenant_id: tenant, tenantId: 'acme' },
    }));
    for (const foreign of [event('other'), event(), ...dressed]) {
      await expect(events([mine, foreign], acme)).rejects.toMatchObject({
        code: 'forbidden',
        detail: expect.stringContaining('Item [1]'),
      });
    }
    const theirs = event('other');
    await events(theirs);
    await expect(events({ ...event('acme'), aggregateId: theirs.aggregateId }, acme)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(events(event(), machineWith(['read']))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(events(event(), personWith('operator'))).rejects.toMatchObject({ code: 'forbidden' });
    expect((await events(event(), machineWith(['ingest']))).items).toHaveLength(1);
  });
});

describe('POST /saga-log', () => {
  const row = (sagaId: string, rest: object = {}) => ({ sagaId, stepName: 'reserve', status: 'PENDING', ...rest });

  it('appends rows as sent, in their order', async () => {
    const sagaId = randomUUID();
    const answer = await log(
      `[{"sagaId": "${sagaId.toUpperCase()}", "stepName": "a", "status": "PENDING", "context": {"n": 9007199254740993, "p": 1.10}, "attempt": 2},
        {"sagaId": "${sagaId}", "stepName": "a", "status": "FAILED", "error": "{\\"code\\": \\"X\\"}", "createdAt": "2026-01-02T03:04:05.678Z"}]`,
    );
    const rows = await rowsOf(sagaId);
    expect(rows.map(({ id }) => id)).toEqual(answer.items.map(({ id }) => id));
    expect(rows).toMatchObject([
      { status: 'PENDING', context: '{"n": 9007199254740993, "p": 1.10}', attempt: 2, error: null },
      { status: 'FAILED', error: { code: 'X' }, created_at: new Date('2026-01-02T03:04:05.678Z') },
    ]);
  });

  it('answers a key with what it did, refuses it for other rows, and forgets it after a day', async () => {
    const sagaId = randomUUID();
    const key = randomUUID();
    const first = await log(row(sagaId), key);
    expect(await log(row(sagaId), key)).toEqual(first);
    expect(await log(JSON.stringify([row(sagaId)], null, 2), key)).toEqual(first);
    await expect(log(row(sagaId, { attempt: 2 }), key)).rejects.toMatchObject({ code: 'duplicate' });
    await expect(log(row(sagaId), key, { backfill: '1' })).rejects.toMatchObject({ code: 'duplicate' });
    expect(await rowsOf(sagaId)).toHaveLength(1);
    // Another caller's key is another key.
    await log(row(sagaId), key, { actor: { ...ADMIN, id: 'another' } });
    expect(await rowsOf(sagaId)).toHaveLength(2);
    await db.pool.query(`UPDATE sagascope.ingest_request SET created_at = now() - interval '25 hours' WHERE key = $1`, [
      key,
    ]);
    await log(row(sagaId, { attempt: 2 }), key);
    expect(await rowsOf(sagaId)).toHaveLength(3);
  });

  it('lets one win where a key comes many times at once', async () => {
    const sagaId = randomUUID();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => log(row(sagaId), key)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await rowsOf(sagaId)).toHaveLength(1);
  });

  it('forgets a key whose rows were refused', async () => {
    const sagaId = randomUUID();
    const key = randomUUID();
    // A year before PostgreSQL's first.
    await expect(log([row(sagaId), row(sagaId, { createdAt: '0000-01-01T00:00:00Z' })], key)).rejects.toMatchObject({
      code: 'invalid',
    });
    await log(row(sagaId), key);
    expect(await rowsOf(sagaId)).toHaveLength(1);
  });

  it.each([
    [[{ stepName: 'a', status: 'PENDING' }], 'Item [0].sagaId'],
    [[row(randomUUID()), row(randomUUID(), { stepName: 'x'.repeat(65) })], 'Item [1].stepName: at most 64 characters'],
    [[row(randomUUID(), { status: 'DONE' })], 'Item [0].status'],
    [[row(randomUUID(), { nope: 1 })], 'there is no field or parameter nope'],
    [[row(randomUUID(), { context: { a: 'b\0' } })], 'Item [0].context.a: the character NUL'],
  ])('refuses %j', async (body, words) => {
    await expect(log(body)).rejects.toMatchObject({ code: 'invalid', detail: expect.stringContaining(words) });
  });

  it('keeps a token to its tenants, and out of the sagas of others', async () => {
    const acme = machineWith(['ingest'], { tenants: ['acme'] });
    const sagaId = randomUUID();
    await log(row(sagaId, { tenantId: 'acme' }), undefined, { actor: acme });
    await expect(log(row(sagaId), undefined, { actor: acme })).rejects.toMatchObject({ code: 'forbidden' });
    const theirs = randomUUID();
    await log(row(theirs, { tenantId: 'other' }));
    await expect(log(row(theirs, { tenantId: 'acme' }), undefined, { actor: acme })).rejects.toMatchObject({
      code: 'forbidden',
      detail: expect.stringContaining(`Saga ${theirs}`),
    });
    const typed = machineWith(['ingest'], { sagaTypes: ['refund'] });
    await log(row(randomUUID(), { sagaType: 'refund' }), undefined, { actor: typed });
    await expect(log(row(randomUUID()), undefined, { actor: typed })).rejects.toMatchObject({ code: 'forbidden' });
  });
});

it('tells a reader of the logs that the database user may not append', async () => {
  const name = `reader_${randomUUID().replaceAll('-', '')}`;
  await db.pool.query(`CREATE ROLE ${name} LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA sagascope TO ${name};
    GRANT SELECT ON saga_log, event_store TO ${name}; GRANT ALL ON ALL TABLES IN SCHEMA sagascope TO ${name}`);
  const url = new URL(db.url);
  url.username = name;
  url.password = 'x';
  process.env.DATABASE_URL = url.href;
  try {
    const told = { code: 'unavailable', detail: expect.stringContaining('may read') };
    await expect(log({ sagaId: randomUUID(), stepName: 'a', status: 'PENDING' })).rejects.toMatchObject(told);
    const event = { eventId: randomUUID(), aggregateId: 'a', eventType: 'E', payload: {} };
    await expect(events(event)).rejects.toMatchObject(told);
  } finally {
    await primary().$disconnect();
    process.env.DATABASE_URL = db.url;
    await db.pool.query(`DROP OWNED BY ${name}; DROP ROLE ${name}`);
  }
});

it('says what an adopted event_store lacks', async () => {
  const own = new Pool({ connectionString: db.url, max: 1 });
  await own.query(`ALTER TABLE event_store DROP COLUMN metadata, DROP COLUMN occurred_at`);
  const event = { eventId: randomUUID(), aggregateId: randomUUID(), eventType: 'E', payload: {} };
  expect((await events(event)).items).toMatchObject([{ known: false }]);
  expect((await events(event)).items).toMatchObject([{ known: true }]);
  await expect(events({ ...event, eventId: randomUUID(), metadata: { service: 's' } })).rejects.toMatchObject({
    code: 'invalid',
    detail: expect.stringContaining('no column metadata'),
  });
  await own.query(`ALTER TABLE event_store DROP COLUMN event_id`);
  await expect(events(event)).rejects.toMatchObject({ code: 'unavailable' });
  await own.end();
});

async function untilWaiting(): Promise<void> {
  for (;;) {
    const { rows } = await db.pool.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return;
    await pause(10);
  }
}
