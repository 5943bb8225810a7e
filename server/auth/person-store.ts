import { randomUUID } from 'node:crypto';
import { hashPassword, verifyPassword } from 'better-auth/crypto';
import type { RoleGrant } from '@/core/people/roles';
import { config } from '@/server/config';
import type { Query } from '@/server/db/query';
import { OIDC_PROVIDER } from './oidc-provider';

export interface NewPerson {
  name: string;
  /** Kept in lower case. */
  email: string;
  grants: readonly RoleGrant[];
  isDemo?: boolean;
}

/** Writes a person who cannot sign in by a password yet; answers their id. The e-mail address must be free. */
export async function insertPerson(query: Query, { name, email, grants, isDemo = false }: NewPerson): Promise<string> {
  const id = randomUUID();
  await query('INSERT INTO sagascope.person (id, name, email, is_demo) VALUES ($1, $2, $3, $4)', [
    id,
    name,
    email.toLowerCase(),
    isDemo,
  ]);
  await setGrants(query, id, grants);
  return id;
}

/** The roles that a person holds from now on, in place of those before. */
export async function setGrants(query: Query, id: string, grants: readonly RoleGrant[]): Promise<void> {
  await query('DELETE FROM sagascope.person_grant WHERE user_id = $1', [id]);
  for (const [n, { role, tenants, sagaTypes }] of grants.entries()) {
    await query(
      'INSERT INTO sagascope.person_grant (user_id, n, role, tenants, saga_types) VALUES ($1, $2, $3, $4, $5)',
      [id, n, role, tenants, sagaTypes],
    );
  }
}

/** The password that a person signs in with from now on; their sessions end, wherever they are, but for `keep`. */
export async function setPassword(query: Query, id: string, password: string, keep?: string): Promise<void> {
  const hash = await hashPassword(password);
  await query(`DELETE FROM sagascope.person_account WHERE user_id = $1 AND provider_id = 'credential'`, [id]);
  await query(
    `INSERT INTO sagascope.person_account (id, account_id, provider_id, user_id, password)
     VALUES ($1, $2, 'credential', $2, $3)`,
    [randomUUID(), id, hash],
  );
  await endSessions(query, id, keep);
}

/** Whether this is the password of a person; false too where they have none. */
export async function isPassword(query: Query, id: string, password: string): Promise<boolean> {
  const [row] = await query<{ password: string | null }>(
    `SELECT password FROM sagascope.person_account WHERE user_id = $1 AND provider_id = 'credential'`,
    [id],
  );
  return row?.password != null && (await verifyPassword({ hash: row.password, password }));
}

/**
 * SQL condition: whether somebody has a way to sign in. Who was invited and has not accepted has none, nor who was reset
 * and has not chosen a password, nor an account of the provider where there is no single sign-on.
 * @param person alias of sagascope.person
 */
export function signsIn(person: string): string {
  const provider = config().oidc === undefined ? '' : ` OR a.provider_id = '${OIDC_PROVIDER}'`;
  return `EXISTS (SELECT 1 FROM sagascope.person_account a
    WHERE a.user_id = ${person}.id AND (a.provider_id = 'credential' AND a.password IS NOT NULL${provider}))`;
}

/** Ends every session of a person at once, but for `keep`; answers how many were open. */
export async function endSessions(query: Query, id: string, keep?: string): Promise<number> {
  const ended = await query<{ open: boolean }>(
    `DELETE FROM sagascope.person_session WHERE user_id = $1 AND id IS DISTINCT FROM $2
     RETURNING expires_at > now() AS open`,
    [id, keep ?? null],
  );
  return ended.filter(({ open }) => open).length;
}
