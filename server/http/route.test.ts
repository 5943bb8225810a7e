import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { Problem as ProblemWire } from '@/core/contract/wire';
import { writeCursor, readCursor, pageCursors } from './cursor';
import { problemOf } from './failure';
import { Problem } from './problem';
import { type RouteOptions, route } from './route';

const Input = z.object({
  id: z.string(),
  limit: z.coerce.number().int().max(10).default(5),
  tag: z.union([z.string(), z.array(z.string())]).optional(),
  note: z.string().optional(),
});

async function ask(
  init: RequestInit & { path?: string; id?: string } = {},
  options: RouteOptions<unknown> = {},
  useCase: (input: z.output<typeof Input>) => Promise<unknown> = async (input) => input,
) {
  const { path = '/api/v1/things/x', id = 'x', ...rest } = init;
  const handle = route(Input, (_, input) => useCase(input), { ...options, open: true });
  const request = new Request(`http://127.0.0.1:3000${path}`, rest);
  if (!request.headers.has('host')) request.headers.set('host', '127.0.0.1:3000');
  const response = await handle(request, { params: Promise.resolve({ id }) });
  const body: unknown = JSON.parse(await response.text());
  return { response, body };
}

async function problem(...args: Parameters<typeof ask>) {
  const { response, body } = await ask(...args);
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const parsed = ProblemWire.parse(body);
  expect(parsed.reference).toBe(response.headers.get('x-reference'));
  expect(parsed.status).toBe(response.status);
  return parsed;
}

const put = (body: BodyInit, headers: Record<string, string> = { 'content-type': 'application/json' }) => ({
  method: 'PUT',
  body,
  headers: { host: '127.0.0.1:3000', ...headers },
});

describe('a route', () => {
  it('parses path and query once and answers JSON that no cache keeps', async () => {
    const { response, body } = await ask({
      path: '/api/v1/things/x?limit=7&tag=a&tag=b&id=other',
      id: 'a/b 中%41',
    });
    expect(body).toEqual({ id: 'a/b 中%41', limit: 7, tag: ['a', 'b'] });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it('has no parameters where Next gives none', async () => {
    const handle = route(z.object({}), async () => 'fine', { open: true });
    const response = await handle(new Request('http://localhost/x'), { params: Promise.resolve(undefined) });
    expect(await response.json()).toBe('fine');
  });

  it('answers a text as text where the answer has one', async () => {
    const options = { open: true, text: (answer: string | null) => answer };
    const ask = async (answer: string | null) =>
      route(
        z.object({}),
        async () => answer,
        options,
      )(new Request('http://localhost/x'), { params: Promise.resolve({}) });
    const text = await ask('flowchart LR');
    expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await text.text()).toBe('flowchart LR');
    expect((await ask(null)).headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it('says what is wrong with an input, and where', async () => {
    expect(await problem({ path: '/api/v1/things/x?limit=11' })).toMatchObject({
      code: 'invalid',
      issues: [{ path: 'limit', message: 'at most 10' }],
    });
    expect(await problem({ path: '/api/v1/things/x?colour=red' })).toMatchObject({
      code: 'invalid',
      detail: expect.stringContaining('colour'),
    });
    expect(await problem({ path: '/api/v1/things/x?note=a%00b' })).toMatchObject({
      code: 'invalid',
      detail: expect.stringContaining('NUL'),
    });
    expect(await problem({ id: 'a\0b' })).toMatchObject({ code: 'invalid' });
  });

  it('reads the fields of a JSON body', async () => {
    expect((await ask(put('{"note":"n"}'), { body: 'json' })).body).toEqual({ id: 'x', limit: 5, note: 'n' });
  });

  it.each([
    ['no JSON', put('{"note":'), 'invalid'],
    ['a list', put('[]'), 'invalid'],
    ['null', put('null'), 'invalid'],
    ['a number that a double rounds', put('{"limit":9007199254740993}'), 'invalid'],
    ['bytes that are no UTF-8', put(new Uint8Array([0x22, 0xff, 0x22])), 'invalid'],
    ['a form', put('note=n', { 'content-type': 'application/x-www-form-urlencoded' }), 'invalid'],
    ['text', put('{}', { 'content-type': 'text/plain' }), 'invalid'],
    ['too much', put(JSON.stringify({ note: 'x'.repeat(2000) })), 'too_large'],
    ['another site', put('{}', { 'content-type': 'application/json', origin: 'https://evil.example' }), 'forbidden'],
    ['another port', put('{}', { 'content-type': 'application/json', origin: 'http://127.0.0.1:4000' }), 'forbidden'],
    [
      'a cross-site request',
      put('{}', { 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' }),
      'forbidden',
    ],
    [
      'a name that was made to resolve here',
      put('{}', { 'content-type': 'application/json', host: 'evil.example:3000' }),
      'forbidden',
    ],
  ])('refuses a body of %s', async (_, init, code) => {
    expect((await problem(init, { body: 'json', maxBytes: 1000 })).code).toBe(code);
  });

  it('lets our own pages and programs write', async () => {
    const own = {
      'content-type': 'application/json; charset=utf-8',
      origin: 'http://127.0.0.1:3000',
      'sec-fetch-site': 'same-origin',
    };
    expect((await ask(put('{}', own), { body: 'json' })).response.status).toBe(200);
  });

  it('refuses a body that grows past the bound without saying so', async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(600)),
    });
    const init = { ...put('{}'), body, duplex: 'half' } as RequestInit;
    expect((await problem(init, { body: 'json', maxBytes: 1000 })).code).toBe('too_large');
  });

  it('hands a document on as text with its format', async () => {
    const handle = route(z.object({ id: z.string(), document: z.unknown() }), async (_, input) => input, {
      body: 'document',
      status: () => 201,
      open: true,
    });
    const request = new Request('http://localhost/x', put('a: 1', { 'content-type': 'application/yaml' }));
    const response = await handle(request, { params: Promise.resolve({ id: 'x' }) });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ id: 'x', document: { text: 'a: 1', format: 'yaml' } });
  });

  it('tells a foreign host nothing', async () => {
    expect((await problem({ headers: { host: 'evil.example' } })).code).toBe('forbidden');
  });
});

const failing = (error: unknown) =>
  problem({}, {}, async () => {
    throw error;
  });
const code = (sqlstate: string) => problemOf(Object.assign(new Error('x'), { code: sqlstate }));

describe('a failure', () => {
  it('of the domain keeps its code and its words', async () => {
    const found = await failing(new Problem('not_found', 'There is no such thing.'));
    expect(found).toMatchObject({ status: 404, code: 'not_found', detail: 'There is no such thing.' });
  });

  it.each([
    ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['a database that shuts down', Object.assign(new Error('x'), { code: '57P01' })],
    ['a connection that broke', new Error('Connection terminated unexpectedly')],
    ['all addresses refused', new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })])],
    [
      'what Prisma makes of it',
      { code: 'P2010', meta: { driverAdapterError: { cause: { kind: 'DatabaseNotReachable' } } } },
    ],
  ])('that is %s is 503 and says that the database does not answer', async (_, error) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const found = await failing(error);
    expect(found).toMatchObject({
      status: 503,
      code: 'unavailable',
      detail: expect.stringMatching(/^The database does not answer/),
    });
    expect(log).toHaveBeenCalledOnce();
    expect(String(log.mock.calls[0]?.[0])).toContain(found.reference);
    log.mockRestore();
  });

  it('that nobody foresaw says nothing of its insides', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const found = await failing(new Error('password=hunter2'));
    expect(found).toMatchObject({ status: 500, code: 'internal' });
    expect(JSON.stringify(found)).not.toContain('hunter2');
    expect(String(log.mock.calls[0]?.[0])).toContain('hunter2');
    log.mockRestore();
  });

  it('of a statement is told by its SQLSTATE', () => {
    expect(code('57014')).toMatchObject({ code: 'unavailable', detail: expect.stringContaining('too long') });
    expect(code('22021').code).toBe('invalid');
    expect(code('42P01')).toMatchObject({ code: 'unavailable', detail: expect.stringContaining('no tables') });
    expect(code('42501').code).toBe('unavailable');
    expect(code('XX000').code).toBe('internal');
  });
});

describe('a cursor', () => {
  it('comes back as it was written, for its own order only', () => {
    const cursor = { direction: 'previous', key: ['1', '中'] } as const;
    expect(readCursor(writeCursor('risk', cursor), 'risk')).toEqual(cursor);
    expect(() => readCursor(writeCursor('risk', cursor), '-updatedAt')).toThrow(Problem);
    expect(() => readCursor('%%%', 'risk')).toThrow(Problem);
  });

  it('is left out at the ends of a list', () => {
    expect(pageCursors('s', undefined, [['a']], false)).toEqual({ next: null, previous: null });
    expect(pageCursors('s', undefined, [], false)).toEqual({ next: null, previous: null });
    expect(pageCursors('s', { direction: 'previous', key: ['b'] }, [['a']], false)).toMatchObject({ previous: null });
  });
});
