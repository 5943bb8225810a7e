import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SagaTypeList, SagaTypeListInput } from '@/core/contract/saga-types';
import { SagaList, SagaListInput } from '@/core/contract/sagas';
import { ATTENTION_REASONS } from '@/core/saga/saga';
import { primary } from '@/server/db/prisma';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { contextOf, personWith } from '@/server/auth/test-actors';
import { sees } from '@/server/auth/visible';
import type { Ctx } from '@/server/http/context';
import { problemOf } from '@/server/http/failure';
import { Problem } from '@/server/http/problem';
import { listSagaTypes } from './list-saga-types';
import { listSagas } from './list-sagas';
import { insertSagas } from './saga-row.fixture';

let db: TestDatabase;

beforeAll(async () => {
  db = await servedDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  reader = undefined;
  await db.pool.query('truncate sagascope.saga, sagascope.status_count, sagascope.definition');
});

let reader: Ctx | undefined;
const ctx = () => reader ?? contextOf();

async function list(input: Record<string, unknown>): Promise<SagaList> {
  return SagaList.parse(JSON.parse((await listSagas(ctx(), SagaListInput.parse(input))).text));
}
const ids = (page: SagaList) => page.items.map((item) => item.sagaId);

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
const NOW = Date.now();
const reason = (name: string, since: number) => ({ reason: name, since, stepName: null });

async function walk(input: Record<string, unknown>, between: () => Promise<unknown> = async () => undefined) {
  const forward: string[] = [];
  let page = await list(input);
  const first = page;
  for (;;) {
    forward.push(...ids(page));
    if (page.next === null) break;
    await between();
    page = await list({ ...input, cursor: page.next });
  }
  const backward: string[] = [];
  for (;;) {
    backward.unshift(...ids(page));
    if (page.previous === null) break;
    await between();
    page = await list({ ...input, cursor: page.previous });
  }
  return { first, forward, backward };
}

const forged = (key: unknown, sort = '-updatedAt') =>
  Buffer.from(JSON.stringify([1, sort, 'next', key])).toString('base64url');

describe('paging', () => {
  // Few distinct times, so that ties are the rule and the saga id has to decide.
  const rowsArb = fc.array(
    fc.record({
      started: fc.integer({ min: 0, max: 5 }),
      updated: fc.integer({ min: 0, max: 5 }),
      risk: fc.integer({ min: 0, max: 9 }),
    }),
    { minLength: 0, maxLength: 40 },
  );

  it('visits every saga exactly once, in both directions, in every order', async () => {
    await fc.assert(
      fc.asyncProperty(
        rowsArb,
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom('-updatedAt', 'updatedAt', '-startedAt', 'startedAt', 'risk'),
        async (rows, limit, sort) => {
          await db.pool.query('truncate sagascope.saga');
          const inserted = await insertSagas(
            db.pool,
            rows.map((row) => ({
              started_at: at(row.started),
              updated_at: at(row.updated),
              attention: ATTENTION_REASONS[row.risk]
                ? [reason(ATTENTION_REASONS[row.risk]!, NOW - row.updated * 1000)]
                : [],
            })),
          );
          const { forward, backward, first } = await walk({ sort, limit });
          expect(forward.toSorted()).toEqual(inserted.toSorted());
          expect(backward).toEqual(forward);
          expect(first.previous).toBeNull();
          expect(first.count).toEqual({ value: rows.length, capped: false });
        },
      ),
      { numRuns: 25 },
    );
  });

  it('visits every saga that the reader may see exactly once, whatever they may see and have chosen', async () => {
    const tenants = fc.option(fc.subarray(['a', 'b', 'c']), { nil: null });
    const sagaTypes = fc.option(fc.subarray(['x', 'y']), { nil: null });
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            tenant: fc.constantFrom('', 'a', 'b', 'c', 'd'),
            type: fc.constantFrom('x', 'y', 'z'),
            status: fc.constantFrom('RUNNING', 'FAILED'),
            updated: fc.integer({ min: 0, max: 3 }),
          }),
          { maxLength: 40 },
        ),
        fc.array(fc.record({ tenants, sagaTypes }), { minLength: 1, maxLength: 3 }),
        fc.option(fc.constantFrom('a', 'd'), { nil: null }),
        fc.constantFrom({}, { status: 'FAILED' }, { type: 'x,z' }, { tenant: 'b' }, { tenant: 'b', type: 'y' }),
        fc.constantFrom('-updatedAt', 'updatedAt', '-startedAt', 'startedAt', 'risk'),
        async (rows, reach, chosen, filter, sort) => {
          await db.pool.query('truncate sagascope.saga, sagascope.status_count');
          const ids = await insertSagas(
            db.pool,
            rows.map(({ tenant, type, status, updated }) => ({
              tenant_id: tenant,
              saga_type: type,
              status,
              updated_at: at(updated),
              started_at: at(updated),
            })),
          );
          const actor = { ...personWith('viewer'), grants: reach.map((one) => ({ holds: 'viewer' as const, ...one })) };
          reader = contextOf(actor, chosen);
          const asked: { status?: string; type?: string; tenant?: string } = filter;
          const expected = ids.filter((_, index) => {
            const row = rows[index]!;
            return (
              sees({ actor, tenant: chosen }, 'sagas.read', { tenantId: row.tenant, sagaType: row.type }) &&
              (asked.status === undefined || row.status === asked.status) &&
              (asked.type === undefined || asked.type.split(',').includes(row.type)) &&
              (asked.tenant === undefined || row.tenant === asked.tenant)
            );
          });
          const { forward, backward, first } = await walk({ ...filter, sort, limit: 3 });
          expect(forward.toSorted()).toEqual(expected.toSorted());
          expect(backward).toEqual(forward);
          expect(first.count.value).toBe(expected.length);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('visits every saga of several statuses and types exactly once, merged in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            status: fc.constantFrom('RUNNING', 'FAILED', 'COMPENSATED'),
            type: fc.constantFrom('a', 'b', 'c'),
            updated: fc.integer({ min: 0, max: 5 }),
          }),
          { maxLength: 40 },
        ),
        fc.subarray(['RUNNING', 'FAILED', 'COMPENSATED']),
        fc.subarray(['a', 'b']),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom('-updatedAt', 'updatedAt', 'startedAt', 'risk'),
        async (rows, status, type, limit, sort) => {
          await db.pool.query('truncate sagascope.saga');
          const inserted = await insertSagas(
            db.pool,
            rows.map((row) => ({
              status: row.status,
              saga_type: row.type,
              updated_at: at(row.updated),
              started_at: at(row.updated),
            })),
          );
          const wanted = inserted.filter((_, n) => {
            const row = rows[n]!;
            return (
              (status.length === 0 || status.includes(row.status)) && (type.length === 0 || type.includes(row.type))
            );
          });
          const { forward, backward, first } = await walk({ sort, limit, status, type });
          expect(forward.toSorted()).toEqual(wanted.toSorted());
          expect(backward).toEqual(forward);
          expect(first.count.value).toBe(wanted.length);
          const place = (id: string) => rows[inserted.indexOf(id)]!.updated;
          const times = forward.map(place);
          expect(times).toEqual(
            times.toSorted((x, y) => (sort === 'updatedAt' || sort === 'startedAt' ? x - y : y - x)),
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  it('sorts as it says', async () => {
    const [a, b, c] = await insertSagas(db.pool, [
      { started_at: at(1), updated_at: at(30) },
      { started_at: at(2), updated_at: at(20), attention: [reason('STUCK', NOW - 5000)] },
      { started_at: at(3), updated_at: at(10), attention: [reason('STUCK', NOW - 9000)] },
    ]);
    expect(ids(await list({ sort: '-updatedAt' }))).toEqual([a, b, c]);
    expect(ids(await list({ sort: 'updatedAt' }))).toEqual([c, b, a]);
    expect(ids(await list({ sort: '-startedAt' }))).toEqual([c, b, a]);
    expect(ids(await list({ sort: 'startedAt' }))).toEqual([a, b, c]);
    expect(ids(await list({ sort: 'risk' }))).toEqual([c, b, a]);
  });

  it('loses and repeats nothing by start while sagas change and arrive under the reader', async () => {
    const before = await insertSagas(
      db.pool,
      Array.from({ length: 60 }, (_, index) => ({ started_at: at(index % 7) })),
    );
    const change = async () => {
      await db.pool.query(
        `update sagascope.saga set updated_at = now(), status = 'FAILED', last_log_id = last_log_id + 1`,
      );
      await insertSagas(db.pool, [{ started_at: at(1000) }]);
    };
    const { forward } = await walk({ sort: '-startedAt', limit: 7 }, change);
    expect(forward.toSorted()).toEqual(before.toSorted());
  });

  it('keeps its place to the microsecond, and in years far away', async () => {
    const times = [
      '2026-01-01T00:00:00.000001Z',
      '2026-01-01T00:00:00.000002Z',
      '0001-01-01T00:00:00Z',
      '9999-12-31T23:59:59.999999Z',
    ];
    const inserted = await insertSagas(
      db.pool,
      times.map((time) => ({ started_at: time, updated_at: time })),
    );
    const { forward, backward } = await walk({ sort: 'startedAt', limit: 1 });
    expect(forward).toEqual([inserted[2], inserted[0], inserted[1], inserted[3]]);
    expect(backward).toEqual(forward);
  });

  it('finds the way back when the rows beyond a place are gone', async () => {
    const inserted = await insertSagas(db.pool, [{ started_at: at(2) }, { started_at: at(1) }]);
    const { next } = await list({ sort: '-startedAt', limit: 1 });
    await db.pool.query('delete from sagascope.saga where saga_id = $1', [inserted[1]]);
    const gone = await list({ sort: '-startedAt', limit: 1, cursor: next });
    expect(gone).toMatchObject({ items: [], next: null });
    expect(gone.previous).not.toBeNull();
  });

  it('refuses a cursor that it did not write', async () => {
    await insertSagas(db.pool, [{}, {}]);
    const { next } = await list({ limit: 1 });
    const cursors: [string, string][] = [
      ['x', '-updatedAt'],
      ['', '-updatedAt'],
      [next!, 'risk'],
      [forged(['1; drop table sagascope.saga', randomUUID()]), '-updatedAt'],
      [forged(['1', "' or 1=1 --"]), '-updatedAt'],
      [forged(['99999999999999999999', randomUUID()]), '-updatedAt'],
      [forged([]), '-updatedAt'],
      [forged(['1', '5', '5', 'x'], 'risk'), 'risk'],
      [forged(['0', '5', '5', 'x'], 'risk'), 'risk'],
    ];
    for (const [cursor, sort] of cursors) {
      const refused = await list({ limit: 1, cursor, sort }).catch((error: unknown) => error);
      expect(refused, cursor).toBeInstanceOf(Problem);
      expect(refused).toMatchObject({ code: 'invalid' });
    }
  });
});

describe('attention', () => {
  it('shows the worst reason that is due by the database’s clock, and none that is still to come', async () => {
    const soon = NOW + 3_600_000;
    const [coming, both, old] = await insertSagas(db.pool, [
      { attention: [reason('COMPENSATION_FAILED', soon)] },
      { attention: [reason('COMPENSATION_FAILED', soon), reason('STUCK', NOW - 60_000)] },
      { attention: [reason('ANOMALY', NOW - 60_000)], historic: true },
    ]);
    const all = await list({ sort: 'risk' });
    expect(all.items.find((item) => item.sagaId === both)?.attention).toEqual({
      reason: 'STUCK',
      since: new Date(NOW - 60_000).toISOString(),
    });
    expect(all.items.find((item) => item.sagaId === coming)?.attention).toBeNull();
    expect(all.items.find((item) => item.sagaId === old)?.attention).toBeNull();
    expect(ids(await list({ attention: 'any' }))).toEqual([both]);
    expect(ids(await list({ attention: 'STUCK,ANOMALY' }))).toEqual([both]);
    expect(ids(await list({ attention: 'COMPENSATION_FAILED' }))).toEqual([]);
    expect(ids(await list({ attention: 'none' })).toSorted()).toEqual([coming, old].toSorted());
    expect((await list({ attention: 'any' })).count).toEqual({ value: 1, capped: false });
  });

  it('puts the worst reason first, then the one that waits longest', async () => {
    const rows = ATTENTION_REASONS.flatMap((name) => [
      { attention: [reason(name, NOW - 1000)] },
      { attention: [reason(name, NOW - 2000)] },
    ]);
    const inserted = await insertSagas(db.pool, [...rows, {}]);
    const expected = [...ATTENTION_REASONS.keys()].flatMap((n) => [inserted[2 * n + 1], inserted[2 * n]]);
    expect(ids(await list({ sort: 'risk' }))).toEqual([...expected, inserted.at(-1)]);
  });
});

const expectOnly = async (input: Record<string, unknown>, ...expected: (string | undefined)[]) => {
  const page = await list({ sort: 'startedAt', ...input });
  expect(ids(page), JSON.stringify(input)).toEqual(expected);
  expect(page.count, JSON.stringify(input)).toEqual({ value: expected.length, capped: false });
};

describe('filters', () => {
  it('each keeps what it names and nothing else', async () => {
    const trace = 'trace-1';
    const [failed, odd, plain] = await insertSagas(db.pool, [
      {
        status: 'FAILED',
        error_code: 'CARRIER_TIMEOUT',
        step_names: ['a', 'create_shipment'],
        trace_id: trace,
        started_at: at(10),
      },
      {
        status: 'COMPENSATED',
        saga_type: 'odd, "type"',
        tenant_id: 'acme',
        business_key: '50%_off',
        historic: true,
        started_at: at(20),
      },
      { business_key: '订单-8841', correlation_id: 'corr', started_at: at(30) },
    ]);
    await expectOnly({ status: 'FAILED' }, failed);
    await expectOnly({ status: 'FAILED,COMPENSATED' }, failed, odd);
    await expectOnly({ status: ['FAILED', 'COMPENSATED'], type: ['odd, "type"'] }, odd);
    await expectOnly({ type: ['nothing'] });
    await expectOnly({ step: 'create_shipment' }, failed);
    await expectOnly({ errorCode: 'CARRIER_TIMEOUT' }, failed);
    await expectOnly({ tenant: 'acme' }, odd);
    await expectOnly({ tenant: '' }, failed, plain);
    await expectOnly({ historic: 'only' }, odd);
    await expectOnly({ historic: 'exclude' }, failed, plain);
    await expectOnly({ from: at(20) }, odd, plain);
    await expectOnly({ to: at(20) }, failed);
    await expectOnly({ from: '2026-01-01T23:00:20+23:00', to: at(30) }, odd);
    await expectOnly({ q: failed }, failed);
    await expectOnly({ q: failed?.toUpperCase() }, failed);
    await expectOnly({ q: 'corr' }, plain);
    await expectOnly({ q: 'cor' });
    await expectOnly({ q: trace }, failed);
    await expectOnly({ q: '订单' }, plain);
    await expectOnly({ q: '订单-8841' }, plain);
    await expectOnly({ q: '8841' }, plain);
    await expectOnly({ q: '#8841' }, plain);
    await expectOnly({ q: '841' });
    await expectOnly({ q: '50%_OFF' }, odd);
    await expectOnly({ q: '50%_' }, odd);
    await expectOnly({ q: '%' });
    await expectOnly({ q: '5_%' });
    await expectOnly({ q: '   ' }, failed, odd, plain);
  });

  it('reads hostile text as text', async () => {
    const texts = [
      `'; drop table sagascope.saga; --`,
      `\\'; select pg_sleep(9) --`,
      `<img src=x onerror=alert(1)>`,
      'end;',
      `$1`,
      '😀',
      '\u{10FFFF}',
      'a'.repeat(200),
    ];
    const inserted = await insertSagas(
      db.pool,
      texts.map((text) => ({
        business_key: text,
        saga_type: text.slice(0, 100),
        error_code: text,
        step_names: [text],
        tenant_id: text,
      })),
    );
    for (const [index, text] of texts.entries()) {
      for (const field of ['q', 'errorCode', 'step', 'tenant']) {
        expect(ids(await list({ [field]: text })), `${field} ${text}`).toEqual([inserted[index]]);
      }
      const [item] = (await list({ q: text })).items;
      expect(item?.businessKey).toBe(text);
    }
    expect(ids(await list({}))).toHaveLength(texts.length);
  });

  it('counts no further than 10,000 and says so', async () => {
    await db.pool
      .query(`insert into sagascope.saga (saga_id, saga_type, status, correlation_id, steps, step_names, headline, outstanding,
        in_doubt, going_back, started_at, updated_at, first_log_id, last_log_id, row_count, error_code)
      select gen_random_uuid(), 't', 'FAILED', n::text, '[]', '{}', '', 0, 0, false, now(), now(), n, n, 1, 'E'
        from generate_series(1, 10001) n`);
    expect((await list({ errorCode: 'E', limit: 1 })).count).toEqual({ value: 10_000, capped: true });
    await insertSagas(db.pool, []);
    expect((await list({ status: 'FAILED', limit: 1 })).count).toEqual({ value: 10_000, capped: true });
    expect((await list({ status: 'RUNNING', limit: 1 })).count).toEqual({ value: 0, capped: false });
  });
});

const types = async (input: Record<string, unknown>) =>
  SagaTypeList.parse(JSON.parse((await listSagaTypes(ctx(), SagaTypeListInput.parse(input))).text));

describe('saga types', () => {
  it('have their counts, their definition, and pages in both directions', async () => {
    await insertSagas(db.pool, [
      { saga_type: 'b', status: 'FAILED', attention: [reason('STUCK', NOW - 1000)] },
      { saga_type: 'b' },
      { saga_type: 'B' },
      { saga_type: '中' },
    ]);
    await db.pool.query(`insert into sagascope.definition (type, version, source, body, created_by) values
      ('b', 1, 'declared', '{}', 'x'), ('b', 2, 'discovered', '{}', 'x'), ('only_defined', 1, 'declared', '{}', 'x')`);
    const all = await types({});
    expect(all.items.map((item) => item.sagaType)).toEqual(['B', 'b', 'only_defined', '中']);
    expect(all.items[1]).toEqual({
      sagaType: 'b',
      counts: { RUNNING: 1, COMPLETED: 0, FAILED: 1, COMPENSATING: 0, COMPENSATED: 0 },
      total: 2,
      attention: 1,
      definition: { version: 2, source: 'discovered' },
    });
    const first = await types({ limit: 3 });
    const second = await types({ limit: 3, cursor: first.next });
    expect(second.items.map((item) => item.sagaType)).toEqual(['中']);
    expect((await types({ limit: 3, cursor: second.previous })).items).toEqual(first.items);
  });
});

describe('a database that is gone', () => {
  it('is an error that says so, never an empty list, and is found again', async () => {
    await insertSagas(db.pool, [{}]);
    expect((await list({})).items).toHaveLength(1);
    process.env.DATABASE_URL = 'postgres://nobody@127.0.0.1:1/none';
    const error = await list({}).catch((thrown: unknown) => thrown);
    await primary().$disconnect();
    process.env.DATABASE_URL = db.url;
    expect(problemOf(error)).toMatchObject({
      code: 'unavailable',
      detail: expect.stringMatching(/^The database does not answer/),
    });
    await db.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sagascope web' and datname = current_database()`,
    );
    const again = await list({}).catch(() => list({}));
    expect(again.items).toHaveLength(1);
  });

  it('is told from a statement that takes too long', async () => {
    const error = await contextOf()
      .db.transaction(async (query) => {
        await query(`set local statement_timeout = 20`);
        return query('select pg_sleep(5)::text');
      })
      .catch((thrown: unknown) => thrown);
    expect(problemOf(error)).toMatchObject({ code: 'unavailable', detail: expect.stringContaining('too long') });
  });
});
