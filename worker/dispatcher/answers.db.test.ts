import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SagaDefinition } from '@/core/definition/definition';
import { SECRET } from '@/demo/test-shop';
import { putDefinition } from '@/server/db/definitions';
import { pgQuery } from '@/server/db/query';
import { cancelIntervention, retryIntervention } from '@/server/interventions/change-intervention';
import { getIntervention } from '@/server/interventions/get-intervention';
import { getSaga } from '@/server/sagas/get-saga';
import { type Acting, append, declare, intervene, openActing, reaches, until } from './acting.fixture';

interface Call {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}
interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  /** Awaited before it is sent. */
  after?: Promise<void>;
}

let acting: Acting;
let server: Server;
const calls: Call[] = [];
let reply: (call: Call) => Reply = () => ({ status: 500 });

beforeAll(async () => {
  acting = await openActing();
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const call = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString('utf8') };
      calls.push(call);
      const { status, headers, body, after } = reply(call);
      void Promise.resolve(after).then(() => response.writeHead(status, headers).end(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const body = SagaDefinition.parse({
    saga: 'parcel',
    steps: [
      { name: 'take in/über', service: 'depot', kind: 'compensatable', compensation: 'hand back', timeout: '1s' },
      { name: 'send', service: 'depot', kind: 'compensatable', timeout: '1s' },
    ],
  });
  await putDefinition(pgQuery(acting.db.pool), { body, source: 'declared', createdBy: 'test' });
  await acting.work();
});
afterAll(async () => {
  await acting?.end();
  await new Promise((resolve) => server.close(resolve));
});

const STEP = 'take in/über';

/** A saga that owes one effect of the scripted service. */
async function owing(answer: typeof reply, evidence: 'log' | 'answer' = 'log', secretEnv?: string): Promise<string> {
  reply = answer;
  calls.length = 0;
  acting.time.ahead = 0;
  await declare(
    acting.db,
    'depot',
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`,
    evidence,
    secretEnv,
  );
  const sagaId = randomUUID();
  await append(acting.db, sagaId, STEP, 'SUCCESS', {});
  await append(acting.db, sagaId, 'send', 'FAILED', { error: { code: 'NO', category: 'business', retryable: false } });
  return sagaId;
}
const start = (sagaId: string) => intervene(acting.as('anna'), sagaId, 'COMPENSATE_STEP', STEP);
const reached = async (id: string, state: Parameters<typeof reaches>[2]) =>
  (await reaches(acting.as('anna'), id, state)).steps[0];
const undone = (sagaId: string) => append(acting.db, sagaId, STEP, 'COMPENSATED', {});

describe('a call', () => {
  test('is signed, names its number, and carries the frozen bytes', async () => {
    const sagaId = await owing(() => ({ status: 422 }));
    const id = await start(sagaId);
    await reached(id, 'dead_lettered');
    const [call] = calls;
    expect(call?.path).toBe(`/v1/sagas/${sagaId}/steps/take%20in%2F%C3%BCber/compensate`);
    expect(call?.headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': `${id}:take%20in%2F%C3%BCber`,
      'sagascope-attempt': '1',
      'sagascope-intervention': id,
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    });
    expect(JSON.parse(call!.body)).toMatchObject({
      action: 'compensate',
      compensationId: id,
      sagaId,
      stepName: STEP,
      compensatingAction: 'hand back',
      requestedBy: 'anna',
    });
    const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(call?.headers['sagascope-signature'])) ?? [];
    const text = `${t}.POST.${call?.path}.${String(call?.headers['idempotency-key'])}.${call?.body}`;
    expect(createHmac('sha256', SECRET).update(text).digest('hex')).toBe(v1);
  });

  test('of a later intervention sends the same key and bytes as the first', async () => {
    const sagaId = await owing(() => ({ status: 422 }));
    const first = await start(sagaId);
    await reached(first, 'dead_lettered');
    await cancelIntervention(acting.as('anna'), { id: first, reason: 'later, with the depot' });
    const second = await start(sagaId);
    await reached(second, 'dead_lettered');
    expect(calls).toHaveLength(2);
    expect(calls[1]?.body).toBe(calls[0]?.body);
    expect(calls[1]?.headers['idempotency-key']).toBe(calls[0]?.headers['idempotency-key']);
    expect(calls[1]?.headers['sagascope-intervention']).toBe(second);
  });

  test('to a service whose secret is not here is not made, and says what to set', async () => {
    const sagaId = await owing(() => ({ status: 200 }), 'log', 'SECRET_THAT_NOBODY_SET');
    const step = await reached(await start(sagaId), 'dead_lettered');
    expect(step?.answer?.text).toContain('not called: SECRET_THAT_NOBODY_SET is not set');
    expect(calls).toHaveLength(0);
  });
});

describe('an answer', () => {
  test('that is no is kept with its first 4 KiB, and nothing is sent again', async () => {
    const sagaId = await owing(() => ({ status: 422, body: 'ä'.repeat(5_000) }));
    const step = await reached(await start(sagaId), 'dead_lettered');
    expect(step?.answer).toMatchObject({ status: 422, text: 'refused with 422' });
    expect(Buffer.byteLength(step?.answer?.body ?? '')).toBe(4_096);
    expect(calls).toHaveLength(1);
  });

  test('that leads elsewhere is not followed', async () => {
    const sagaId = await owing(() => ({ status: 307, headers: { location: '/elsewhere' } }));
    expect((await reached(await start(sagaId), 'dead_lettered'))?.answer?.status).toBe(307);
    expect(calls).toHaveLength(1);
  });

  test('that asks for patience, or does not come in time, is called for again, three times in all', async () => {
    let never: () => void = () => undefined;
    const hang = new Promise<void>((resolve) => (never = resolve));
    const replies: Reply[] = [{ status: 429 }, { status: 200, after: hang }, { status: 503, body: 'still closed' }];
    const sagaId = await owing(() => replies[calls.length - 1] ?? { status: 500 });
    const id = await start(sagaId);
    const step = await reached(id, 'dead_lettered');
    never();
    expect(step).toMatchObject({
      attempts: 3,
      answer: { status: 503, text: 'answered 503, effect unknown', body: 'still closed' },
    });
    expect(calls.map(({ headers }) => headers['sagascope-attempt'])).toEqual(['1', '2', '3']);
    expect(new Set(calls.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect((await getSaga(acting.as('anna'), { sagaId })).activity.map(({ text }) => text)).toContain(
      `Call 2 for ${STEP}: no answer in time. It is sent again in 1 second.`,
    );
  });

  test('of 202 waits for the row, which turns it green', async () => {
    const sagaId = await owing(() => ({ status: 202 }));
    const id = await start(sagaId);
    await reached(id, 'accepted');
    expect(await getIntervention(acting.as('anna'), { id })).toMatchObject({ state: 'accepted' });
    await undone(sagaId);
    expect(await reached(id, 'verified')).toMatchObject({ verifiedBy: 'another_hand', attempts: 1 });
  });

  test('without a row in time is no evidence; a late row still proves it', async () => {
    const sagaId = await owing(() => ({ status: 200 }));
    const id = await start(sagaId);
    await reached(id, 'accepted');
    acting.time.ahead = 61_000;
    await reached(id, 'no_evidence');
    await undone(sagaId);
    await reached(id, 'verified');
  });

  test('that was no is proven by a row that commits after rows behind it', async () => {
    const sagaId = await owing(() => ({ status: 422 }));
    const slow = await acting.db.pool.connect();
    await slow.query('begin');
    const id = await start(sagaId);
    await reached(id, 'dead_lettered');
    await slow.query(`insert into saga_log (saga_id, step_name, status) values ($1, $2, 'COMPENSATED')`, [
      sagaId,
      STEP,
    ]);
    await append(acting.db, sagaId, 'send', 'FAILED');
    const looked = () =>
      acting.db.pool.query('select from sagascope.intervention where id = $1 and looked_rows = 3', [id]);
    await until(looked, ({ rowCount }) => rowCount === 1);
    await slow.query('commit');
    slow.release();
    await reached(id, 'verified');
  });

  test('followed by a failed row of this compensation has failed, and is retried with the same key', async () => {
    const sagaId = await owing(() => ({ status: 202 }));
    const id = await start(sagaId);
    await reached(id, 'accepted');
    await acting.db.pool.query(
      `insert into saga_log (saga_id, step_name, status, phase, compensation_id) values ($1, $2, 'FAILED', 'COMPENSATION', $3)`,
      [sagaId, STEP, id],
    );
    await reached(id, 'failed');
    await retryIntervention(acting.as('anna'), { id, reason: 'the depot is open now' });
    await reached(id, 'accepted');
    await undone(sagaId);
    await reached(id, 'verified');
    expect(new Set(calls.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });
});

describe('a service that proves by its answer', () => {
  const outcome = (call: Call, said: object) => ({ ...JSON.parse(call.body), outcome: 'compensated', ...said });

  test('gets its row from the console, once, and is shown as confirmed', async () => {
    const sagaId = await owing((call) => ({ status: 200, body: JSON.stringify(outcome(call, {})) }), 'answer');
    const id = await start(sagaId);
    expect(await reached(id, 'verified')).toMatchObject({ verifiedBy: 'this_intervention', evidence: 'answer' });
    const { rows } = await acting.db.pool.query(
      `select service, status, phase, compensation_id from saga_log where saga_id = $1 and step_name = $2 order by saga_log.id offset 1`,
      [sagaId, STEP],
    );
    expect(rows).toEqual([{ service: 'sagascope', status: 'COMPENSATED', phase: 'COMPENSATION', compensation_id: id }]);
  });

  test.each([
    ['another saga', 200, { sagaId: randomUUID() }],
    ['another outcome', 200, { outcome: 'queued' }],
    ['an answer of 202, since it has only begun', 202, {}],
  ])('proves nothing with %s', async (_, status, said) => {
    const sagaId = await owing((call) => ({ status, body: JSON.stringify(outcome(call, said)) }), 'answer');
    const id = await start(sagaId);
    await reached(id, 'accepted');
    const { rowCount } = await acting.db.pool.query(`select 1 from saga_log where saga_id = $1`, [sagaId]);
    expect(rowCount).toBe(2);
    acting.time.ahead = 61_000;
    await reached(id, 'no_evidence');
  });
});
