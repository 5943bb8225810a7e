import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { Query } from '@/server/db/query';
import type { TokenScope } from './actor';
import { SESSION_COOKIE } from './auth';
import type { RoleGrant } from '@/core/people/roles';
import { insertPerson } from './person-store';
import { consoleSecret } from './secret';
import { newToken } from './token';

/** For tests: a person who can sign in; answers their id. */
export const person = (query: Query, name: string, grants: readonly RoleGrant[]): Promise<string> =>
  insertPerson(query, { name, email: `${name.replaceAll(/\W+/g, '.')}@test.example`, grants });

/** For tests: the Cookie header of a session of that person, as signing in sets it. */
export async function sessionCookie(query: Query, personId: string): Promise<string> {
  const token = randomBytes(24).toString('base64url');
  await query(
    `INSERT INTO sagascope.person_session (id, token, user_id, expires_at) VALUES ($1, $2, $3, now() + interval '1 hour')`,
    [randomUUID(), token, personId],
  );
  const signature = createHmac('sha256', await consoleSecret(query))
    .update(token)
    .digest('base64');
  return `${SESSION_COOKIE}=${encodeURIComponent(`${token}.${signature}`)}`;
}

/** For tests: the Authorization header of a fresh token. */
export async function bearer(
  query: Query,
  scopes: readonly TokenScope[],
  { tenants = null, sagaTypes = null }: { tenants?: string[] | null; sagaTypes?: string[] | null } = {},
): Promise<string> {
  const { token, hash, prefix } = newToken();
  await query(
    `INSERT INTO sagascope.api_token (id, name, token_hash, prefix, scopes, tenants, saga_types, created_by)
     VALUES ($1::text::uuid, $2, $3, $4, $5, $6, $7, 'a test')`,
    [randomUUID(), `test ${scopes.join(' ')}`, hash, prefix, scopes, tenants, sagaTypes],
  );
  return `Bearer ${token}`;
}
