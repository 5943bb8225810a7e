import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { pgQuery } from '@/server/db/query';
import { primary } from '@/server/db/prisma';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { problemOf } from '@/server/http/failure';
import { answerAuth } from './auth-route';
import { insertPerson, setPassword } from './person-store';
import { whoAsks } from './who';

let db: TestDatabase;
const sockets = new Set<Socket>();
// The way to the database, which can be cut.
const way = createServer((from) => {
  const { hostname, port } = new URL(db.url);
  const to = connect(Number(port), hostname);
  for (const socket of [from, to]) {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  }
  from.pipe(to).pipe(from);
});

beforeAll(async () => {
  db = await testDatabase();
  way.listen(0, '127.0.0.1');
  await once(way, 'listening');
  const url = new URL(db.url);
  url.hostname = '127.0.0.1';
  url.port = String((way.address() as AddressInfo).port);
  process.env.DATABASE_URL = url.href;
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterAll(async () => {
  await primary().$disconnect();
  await db.drop();
});

it('takes nobody for signed out while the database is away: that is 503, and passes', async () => {
  const query = pgQuery(db.pool);
  const email = 'ana@test.example';
  const grants = [{ role: 'viewer', tenants: null, sagaTypes: null }] as const;
  await setPassword(query, await insertPerson(query, { name: 'Ana', email, grants }), 'four words or so');
  const response = await answerAuth(
    new Request('http://127.0.0.1:3000/api/auth/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', host: '127.0.0.1:3000', 'x-sagascope-client': '192.0.2.1' },
      body: JSON.stringify({ email, password: 'four words or so' }),
    }),
  );
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const headers = new Headers({ cookie });
  expect(await whoAsks(headers)).toMatchObject({ name: email });

  way.close();
  for (const socket of sockets) socket.destroy();
  const failures = await Promise.all(
    [1, 2].map(() =>
      whoAsks(headers).then(
        () => 'answered',
        (error: unknown) => problemOf(error).code,
      ),
    ),
  );
  expect(failures).toEqual(['unavailable', 'unavailable']);

  way.listen(Number(new URL(process.env.DATABASE_URL ?? '').port), '127.0.0.1');
  await once(way, 'listening');
  await vi.waitFor(async () => expect(await whoAsks(headers)).toMatchObject({ name: email }), { timeout: 20_000 });
  way.close();
});
