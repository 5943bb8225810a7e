import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newToken } from '@/server/auth/token';
import { contextOf, machineWith, personWith } from '@/server/auth/test-actors';
import { appendJournal } from '@/server/db/journal';
import { pgQuery } from '@/server/db/query';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { CLIENT_ADDRESS_HEADER } from '@/server/http/client-address';
import { insertSagas } from '@/server/sagas/saga-row.fixture';
import { getMetrics } from './get-metrics';
import { answerMetrics } from './metrics-route';

const SECRET = 'a-metrics-token-of-our-own';
let db: TestDatabase;
beforeAll(async () => {
  db = await servedDatabase();
});
afterAll(async () => {
  delete process.env.METRICS_TOKEN;
  await db.drop();
});
beforeEach(async () => {
  process.env.METRICS_TOKEN = SECRET;
  await db.pool.query('truncate sagascope.metric_counter, sagascope.saga, sagascope.checkpoint, sagascope.api_token');
});

const count = (name: string, tenant: string, service: string, type: string, value: number) =>
  db.pool.query('insert into sagascope.metric_counter values ($1, $2, $3, $4, $5)', [
    name,
    tenant,
    service,
    type,
    value,
  ]);

/** Series by what stands before the value. */
async function scrape(ctx = contextOf(machineWith(['metrics']))): Promise<Map<string, string>> {
  const text = await getMetrics(ctx);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]));
}

const ask = async (authorization?: string, from = '192.0.2.1') => {
  const headers = new Headers({ host: '127.0.0.1:3000', [CLIENT_ADDRESS_HEADER]: from });
  if (authorization !== undefined) headers.set('authorization', authorization);
  const response = await answerMetrics(new Request('http://127.0.0.1:3000/api/metrics', { headers }));
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
};

async function storeToken(scopes: string[], tenants: string[] | null = null): Promise<string> {
  const { token, hash, prefix } = newToken();
  await db.pool.query(
    `insert into sagascope.api_token (id, name, token_hash, prefix, scopes, tenants, created_by) values ($1, 'scraper', $2, $3, $4, $5, 'test')`,
    [randomUUID(), hash, prefix, scopes, tenants],
  );
  return token;
}

const entry = (interventionId: string, type: string) => ({
  at: 0,
  type,
  tenantId: 'acme',
  sagaId: null,
  interventionId,
  actor: 'ana',
  role: 'operator',
  origin: 'test',
  body: '{}',
});

describe('metrics', () => {
  it('are the kept counters, the same from every process', async () => {
    await count('saga_started_total', 'acme', 'order', 'order_fulfilment', 7);
    await count('saga_started_total', 'globex', 'order', 'order_fulfilment', 5);
    await count('saga_failed_total', 'acme', 'order', 'order_fulfilment', 0);
    const found = await scrape();
    expect(found.get('saga_started_total{service="order",saga_type="order_fulfilment"}')).toBe('12');
    expect(found.get('saga_failed_total{service="order",saga_type="order_fulfilment"}')).toBe('0');
    expect([...found.keys()].some((name) => name.startsWith('process_cpu_seconds_total'))).toBe(true);
    expect([...found.keys()].some((name) => name.startsWith('saga_step_duration_seconds'))).toBe(false);
  });

  it('count what waits for a person by its worst reason that is due, all reasons from 0', async () => {
    const now = Date.now();
    await insertSagas(db.pool, [
      {
        status: 'COMPENSATING',
        going_back: true,
        outstanding: 2,
        attention: [
          { reason: 'COMPENSATION_FAILED', since: now - 1000, stepName: null },
          { reason: 'STUCK', since: now - 2000, stepName: null },
        ],
      },
      { status: 'FAILED', going_back: true, outstanding: 0 },
      { status: 'RUNNING', going_back: false, outstanding: 3 },
      { status: 'RUNNING', attention: [{ reason: 'STUCK', since: now + 60_000, stepName: null }] },
    ]);
    const found = await scrape();
    expect(found.get('saga_compensation_pending')).toBe('1');
    expect(found.get('saga_attention{reason="COMPENSATION_FAILED"}')).toBe('1');
    expect(found.get('saga_attention{reason="STUCK"}')).toBe('0');
    expect([...found.keys()].filter((name) => name.startsWith('saga_attention'))).toHaveLength(6);
  });

  it('say how far the lists are behind, and nothing where nobody measured it', async () => {
    expect((await scrape()).has('projection_lag_seconds')).toBe(false);
    await db.pool.query(
      `insert into sagascope.checkpoint (log, last_id, lag_ms, state, polled_at, applied_at) values ('saga_log', 0, 1500, 'running', now(), now())`,
    );
    expect((await scrape()).get('projection_lag_seconds')).toBe('1.5');
  });

  it('count each intervention once per outcome', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    for (const id of [first, second]) {
      await db.pool.query(
        `insert into sagascope.intervention (id, tenant_id, saga_id, saga_type, action, state, requested_by, request_hash,
           plan_hash, plan, course, created_at, updated_at)
         values ($1, 'acme', $2, 'order_fulfilment', 'COMPENSATE_SAGA', 'verified', 'ana', '', '', '{}', '{}', now(), now())`,
        [id, randomUUID()],
      );
    }
    await appendJournal(pgQuery(db.pool), [
      entry(first, 'CallDeadLettered'),
      entry(first, 'CallDeadLettered'),
      entry(first, 'InterventionVerified'),
      entry(second, 'InterventionVerified'),
    ]);
    const found = await scrape();
    expect(found.get('intervention_total{action="COMPENSATE_SAGA",outcome="dead_lettered"}')).toBe('1');
    expect(found.get('intervention_total{action="COMPENSATE_SAGA",outcome="verified"}')).toBe('2');
    expect(found.get('intervention_total{action="LOCK",outcome="recorded"}')).toBe('0');
    const globex = await scrape(contextOf(machineWith(['metrics'], { tenants: ['globex'] })));
    expect(globex.get('intervention_total{action="COMPENSATE_SAGA",outcome="verified"}')).toBe('0');
  });

  it('are the sums of the tenants and types that the reader has', async () => {
    await count('saga_started_total', 'acme', 'order', 'order_fulfilment', 7);
    await count('saga_started_total', 'globex', 'order', 'order_fulfilment', 5);
    await count('saga_started_total', '', 'order', 'order_fulfilment', 3);
    await count('saga_started_total', 'acme', 'order', 'refund', 2);
    await insertSagas(db.pool, [{ tenant_id: 'globex', going_back: true, outstanding: 1 }]);
    const series = 'saga_started_total{service="order",saga_type="order_fulfilment"}';
    const acme = await scrape(contextOf(machineWith(['metrics'], { tenants: ['acme'] })));
    expect(acme.get(series)).toBe('7');
    expect(acme.get('saga_compensation_pending')).toBe('0');
    expect((await scrape(contextOf(personWith('operator'), 'globex'))).get(series)).toBe('5');
    const refunds = await scrape(contextOf(personWith('engineer', { sagaTypes: ['refund'] })));
    expect([...refunds].filter(([name]) => name.startsWith('saga_started'))).toEqual([
      ['saga_started_total{service="order",saga_type="refund"}', '2'],
    ]);
  });

  it('escape what services wrote, and cut what is too long', async () => {
    const hostile = 'a"} 1\nsaga_started_total{x="\\';
    await count('saga_started_total', '', hostile, 't', 4);
    await count('saga_started_total', '', 'long', 'x'.repeat(500), 1);
    await count('saga_started_total', '', 'long', `${'x'.repeat(500)}y`, 2);
    const text = await getMetrics(contextOf(machineWith(['metrics'])));
    const lines = text.split('\n').filter((line) => line.startsWith('saga_started_total'));
    expect(lines).toEqual([
      String.raw`saga_started_total{service="a\"} 1\nsaga_started_total{x=\"\\",saga_type="t"} 4`,
      `saga_started_total{service="long",saga_type="${'x'.repeat(120)}"} 3`,
    ]);
  });

  it('tell a bounded number of series, those with the highest totals, and how many are left out', async () => {
    await db.pool.query(
      `insert into sagascope.metric_counter select c, '', 'service', 'type ' || n, n from generate_series(1, 1200) n,
         unnest(array['saga_started_total', 'saga_failed_total']) c`,
    );
    const found = await scrape();
    expect([...found.keys()].filter((name) => name.startsWith('saga_started_total'))).toHaveLength(1_000);
    expect(found.has('saga_failed_total{service="service",saga_type="type 201"}')).toBe(true);
    expect(found.has('saga_failed_total{service="service",saga_type="type 200"}')).toBe(false);
    expect(found.get('saga_pairs_left_out')).toBe('200');
  });
});

describe('who may scrape', () => {
  it('is who knows METRICS_TOKEN, or has a token with the scope', async () => {
    expect(await ask(`Bearer ${SECRET}`)).toMatchObject({
      status: 200,
      type: 'text/plain; version=0.0.4; charset=utf-8',
    });
    expect((await ask(`Bearer ${await storeToken(['metrics'])}`)).status).toBe(200);
    const read = await ask(`Bearer ${await storeToken(['read'])}`);
    expect(read).toMatchObject({ status: 403, type: 'application/problem+json; charset=utf-8' });
    expect(read.text).toContain('metrics');
  });

  it('is nobody else', async () => {
    expect((await ask()).status).toBe(401);
    expect((await ask(`Bearer ${SECRET}x`)).status).toBe(401);
    delete process.env.METRICS_TOKEN;
    expect((await ask(`Bearer ${SECRET}`)).status).toBe(401);
    expect((await ask('Bearer undefined')).status).toBe(401);
  });

  it('is nobody who guesses METRICS_TOKEN for long, though whoever has known it goes on', async () => {
    expect((await ask(`Bearer ${SECRET}`, '198.51.100.1')).status).toBe(200);
    for (let n = 0; n < 30; n += 1) expect((await ask(`Bearer guess-${n}`, '198.51.100.2')).status).toBe(401);
    process.env.METRICS_TOKEN = `${SECRET}-new`;
    expect((await ask(`Bearer ${SECRET}-new`, '198.51.100.2')).status).toBe(429);
    expect((await ask(`Bearer ${SECRET}-new`, '198.51.100.1')).status).toBe(200);
    expect((await ask(`Bearer ${SECRET}-new`, '198.51.100.2')).status).toBe(200);
  });

  it('is an engineer, an operator or an administrator among people', async () => {
    for (const role of ['engineer', 'operator', 'admin'] as const) {
      await expect(getMetrics(contextOf(personWith(role)))).resolves.toContain('saga_attention');
    }
    for (const role of ['viewer', 'support', 'approver'] as const) {
      await expect(getMetrics(contextOf(personWith(role)))).rejects.toMatchObject({ code: 'forbidden' });
    }
  });
});
