import { createHash } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerAuth } from '@/server/auth/auth-route';
import { ROLES } from '@/server/auth/actor';
import { insertPerson, setPassword } from '@/server/auth/person-store';
import { pgQuery } from '@/server/db/query';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import type { Operation } from './operation';
import { OPERATIONS } from './operations';

const API = path.join(import.meta.dirname, '..', '..', 'app', 'api');
const ORIGIN = 'http://127.0.0.1:3000';
const WRITES = OPERATIONS.filter(({ method }) => method !== 'get');
const READS = OPERATIONS.filter(({ method }) => method === 'get');
const title = ({ method, path: url }: Operation) => `${method.toUpperCase()} ${url}`;

let db: TestDatabase;
let cookie = '';
beforeAll(async () => {
  db = await servedDatabase();
  const person = { name: 'Ana', email: 'ana@example.com' };
  const grants = ROLES.map((role) => ({ role, tenants: null, sagaTypes: null }));
  await setPassword(
    pgQuery(db.pool),
    await insertPerson(pgQuery(db.pool), { ...person, grants }),
    'correct horse battery',
  );
  const response = await answerAuth(
    new Request(`${ORIGIN}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { host: '127.0.0.1:3000', origin: ORIGIN, 'content-type': 'application/json' },
      body: JSON.stringify({ email: person.email, password: 'correct horse battery' }),
    }),
  );
  expect(response.status).toBe(200);
  cookie = response.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  await db.pool.query(
    `insert into saga_log (saga_id, step_name, status) values ('5e0d6f57-8a53-4a4e-9f5b-6f0c7f2f0a11', 'pay', 'FAILED')`,
  );
}, 120_000);
afterAll(() => db.drop());

const PARAMS: Record<string, string> = { sagaId: '5e0d6f57-8a53-4a4e-9f5b-6f0c7f2f0a11' };
const paramsOf = ({ path: url }: Operation): Record<string, string> =>
  Object.fromEntries(
    [...url.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [
      name,
      PARAMS[name] ?? '11111111-1111-4111-8111-111111111111',
    ]),
  );

async function ask(operation: Operation, headers: Record<string, string>, body?: string): Promise<Response> {
  const folder = operation.path.slice('/api/'.length).replaceAll(/\{(\w+)\}/g, '[$1]');
  const handlers: Record<string, unknown> = await import(path.join(API, folder, 'route.ts'));
  const handler = handlers[operation.method.toUpperCase()];
  if (typeof handler !== 'function') throw new Error(`nothing answers ${title(operation)}`);
  const params = paramsOf(operation);
  const address = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
  const ended = new AbortController();
  const response: Response = await handler(
    new Request(`${ORIGIN}${address}`, {
      method: operation.method.toUpperCase(),
      headers: { host: '127.0.0.1:3000', cookie, ...headers },
      signal: ended.signal,
      ...(body === undefined ? {} : { body }),
    }),
    { params: Promise.resolve(params) },
  );
  // A stream is left as soon as it has answered; the others are read to their end.
  if (operation.path.endsWith('/live')) ended.abort();
  else await response.clone().text();
  return response;
}

const codeOf = async (response: Response): Promise<string> => {
  const body: { code: string } = await response.json();
  return body.code;
};

/** What every table holds, but for when a session or a token was used last. */
async function stateOf(): Promise<Map<string, string>> {
  const { rows } = await db.pool.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname in ('public', 'sagascope', 'sagascope_jobs')`,
  );
  const state = new Map<string, string>();
  for (const { name } of rows) {
    const found = await db.pool.query<{ row: Record<string, unknown> }>(`select to_jsonb(t) as row from ${name} t`);
    const lines = found.rows.map(({ row }) => JSON.stringify({ ...row, last_used_at: null, last_seen_at: null }));
    state.set(name, createHash('sha256').update(lines.toSorted().join('\n')).digest('hex'));
  }
  return state;
}

describe.each(WRITES.map((operation) => [title(operation), operation] as const))('%s', (_, operation) => {
  const json = { 'content-type': 'application/json' };

  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['a page in a sandbox', { origin: 'null' }],
    ['another port', { origin: 'http://127.0.0.1:4000' }],
    ['another site that hides its origin', { 'sec-fetch-site': 'cross-site' }],
    ['a sister site', { 'sec-fetch-site': 'same-site' }],
    ['another site by the words of one header', { origin: ORIGIN, 'sec-fetch-site': 'cross-site' }],
  ])('is refused to %s', async (__, headers) => {
    const response = await ask(operation, { ...json, ...headers }, '{}');
    expect(response.status).toBe(403);
    expect(await codeOf(response)).toBe('forbidden');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'is refused as %s, which a form can send',
    async (type) => {
      const response = await ask(operation, { origin: ORIGIN, 'content-type': type }, '{}');
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('Content-Type');
    },
  );
});

describe('reading', () => {
  it('changes nothing, whatever is read and however it is asked for', async () => {
    const before = await stateOf();
    expect(before.size).toBeGreaterThan(20);
    const statuses = new Map<string, number>();
    for (const operation of READS) {
      const override = { 'x-http-method-override': 'DELETE', 'x-http-method': 'PUT', 'x-method-override': 'POST' };
      statuses.set(title(operation), (await ask(operation, override)).status);
    }
    const after = await stateOf();
    expect([...after].filter(([name, hash]) => before.get(name) !== hash).map(([name]) => name)).toEqual([]);
    expect([...statuses].filter(([, status]) => status >= 500 && status !== 503)).toEqual([]);
    expect([...statuses].filter(([, status]) => status === 200).length).toBeGreaterThan(12);
  }, 60_000);
});
