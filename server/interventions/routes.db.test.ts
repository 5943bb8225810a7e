import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AuditList, AuditVerdict, InterventionList, InterventionWire, PlanWire } from '@/core/contract/interventions';
import { Problem } from '@/core/contract/wire';
import { SagaDefinition } from '@/core/definition/definition';
import { person, sessionCookie } from '@/server/auth/test-sessions';
import { putDefinition, putService } from '@/server/db/definitions';
import { pgQuery } from '@/server/db/query';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';

const Handler = z.custom<(request: Request, context: { params: Promise<object> }) => Promise<Response>>(
  (value) => typeof value === 'function',
);
let db: TestDatabase;
let cookie: string;

beforeAll(async () => {
  db = await servedDatabase();
  const query = pgQuery(db.pool);
  const operator = await person(query, 'operator', [{ role: 'operator', tenants: null, sagaTypes: null }]);
  cookie = await sessionCookie(query, operator);
  const body = SagaDefinition.parse({
    saga: 'parcel',
    steps: [
      { name: 'take_in', service: 'depot', kind: 'compensatable', compensation: 'hand_back' },
      { name: 'send', service: 'depot', kind: 'compensatable' },
    ],
  });
  await putDefinition(query, { body, source: 'declared', createdBy: 'test' });
  await putService(query, { name: 'depot', url: 'http://127.0.0.1:9', evidence: 'log' }, 'test');
});
afterAll(() => db.drop());

/** Asks a route as Next does. `pattern` names its file, `params` fill it. */
async function ask(
  method: 'GET' | 'POST',
  pattern: string,
  params: Record<string, string>,
  body?: object,
  search = '',
) {
  const file = path.join(import.meta.dirname, '..', '..', 'app', 'api', 'v1', pattern, 'route.ts');
  const handlers: Record<string, unknown> = await import(file);
  const url = `http://127.0.0.1:3000/api/v1/${pattern}${search}`;
  const headers = { 'content-type': 'application/json', cookie };
  const request = new Request(url, body ? { method, headers, body: JSON.stringify(body) } : { method, headers });
  const response = await Handler.parse(handlers[method])(request, { params: Promise.resolve(params) });
  const json: unknown = await response.json();
  return { status: response.status, json };
}
const post = (sagaId: string, body: object, search = '') =>
  ask('POST', 'sagas/[sagaId]/interventions', { sagaId }, body, search);

async function append(sagaId: string, stepName: string, status: string): Promise<void> {
  await db.pool.query(
    `insert into saga_log (saga_id, step_name, status, created_at) values ($1, $2, $3, now() - interval '5 min')`,
    [sagaId, stepName, status],
  );
}
async function owing(): Promise<string> {
  const sagaId = randomUUID();
  await append(sagaId, 'take_in', 'SUCCESS');
  await append(sagaId, 'send', 'FAILED');
  return sagaId;
}
async function confirmed(sagaId: string) {
  const { status, json } = await post(sagaId, { action: 'COMPENSATE_SAGA' }, '?dryRun=1');
  expect(status).toBe(200);
  const plan = PlanWire.parse(json);
  return {
    action: 'COMPENSATE_SAGA',
    reason: 'the parcel is lost for good',
    expectedLogId: plan.asOfLogId,
    planHash: plan.planHash,
    compensationId: randomUUID(),
  };
}

describe('the routes of interventions', () => {
  it('preview without a change, take a request once, and answer the same again', async () => {
    const sagaId = await owing();
    const request = await confirmed(sagaId);
    expect((await db.pool.query('select 1 from sagascope.intervention where saga_id = $1', [sagaId])).rowCount).toBe(0);
    const first = await post(sagaId, request);
    expect(first.status).toBe(201);
    expect(InterventionWire.parse(first.json)).toMatchObject({ id: request.compensationId, state: 'approved' });
    expect(await post(sagaId, request)).toEqual({ status: 200, json: first.json });
    const job = await db.pool.query(
      `select data from sagascope_jobs.job where name = 'intervention' and singleton_key = $1`,
      [request.compensationId],
    );
    expect(job.rows).toEqual([{ data: { interventionId: request.compensationId } }]);
    const { json } = await ask('GET', 'interventions/[id]', { id: request.compensationId });
    expect(json).toEqual(first.json);
    const list = await ask('GET', 'interventions', {}, undefined, `?sagaId=${sagaId}&state=approved`);
    expect(InterventionList.parse(list.json).items).toEqual([first.json]);
  });

  it('refuse another body under the same id, a stale page with its rows, and a short reason', async () => {
    const sagaId = await owing();
    const request = await confirmed(sagaId);
    await post(sagaId, request);
    const other = await post(sagaId, { ...request, reason: 'something else altogether' });
    expect(other).toMatchObject({ status: 409, json: { code: 'duplicate' } });
    const second = await owing();
    const seen = await confirmed(second);
    await append(second, 'take_in', 'COMPENSATED');
    const stale = await post(second, seen);
    expect(stale.status).toBe(409);
    expect(Problem.parse(stale.json)).toMatchObject({ code: 'stale_view', since: [{ status: 'COMPENSATED' }] });
    expect(await post(second, { ...seen, reason: 'no' })).toMatchObject({ status: 400, json: { code: 'invalid' } });
    expect(await post(second, { action: 'COMPENSATE_SAGA' }, '?dryRun=1')).toMatchObject({
      status: 409,
      json: { code: 'illegal_action' },
    });
    expect(await post(randomUUID(), { action: 'COMPENSATE_SAGA' }, '?dryRun=1')).toMatchObject({ status: 404 });
  });

  it('take one id for one saga, also where two come at once', async () => {
    const [one, two] = [await owing(), await owing()];
    const { compensationId } = await confirmed(one);
    const requests = [one, two].map(async (sagaId) => ({ ...(await confirmed(sagaId)), compensationId }));
    const [first, second] = await Promise.all(requests);
    const answers = await Promise.all([post(one, first ?? {}), post(two, second ?? {})]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(answers).toContainEqual({ status: 409, json: expect.objectContaining({ code: 'duplicate' }) });
  });

  it('do not plan or take an action on a step that names none', async () => {
    const sagaId = await owing();
    const dryRun = await post(sagaId, { action: 'COMPENSATE_STEP' }, '?dryRun=1');
    expect(dryRun).toMatchObject({ status: 400, json: { code: 'invalid' } });
    const request = { ...(await confirmed(sagaId)), action: 'COMPENSATE_STEP' };
    expect(await post(sagaId, request)).toMatchObject({ status: 400, json: { code: 'invalid' } });
  });

  it('cancel with a reason, and do not retry what has not stopped', async () => {
    const sagaId = await owing();
    const request = await confirmed(sagaId);
    await post(sagaId, request);
    const id = request.compensationId;
    const reason = 'the parcel was found again';
    expect(await ask('POST', 'interventions/[id]/retry', { id }, { reason })).toMatchObject({ status: 409 });
    const cancelled = await ask('POST', 'interventions/[id]/cancel', { id }, { reason });
    expect(cancelled).toMatchObject({ status: 200, json: { state: 'cancelled', because: reason } });
    expect(await ask('POST', 'interventions/[id]/cancel', { id: randomUUID() }, { reason })).toMatchObject({
      status: 404,
    });
    const audit = await ask('GET', 'audit', {}, undefined, `?interventionId=${id}`);
    expect(AuditList.parse(audit.json).items.map(({ type }) => type)).toEqual([
      'InterventionCancelled',
      'InterventionRequested',
    ]);
    expect(AuditVerdict.parse((await ask('GET', 'audit/verify', {})).json).fault).toBeNull();
  });

  it('allow one active intervention per saga, whoever asks', async () => {
    const sagaId = await owing();
    const request = await confirmed(sagaId);
    await post(sagaId, request);
    const again = await post(sagaId, { ...request, compensationId: randomUUID() });
    expect(again).toMatchObject({ status: 409, json: { code: 'illegal_action' } });
    const copy = db.pool.query(
      `insert into sagascope.intervention select (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid()))).*
         from sagascope.intervention i where saga_id = $1`,
      [sagaId],
    );
    await expect(copy).rejects.toThrow('intervention_active');
  });
});
