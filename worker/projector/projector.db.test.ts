import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LIVE_CHANNEL, type LiveMessage } from '@/core/contract/live';
import { SagaDefinition } from '@/core/definition/definition';
import { putDefinition } from '@/server/db/definitions';
import { pgQuery } from '@/server/db/query';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import type { FollowerOptions } from '@/worker/follower/source';
import { startWorker } from '@/worker/main';
import { rebuild } from '@/worker/rebuild';
import { verify } from '@/worker/verify';

let db: TestDatabase;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  db = await testDatabase();
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(() => db.drop());

async function work(options: Partial<FollowerOptions> = {}, url = db.url) {
  const said: string[] = [];
  const worker = await startWorker({ databaseUrl: url, log: (line) => said.push(line), follower: options });
  stops.push(() => worker.stop());
  return { said, stop: () => worker.stop() };
}

async function until(holds: () => Promise<boolean>, what: string, ms = 30_000): Promise<void> {
  for (const end = Date.now() + ms; !(await holds()); await sleep(10)) {
    if (Date.now() > end) throw new Error(`still not after ${ms} ms: ${what}`);
  }
}

/** Every row is applied, once, and no gap is open. */
const caughtUp = (of = db) =>
  until(async () => {
    const [row] = (
      await of.pool.query(
        `SELECT (SELECT count(*) FROM saga_log)::int AS rows,
        (SELECT rows_applied FROM sagascope.checkpoint WHERE log = 'saga_log')::int AS applied,
        (SELECT count(*) FROM sagascope.open_gap)::int AS gaps`,
      )
    ).rows;
    return row.rows === row.applied && row.gaps === 0;
  }, 'all rows are applied once');
const differences = async (url = db.url) => (await verify({ databaseUrl: url, log: () => undefined })).differences;
const sagaRow = async (id: string, of = db) =>
  (await of.pool.query('SELECT * FROM sagascope.saga WHERE saga_id = $1', [id])).rows[0];
const define = (saga: string, steps: string[], of = db) =>
  putDefinition(pgQuery(of.pool), {
    body: SagaDefinition.parse({ saga, steps: steps.map((name) => ({ name, compensation: `undo_${name}` })) }),
    source: 'declared',
    createdBy: 'test',
  });
const insert = (rows: Record<string, unknown>[], of: Pick<Client, 'query'> | TestDatabase['pool'] = db.pool) =>
  of.query(
    `INSERT INTO saga_log (saga_id, step_name, status, saga_type, phase, tenant_id, service, created_at, context, error, saga_version)
     SELECT saga_id, step_name, status, saga_type, phase, tenant_id, service, coalesce(created_at, now()), context, error, saga_version
     FROM json_to_recordset($1::json) AS r(saga_id uuid, step_name text, status text, saga_type text, phase text,
       tenant_id text, service text, created_at timestamptz, context jsonb, error jsonb, saga_version int)`,
    [JSON.stringify(rows)],
  );

const Row = fc.record(
  {
    saga: fc.nat(5),
    step_name: fc.constantFrom('a', 'b', 'c', 'd', 'ü', '{"'),
    status: fc.constantFrom('PENDING', 'SUCCESS', 'FAILED', 'COMPENSATED'),
    saga_type: fc.constantFrom(null, null, 'one', 'two', 'learning'),
    phase: fc.constantFrom(null, null, 'ACTION', 'COMPENSATION'),
    tenant_id: fc.constantFrom(null, null, 't1', 't2'),
    service: fc.constantFrom(null, 's'),
    created_at: fc.constantFrom(null, '2020-01-01T00:00:59.999Z', 'infinity', '2999-01-01T00:00:00Z'),
    context: fc.constantFrom(null, { order_id: 'k' }, { order_id: 'other', big: 'x'.repeat(5_000) }, [1], 'text'),
    error: fc.constantFrom(null, { code: 'E', retryable: false }, 'just text', [1]),
    saga_version: fc.constantFrom(null, null, 1, 2),
  },
  { noNullPrototype: true },
);

describe('the read model equals the full fold', () => {
  test('whatever the rows, the batches they come in and the rows that come late', async () => {
    await define('one', ['a', 'b', 'c']);
    await define('two', ['a', 'd']);
    await fc.assert(
      fc.asyncProperty(
        fc.array(Row, { minLength: 1, maxLength: 40 }),
        fc.array(Row, { maxLength: 6 }),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        async (rows, lateRows, batch, isRolledBack) => {
          const ids = Array.from({ length: 6 }, () => randomUUID());
          const written = (some: typeof rows) => some.map(({ saga, ...row }) => ({ ...row, saga_id: ids[saga] }));
          const { stop } = await work({ batch, passAfter: 10, busyPoll: 1, idlePoll: 5 });
          const slow = await db.pool.connect();
          await slow.query('BEGIN');
          await insert(written(lateRows), slow);
          for (const row of written(rows)) await insert([row]);
          await until(
            async () =>
              (await db.pool.query(`SELECT FROM sagascope.checkpoint WHERE last_id = (SELECT max(id) FROM saga_log)`))
                .rowCount === 1,
            'the others are applied',
          );
          await slow.query(isRolledBack ? 'ROLLBACK' : 'COMMIT');
          slow.release();
          await caughtUp();
          await stop();
          expect(await differences()).toEqual([]);
        },
      ),
      { numRuns: 10 },
    );
  });

  test('a rebuild comes to the same, counts nothing again, and a running follower lives with it', async () => {
    const dump = async () =>
      (
        await db.pool.query(
          `SELECT (SELECT json_agg(s ORDER BY saga_id) FROM sagascope.saga s)::text AS sagas,
           (SELECT json_agg(c ORDER BY c.*::text) FROM sagascope.status_count c WHERE sagas <> 0)::text AS counts,
           (SELECT json_agg(m ORDER BY m.*::text) FROM sagascope.metric_counter m)::text AS metrics,
           (SELECT json_agg(m ORDER BY m.*::text) FROM sagascope.minute_stat m WHERE started + failed + compensated + completed <> 0)::text AS minutes`,
        )
      ).rows[0];
    const before = await dump();
    await rebuild({ databaseUrl: db.url, log: () => undefined });
    expect(await dump()).toEqual(before);
    await work();
    await rebuild({ databaseUrl: db.url, log: () => undefined });
    expect(await dump()).toEqual(before);
    const id = randomUUID();
    await insert([{ saga_id: id, step_name: 'a', status: 'SUCCESS' }]);
    await until(async () => (await sagaRow(id)) !== undefined, 'the follower goes on');
    expect(await differences()).toEqual([]);
  });

  test('verify finds what was changed by hand', async () => {
    await db.pool.query(
      `UPDATE sagascope.saga SET headline = 'x' WHERE saga_id = (SELECT min(saga_id::text)::uuid FROM sagascope.saga)`,
    );
    await db.pool.query(
      `UPDATE sagascope.status_count SET sagas = sagas + 1 WHERE ctid = (SELECT min(ctid) FROM sagascope.status_count)`,
    );
    const found = await differences();
    expect(found[0]).toMatch(/^Saga .* differs in headline\.$/);
    expect(found.join()).toContain('status_count: only kept');
    await rebuild({ databaseUrl: db.url, log: () => undefined });
    expect(await differences()).toEqual([]);
  });
});

describe('definitions', () => {
  test('a first definition holds for the history of its type, and of sagas that only its first step names', async () => {
    const own = await testDatabase();
    await work({}, own.url);
    const [typed, named, foreign] = [randomUUID(), randomUUID(), randomUUID()];
    await insert(
      [
        { saga_id: typed, step_name: 'reserve', status: 'SUCCESS', saga_type: 'order' },
        { saga_id: named, step_name: 'reserve', status: 'SUCCESS' },
        { saga_id: foreign, step_name: 'other', status: 'SUCCESS' },
      ],
      own.pool,
    );
    await caughtUp(own);
    expect(await sagaRow(named, own)).toMatchObject({
      saga_type: 'reserve',
      definition_version: null,
      status: 'RUNNING',
    });
    await define('order', ['reserve'], own);
    const isCompleted = async (id: string) => (await sagaRow(id, own)).status === 'COMPLETED';
    await until(async () => (await isCompleted(typed)) && (await isCompleted(named)), 'both are folded again');
    expect(await sagaRow(named, own)).toMatchObject({ saga_type: 'order', definition_version: 1 });
    expect(await sagaRow(foreign, own)).toMatchObject({ saga_type: 'other', definition_version: null });
    expect(await differences(own.url)).toEqual([]);
    await define('order', ['reserve', 'pay'], own);
    const later = randomUUID();
    await insert([{ saga_id: later, step_name: 'reserve', status: 'SUCCESS' }], own.pool);
    await until(async () => (await sagaRow(later, own))?.definition_version === 2, 'a later saga has version 2');
    expect(await sagaRow(typed, own)).toMatchObject({ status: 'COMPLETED', definition_version: 1 });
    // A second type that begins alike: the first step names neither any more.
    await define('return', ['reserve', 'collect'], own);
    await until(async () => (await sagaRow(named, own)).saga_type === 'reserve', 'the type is in doubt');
    await until(async () => (await differences(own.url)).length === 0, 'all affected sagas are folded again');
    for (const stop of stops.splice(0)) await stop();
    await own.drop();
  });
});

/** Every key of a notification, whomever it is for. */
const toldKeys = (payload: string | undefined): string[] => {
  const { keys, groups = [] }: LiveMessage = JSON.parse(payload ?? '{"keys":[]}');
  return [...keys, ...groups.flatMap((group) => group.keys)];
};

const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

describe('counters, history and live', () => {
  test('each saga is counted once, what is older than the first start is history, and live streams hear of it', async () => {
    const own = await testDatabase();
    const old = randomUUID();
    const day = 86_400_000;
    await insert(
      [{ saga_id: old, step_name: 'a', status: 'FAILED', saga_type: 'one', created_at: ago(8 * day) }],
      own.pool,
    );
    await define('one', ['a', 'b'], own);
    await work({}, own.url);
    await caughtUp(own);
    expect(await sagaRow(old, own)).toMatchObject({ historic: true });
    const listener = new Client({ connectionString: own.url });
    await listener.connect();
    const heard: string[] = [];
    listener.on('notification', ({ payload }) => heard.push(...toldKeys(payload)));
    await listener.query(`LISTEN ${LIVE_CHANNEL}`);
    const [fresh, backfilled] = [randomUUID(), randomUUID()];
    const failed = { step_name: 'a', status: 'FAILED', saga_type: 'one', error: { code: 'E', retryable: false } };
    await insert(
      [
        { ...failed, saga_id: fresh, service: 'shop' },
        { ...failed, saga_id: backfilled, service: 'shop', created_at: ago(day) },
      ],
      own.pool,
    );
    await insert([{ ...failed, saga_id: fresh, service: 'other' }], own.pool);
    await insert([{ saga_id: old, step_name: 'a', status: 'PENDING', saga_type: 'one' }], own.pool);
    await caughtUp(own);
    expect(await sagaRow(old, own)).toMatchObject({ historic: false });
    const counters = (
      await own.pool.query('SELECT name, service, saga_type, value::int FROM sagascope.metric_counter ORDER BY name')
    ).rows;
    const shop = { service: 'shop', saga_type: 'one' };
    expect(counters).toEqual([
      { name: 'saga_compensated_total', ...shop, value: 0 },
      { name: 'saga_completed_total', ...shop, value: 0 },
      { name: 'saga_failed_total', ...shop, value: 1 },
      { name: 'saga_started_total', ...shop, value: 1 },
    ]);
    await until(async () => heard.includes(`saga:${fresh}`) && heard.includes('sagas'), 'live streams are told');
    expect(await differences(own.url)).toEqual([]);
    await listener.end();
    for (const stop of stops.splice(0)) await stop();
    await own.drop();
  });
});

describe('rows that nobody expected', () => {
  test('an adopted table full of them stops nothing, and every saga is listed', async () => {
    const own = await testDatabase();
    await own.pool.query(`DROP TABLE saga_log;
      CREATE TABLE public.saga_log (id bigserial PRIMARY KEY, saga_id uuid, step_name text, status text, created_at timestamptz,
        saga_type text, context json, error json, tenant_id text, correlation_id text, trace_id text, service text)`);
    const { said } = await work({}, own.url);
    const long = 'é'.repeat(10_000);
    const ids = Array.from({ length: 9 }, () => randomUUID());
    const row = (...values: unknown[]) =>
      own.pool.query(
        `INSERT INTO saga_log (saga_id, step_name, status, created_at, saga_type, context, error, tenant_id, correlation_id, trace_id, service)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        Array.from({ length: 11 }, (_, index) => values[index] ?? null),
      );
    const now = new Date().toISOString();
    await row(ids[0], long, 'SUCCESS', now);
    await row(ids[1], 'a', 'EXPLODED', now, long, null, null, long, long, long, long);
    await row(
      ids[2],
      'a',
      'SUCCESS',
      now,
      't',
      `{"order_id":"nul \\u0000 and half \\ud83d"}`,
      `{"code":"nul \\u0000"}`,
    );
    await row(ids[3], null, null, null);
    await row(ids[4], '<img src=x onerror=alert(1)>', 'FAILED', 'infinity', null, '[]', '"text"');
    await row(
      ids[5],
      'end;',
      'FAILED',
      '-infinity',
      null,
      JSON.stringify({ big: 'x'.repeat(2_000_000), order_id: 'large' }),
    );
    await row(ids[6], '支付 😀', 'SUCCESS', '294276-01-01Z', null, `{"order_id":9007199254740993}`);
    await row(null, 'a', 'SUCCESS', now);
    await row(ids[7], 'a', 'SUCCESS', '4714-11-24Z BC', 't', '{"order_id": 1.10}', `{"code":${'9'.repeat(5_000)}}`);
    await row(ids[8], 'a'.repeat(3), 'SUCCESS', now);
    await caughtUp(own);
    for (const id of ids) expect(await sagaRow(id, own), `saga ${ids.indexOf(id)}`).toBeDefined();
    expect((await sagaRow(ids[6]!, own)).business_key).toBe('9007199254740993');
    expect((await sagaRow(ids[5]!, own)).business_key).toBe('large');
    expect((await sagaRow(ids[3]!, own)).row_count).toBe('1');
    expect(await differences(own.url)).toEqual([]);
    expect(said.filter((line) => line.includes('cannot be'))).toEqual([]);
    for (const stop of stops.splice(0)) await stop();
    await own.drop();
  });

  test('a saga that cannot be stored is listed as an anomaly, and the others of its batch are right', async () => {
    const own = await testDatabase();
    // Stands for any fault of ours that only one saga has.
    await own.pool.query(
      `ALTER TABLE sagascope.saga ADD CHECK (saga_type <> 'poison' OR headline LIKE 'Cannot be read%')`,
    );
    const { said } = await work({}, own.url);
    const [good, bad] = [randomUUID(), randomUUID()];
    await insert(
      [
        { saga_id: bad, step_name: 'poison', status: 'PENDING' },
        { saga_id: good, step_name: 'a', status: 'PENDING' },
      ],
      own.pool,
    );
    await caughtUp(own);
    expect(await sagaRow(good, own)).toMatchObject({ saga_type: 'a', status: 'RUNNING' });
    expect((await sagaRow(bad, own)).attention).toMatchObject([{ reason: 'ANOMALY' }]);
    expect(said.join()).toContain(`Saga ${bad} cannot be stored`);
    expect(await differences(own.url)).toEqual([expect.stringContaining(bad)]);
    for (const stop of stops.splice(0)) await stop();
    await own.drop();
  });
});
