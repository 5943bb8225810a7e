import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bearer, person, sessionCookie } from '@/server/auth/test-sessions';
import { pgQuery } from '@/server/db/query';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { INGEST_BYTES } from './items';

let db: TestDatabase;
let token = '';
beforeAll(async () => {
  db = await servedDatabase();
  token = await bearer(pgQuery(db.pool), ['ingest']);
});
afterAll(() => db.drop());

const API = path.join(import.meta.dirname, '..', '..', 'app', 'api', 'v1');

const send = async (folder: string, body: string, headers: Record<string, string>, search = '') => {
  const { POST }: Record<string, unknown> = await import(path.join(API, folder, 'route.ts'));
  if (typeof POST !== 'function') throw new Error(`nothing answers ${folder}`);
  const request = new Request(`http://127.0.0.1:3000/api/v1/${folder}${search}`, {
    method: 'POST',
    headers: { host: '127.0.0.1:3000', authorization: token, 'content-type': 'application/json', ...headers },
    body,
  });
  const response: Response = await POST(request, { params: Promise.resolve({}) });
  const answer: unknown = await response.json();
  return { status: response.status, answer };
};

const row = () => JSON.stringify({ sagaId: randomUUID(), stepName: 'a', status: 'PENDING' });

it('rows of saga_log go in with a token and a key, and the key answers the same again', async () => {
  const body = row();
  const key = { 'idempotency-key': randomUUID() };
  const first = await send('saga-log', body, key);
  expect(first).toMatchObject({ status: 201, answer: { items: [{ id: expect.any(String) }] } });
  expect(await send('saga-log', body, key)).toEqual(first);
  expect(await send('saga-log', row(), key)).toMatchObject({ status: 409, answer: { code: 'duplicate' } });
  expect(await send('saga-log', body, {})).toMatchObject({
    status: 400,
    answer: { detail: expect.stringContaining('send a header Idempotency-Key') },
  });
  expect(await send('saga-log', row(), { 'idempotency-key': 'b' }, '?backfill=1')).toMatchObject({ status: 201 });
  expect(await send('saga-log', row(), { 'idempotency-key': 'c' }, '?backfill=yes')).toMatchObject({ status: 400 });
});

it('events go in as JSON and as CloudEvents: 201 for new ones, 200 where all were there', async () => {
  const event = { eventId: randomUUID(), aggregateId: randomUUID(), eventType: 'E', payload: {} };
  expect(await send('events', JSON.stringify(event), {})).toMatchObject({ status: 201 });
  expect(await send('events', JSON.stringify([event]), {})).toMatchObject({ status: 200 });
  const cloud = JSON.stringify({ specversion: '1.0', id: 'x', source: '/s', type: 'T' });
  const single = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
  const batch = { 'content-type': 'application/cloudevents-batch+json' };
  expect(await send('events', cloud, single)).toMatchObject({ status: 201 });
  expect(await send('events', `[${cloud}]`, batch)).toMatchObject({ status: 200 });
  expect(await send('events', cloud, { 'content-type': 'text/plain' })).toMatchObject({ status: 400 });
});

it('a body beyond the bound is refused, announced or not', async () => {
  const large = `[${' '.repeat(INGEST_BYTES)}]`;
  expect(await send('events', large, {})).toMatchObject({ status: 413, answer: { code: 'too_large' } });
});

it('a file is imported by an engineer with a session, and by no token', async () => {
  const query = pgQuery(db.pool);
  const id = await person(query, 'engineer', [{ role: 'engineer', tenants: null, sagaTypes: null }]);
  const cookie = await sessionCookie(query, id);
  const body = 'case,activity,time\nc,a,2026-01-01\n';
  const search = () => `?id=${randomUUID()}&file=a.csv&size=${body.length}`;
  const file = { 'content-type': 'application/octet-stream' };
  expect(await send('imports', body, file, search())).toMatchObject({ status: 403 });
  const signedIn = { ...file, cookie, authorization: '', origin: 'http://127.0.0.1:3000' };
  expect(await send('imports', body, signedIn, search())).toMatchObject({ status: 201, answer: { written: 1 } });
  expect(await send('imports', body, signedIn, `?id=${randomUUID()}&file=a.csv`)).toMatchObject({ status: 400 });
  expect(await send('imports', body, { ...signedIn, origin: 'http://evil.example' }, search())).toMatchObject({
    status: 403,
  });
});
