import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { CLIENT_ADDRESS_HEADER } from '@/server/http/client-address';
import { newToken } from './token';
import { whoAsks } from './who';

let db: TestDatabase;
beforeAll(async () => {
  db = await servedDatabase();
});
afterAll(() => db.drop());

const ask = (token: string, address: string) =>
  whoAsks(new Headers({ authorization: `Bearer ${token}`, [CLIENT_ADDRESS_HEADER]: address }));

async function storeToken(): Promise<string> {
  const { token, hash, prefix } = newToken();
  await db.pool.query(
    `insert into sagascope.api_token (id, name, token_hash, prefix, scopes, created_by) values ($1, 'ci', $2, $3, '{read}', 'test')`,
    [randomUUID(), hash, prefix],
  );
  return token;
}

it('looks up no more than thirty wrong tokens of one network in a minute', async () => {
  const known = await storeToken();
  const fresh = await storeToken();
  expect(await ask(known, '2001:db8::1')).toMatchObject({ name: 'token ci' });
  for (let n = 0; n < 30; n += 1) {
    const wrong = n % 2 === 0 ? newToken().token : 'no-token-at-all';
    await expect(ask(wrong, `2001:db8::${n + 1}`)).rejects.toMatchObject({ code: 'unauthenticated' });
  }
  await expect(ask(newToken().token, '2001:db8::ffff')).rejects.toMatchObject({
    code: 'rate_limited',
    retryAfterS: expect.any(Number),
  });
  // Behind the same address, one that was good here before goes on; a new one waits, or comes from elsewhere.
  expect(await ask(known, '2001:db8::1')).toMatchObject({ name: 'token ci' });
  await expect(ask(fresh, '2001:db8::1')).rejects.toMatchObject({ code: 'rate_limited' });
  expect(await ask(fresh, '2001:db8:1::1')).toMatchObject({ name: 'token ci' });
});

it('lets a revoked token in nowhere, also where it was good before', async () => {
  const token = await storeToken();
  await ask(token, '203.0.113.1');
  await db.pool.query('update sagascope.api_token set revoked_at = now()');
  await expect(ask(token, '203.0.113.1')).rejects.toMatchObject({ code: 'unauthenticated' });
});
