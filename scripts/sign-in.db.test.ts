import { once } from 'node:events';
import { type IncomingMessage, request, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerAuth } from '@/server/auth/auth-route';
import { insertPerson, setPassword } from '@/server/auth/person-store';
import { pgQuery } from '@/server/db/query';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { CLIENT_ADDRESS_HEADER } from '@/server/http/client-address';
import { webServer } from './web-server';

const PASSWORD = 'correct horse battery';
let db: TestDatabase;
let server: Server;
beforeAll(async () => {
  db = await servedDatabase();
  for (const email of ['ana@example.com', 'ben@example.com']) {
    const grants = [{ role: 'viewer', tenants: null, sagaTypes: null }] as const;
    await setPassword(pgQuery(db.pool), await insertPerson(pgQuery(db.pool), { name: email, email, grants }), PASSWORD);
  }
});
afterAll(() => db.drop());
beforeEach(() => db.pool.query('truncate sagascope.sign_in_rate, sagascope.attempt_rate'));
afterEach(() => server.close());

const answer: RequestListener = (asked, response) => {
  void (async () => {
    const headers = new Headers(Object.entries(asked.headers).map(([name, value]) => [name, String(value)]));
    const body = await buffer(asked);
    const answered = await answerAuth(
      new Request(`http://${headers.get('host')}${asked.url}`, { method: asked.method ?? '', headers, body }),
    );
    for (const [name, value] of answered.headers) if (name !== 'set-cookie') response.setHeader(name, value);
    response.setHeader('set-cookie', answered.headers.getSetCookie());
    response.writeHead(answered.status).end(await answered.text());
  })();
};

/** The console's own HTTP server before the sign-in routes, without the pages. */
async function serve(trustedProxies: string[] = []): Promise<void> {
  server = webServer({ url: undefined, trustedProxies }, () => answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

async function signIn(email: string, password: string, headers: Record<string, string> = {}) {
  const { port } = server.address() as AddressInfo;
  const own = { 'content-type': 'application/json', origin: `http://127.0.0.1:${port}` };
  const asked = request({ port, host: '127.0.0.1', method: 'POST', path: '/api/auth/sign-in/email' });
  for (const [name, value] of Object.entries({ ...own, ...headers })) asked.setHeader(name, value);
  asked.end(JSON.stringify({ email, password }));
  const [heard] = (await once(asked, 'response')) as [IncomingMessage];
  const body: { code?: string; detail?: string } = JSON.parse(await text(heard));
  return { status: heard.statusCode, headers: heard.headers, body, cookies: heard.headers['set-cookie'] ?? [] };
}

let next = 0;
/** An address that nothing was sent from before. */
const fresh = () => ({ 'x-forwarded-for': `198.51.${(next += 1) >> 8}.${next & 255}` });
const cookieOf = (cookies: string[], name: string) =>
  cookies.find((one) => one.startsWith(`${name}=`))?.split(';')[0] ?? '';

describe('tries from one address', () => {
  it('are bounded, whatever address the client claims', async () => {
    await serve();
    for (let n = 0; n < 10; n += 1) {
      const lies = { ...fresh(), [CLIENT_ADDRESS_HEADER]: `203.0.113.${n}`, forwarded: `for=203.0.113.${n}` };
      expect((await signIn(`nobody${n}@example.com`, 'wrong password', lies)).status).toBe(401);
    }
    const refused = await signIn('ana@example.com', PASSWORD, { ...fresh(), [CLIENT_ADDRESS_HEADER]: '203.0.113.99' });
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(refused.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
  });

  it('are told apart behind a proxy that the console was told of', async () => {
    await serve(['127.0.0.1']);
    for (let n = 0; n < 12; n += 1) {
      expect((await signIn(`nobody${n}@example.com`, 'wrong password', fresh())).status).toBe(401);
    }
    const one = fresh();
    for (let n = 0; n < 10; n += 1) await signIn(`other${n}@example.com`, 'wrong password', one);
    // What a client writes before the proxy's word changes nothing.
    const prefixed = { 'x-forwarded-for': `1.2.3.4, ${one['x-forwarded-for']}` };
    expect((await signIn('ana@example.com', PASSWORD, prefixed)).status).toBe(429);
    expect((await signIn('ana@example.com', PASSWORD, fresh())).status).toBe(200);
  });
});

describe('tries for one account', () => {
  it.each(['ana@example.com', 'nobody@example.com'])('are bounded over all addresses: %s', async (email) => {
    await serve(['127.0.0.1']);
    const answers = [];
    for (let n = 0; n < 12; n += 1) answers.push(await signIn(email.toUpperCase(), 'wrong password', fresh()));
    expect(answers.map(({ status }) => status)).toEqual([...Array<number>(10).fill(401), 429, 429]);
    expect(answers.at(-1)?.body).toMatchObject({ code: 'rate_limited', detail: expect.stringContaining('account') });
    expect(Number(answers.at(-1)?.headers['retry-after'])).toBeLessThanOrEqual(600);
    expect((await signIn(email, PASSWORD, fresh())).status).toBe(429);
    expect((await signIn('ben@example.com', PASSWORD, fresh())).status).toBe(200);
  });

  it('are bounded when they come at once', async () => {
    await serve(['127.0.0.1']);
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => signIn('ana@example.com', 'wrong password', fresh())),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
  });

  it('do not keep out a browser that signed in before, nor one that only says so', async () => {
    await serve(['127.0.0.1']);
    const { cookies, status } = await signIn('ana@example.com', PASSWORD, fresh());
    expect(status).toBe(200);
    const known = cookieOf(cookies, 'sagascope.device');
    for (let n = 0; n < 11; n += 1) await signIn('ana@example.com', 'wrong password', fresh());
    expect((await signIn('ana@example.com', PASSWORD, fresh())).status).toBe(429);
    expect((await signIn('ana@example.com', PASSWORD, { ...fresh(), cookie: known })).status).toBe(200);
    const forged = `${known.slice(0, -1)}${known.endsWith('A') ? 'B' : 'A'}`;
    expect((await signIn('ana@example.com', PASSWORD, { ...fresh(), cookie: forged })).status).toBe(429);
    // Known to one account is not known to another, and has no more tries itself.
    for (let n = 0; n < 11; n += 1) await signIn('ben@example.com', 'wrong password', fresh());
    expect((await signIn('ben@example.com', PASSWORD, { ...fresh(), cookie: known })).status).toBe(429);
    const mine = [];
    for (let n = 0; n < 11; n += 1) mine.push(await signIn('ana@example.com', 'wrong', { ...fresh(), cookie: known }));
    expect(mine.at(-1)?.status).toBe(429);
  });

  it('that succeed are not counted', async () => {
    await serve(['127.0.0.1']);
    for (let n = 0; n < 12; n += 1) expect((await signIn('ana@example.com', PASSWORD, fresh())).status).toBe(200);
  });
});

async function took(email: string) {
  const started = performance.now();
  const { status, body } = await signIn(email, 'wrong password', fresh());
  return { ms: performance.now() - started, told: [status, body.code, body.detail] };
}
const median = (tries: { ms: number }[]): number =>
  tries.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.floor(tries.length / 2)] ?? 0;

describe('what a refused sign-in tells', () => {
  it('is the same, and takes as long, for an account that there is and one that there is not', async () => {
    await serve(['127.0.0.1']);
    await took('warm@example.com');
    const known = [];
    const unknown = [];
    for (let n = 0; n < 9; n += 1) {
      known.push(await took('ana@example.com'));
      unknown.push(await took('nobody@example.com'));
    }
    expect(new Set([...known, ...unknown].map(({ told }) => JSON.stringify(told))).size).toBe(1);
    // A hash takes tens of milliseconds: without it the unknown one would be many times quicker.
    expect(median(unknown) / median(known)).toBeGreaterThan(0.5);
    expect(median(unknown) / median(known)).toBeLessThan(2);
  });

  it('sets no cookie, and a session goes out in HttpOnly cookies alone', async () => {
    await serve();
    expect((await signIn('ana@example.com', 'wrong password')).cookies).toEqual([]);
    const { cookies, body } = await signIn('ana@example.com', PASSWORD);
    expect(cookies.length).toBeGreaterThanOrEqual(2);
    for (const cookie of cookies) expect(cookie).toMatch(/; HttpOnly.*; SameSite=Lax/);
    expect(JSON.stringify(body)).not.toContain(cookieOf(cookies, 'sagascope.session_token').slice(30, 60));
  });
});
