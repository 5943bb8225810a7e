import { afterAll, beforeAll, expect, it } from 'vitest';
import { ChangePasswordInput } from '@/core/contract/account';
import { AuditInput, AuditList } from '@/core/contract/interventions';
import { changePassword } from '@/server/account/change-password';
import { answerAuth } from '@/server/auth/auth-route';
import { insertPerson, setPassword } from '@/server/auth/person-store';
import { pgQuery } from '@/server/db/query';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { CLIENT_ADDRESS_HEADER } from '@/server/http/client-address';
import { route } from '@/server/http/route';
import { listAudit } from './list-audit';

const ORIGIN = 'http://127.0.0.1:3000';
const [FIRST, SECOND] = ['correct horse battery', 'another long password'];
let db: TestDatabase;
beforeAll(async () => {
  db = await servedDatabase();
  const grants = (['viewer', 'admin'] as const).map((role) => ({ role, tenants: null, sagaTypes: null }));
  const id = await insertPerson(pgQuery(db.pool), { name: 'Ana', email: 'ana@example.com', grants });
  await setPassword(pgQuery(db.pool), id, FIRST);
});
afterAll(() => db.drop());

const asked = (path: string, cookie: string, body?: object): Request =>
  new Request(`${ORIGIN}${path}`, {
    headers: {
      host: '127.0.0.1:3000',
      origin: ORIGIN,
      cookie,
      'content-type': 'application/json',
      [CLIENT_ADDRESS_HEADER]: '203.0.113.9',
    },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
const change = route(ChangePasswordInput, changePassword, { body: 'json' });
const audit = route(AuditInput, listAudit);
const none = { params: Promise.resolve(undefined) };

it('names in the journal who acted, as what, and from which address', async () => {
  const signedIn = await answerAuth(
    asked('/api/auth/sign-in/email', '', { email: 'ana@example.com', password: FIRST }),
  );
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const body = { currentPassword: FIRST, newPassword: SECOND };
  const changed = await change(asked('/api/v1/account/password', cookie, body), none);
  expect(changed.status).toBe(200);
  const { items } = AuditList.parse(await (await audit(asked('/api/v1/audit', cookie), none)).json());
  expect(items[0]).toMatchObject({
    type: 'PasswordChanged',
    actor: 'ana@example.com',
    role: 'viewer',
    origin: '203.0.113.9',
  });
  expect(JSON.stringify(items)).not.toMatch(new RegExp(`${FIRST}|${SECOND}`));
});
