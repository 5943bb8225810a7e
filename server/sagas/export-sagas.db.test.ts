import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SagaExportInput } from '@/core/contract/sagas';
import type { Actor } from '@/server/auth/actor';
import { contextOf, personWith } from '@/server/auth/test-actors';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { exportSagas } from './export-sagas';

let db: TestDatabase;
const SAGAS = 4_321;

beforeAll(async () => {
  db = await servedDatabase();
  // Many start in the same microsecond: the id decides.
  await db.pool.query(
    `insert into sagascope.saga (tenant_id, saga_id, saga_type, status, attention, attention_since, business_key, correlation_id,
       steps, step_names, error_code, error_attempts, headline, outstanding, in_doubt, going_back, started_at, updated_at,
       first_log_id, last_log_id, row_count)
     select case n % 3 when 0 then 'acme' when 1 then 'globex' else '' end, gen_random_uuid(), 'order_fulfilment',
       case when n % 2 = 0 then 'FAILED' else 'COMPLETED' end,
       case when n = 7 then '[{"reason":"STUCK","since":0,"stepName":null}]' else '[]' end::jsonb,
       case when n = 7 then 'epoch'::timestamptz end, case when n = 8 then '=HYPERLINK("x")' else 'order-' || n end,
       gen_random_uuid()::text, '[]', '{}', case when n % 2 = 0 then 'CARRIER_TIMEOUT' end, 3, 'a, "b"', 0, 0, false,
       now() - (n / 100) * interval '1 second', now(), n, 9007199254740993, 1 from generate_series(1, ${SAGAS}) n`,
  );
});
afterAll(() => db.drop());

async function read(input: object, actor?: Actor, tenant: string | null = null) {
  const response = await exportSagas(contextOf(actor, tenant), SagaExportInput.parse(input));
  return { total: Number(response.headers.get('x-total-count')), text: await response.text() };
}
const rowsOf = (text: string) => parse(text, { columns: true }) as Record<string, string>[];

it('has every saga once, over several batches', async () => {
  const { total, text } = await read({});
  const rows = rowsOf(text);
  expect(total).toBe(SAGAS);
  expect(rows).toHaveLength(SAGAS);
  expect(new Set(rows.map(({ sagaId }) => sagaId)).size).toBe(SAGAS);
  const started = rows.map(({ startedAt }) => startedAt ?? '');
  expect(started).toEqual(started.toSorted().reverse());
  expect(rows.find(({ businessKey }) => businessKey === 'order-7')).toMatchObject({
    attention: 'STUCK',
    headline: 'a, "b"',
    lastLogId: '9007199254740993',
  });
  expect(rows.some(({ businessKey }) => businessKey === `'=HYPERLINK("x")`)).toBe(true);
});

it('keeps to the filters and to the tenants of the person', async () => {
  expect((await read({ status: 'FAILED', tenant: 'acme' })).total).toBe(Math.floor(SAGAS / 6));
  const ofAcme = await read({ format: 'jsonl' }, personWith('support', { tenants: ['acme'] }));
  const lines = ofAcme.text.trimEnd().split('\n');
  expect(ofAcme.total).toBe(SAGAS / 3 - (SAGAS % 3) / 3);
  expect(lines).toHaveLength(ofAcme.total);
  expect(lines.every((line) => (JSON.parse(line) as { tenantId: string }).tenantId === 'acme')).toBe(true);
  expect((await read({}, undefined, 'globex')).total).toBeLessThan(SAGAS / 2);
  expect((await read({ attention: 'any' })).total).toBe(1);
  expect((await read({ type: 'nothing' })).text.trimEnd().split('\r\n')).toHaveLength(1);
});
