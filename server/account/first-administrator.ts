import type { z } from 'zod';
import type { SetUpInput, Welcomed } from '@/core/contract/account';
import { insertPerson, setPassword, signsIn } from '@/server/auth/person-store';
import type { Query } from '@/server/db/query';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { journalPerson } from './journal-entry';
import { takeLink } from './open-link';
import { makeLink, useUp } from './person-links';

// Two consoles that start at once on an empty database make one administrator.
const FIRST_LOCK = 7_310_416_000_002n;
const ADMIN = { role: 'admin', tenants: null, sagaTypes: null } as const;
const TERMINAL = { actor: 'console', role: 'admin', origin: 'console' };

/** How a console stands with its first administrator when it starts. */
export type Administration =
  | { state: 'there' }
  | { state: 'made'; email: string }
  | { state: 'link'; path: string; expiresAt: Date };

/**
 * Sees to it that somebody can administer: while nobody does, the person of the environment becomes the first
 * administrator, or else a new one-time link takes the place of the one before. A password that somebody has stays.
 * Call it in a transaction.
 */
export async function ensureAdministrator(
  query: Query,
  admin: { email: string; password: string } | undefined,
): Promise<Administration> {
  await lockFirst(query);
  if (await hasAdministrator(query)) return { state: 'there' };
  if (admin !== undefined) {
    const { email } = admin;
    const personId = await makeAdministrator(query, admin);
    const made = { type: 'FirstAdministratorMade', by: 'console', personId, email, way: 'environment' } as const;
    await journalPerson(query, TERMINAL, made);
    return { state: 'made', email };
  }
  return { state: 'link', ...(await makeLink(query, { purpose: 'set_up', userId: null, createdBy: 'console' })) };
}

/**
 * Makes the first administrator by the link that was printed.
 * @throws Problem `not_found`, `forbidden` where the link is not good, or somebody administers already
 */
export async function setUp(
  ctx: Ctx,
  { token, name, email: given, password }: z.output<typeof SetUpInput>,
): Promise<Welcomed> {
  const email = given.toLowerCase();
  return ctx.db.transaction(async (query) => {
    await takeLink(query, token, ['set_up']);
    await lockFirst(query);
    if (await hasAdministrator(query)) throw new Problem('forbidden', 'This console is set up already. Sign in.');
    await useUp(query, token);
    const [person] = await query<{ id: string }>('SELECT id FROM sagascope.person WHERE email = $1', [email]);
    if (person) throw new Problem('forbidden', 'Somebody has this e-mail address already. Use another one.');
    const id = await insertPerson(query, { name, email, grants: [ADMIN] });
    await setPassword(query, id, password);
    const doer = { actor: email, role: 'admin', origin: ctx.actor.origin };
    await journalPerson(query, doer, { type: 'FirstAdministratorMade', by: email, personId: id, email, way: 'link' });
    return { email };
  });
}

async function lockFirst(query: Query): Promise<void> {
  await query('SELECT 1 AS locked FROM (SELECT pg_advisory_xact_lock($1::text::bigint)) x', [FIRST_LOCK.toString()]);
}

// Everywhere, and by a way that is there: whoever was only invited administers nothing yet.
async function hasAdministrator(query: Query): Promise<boolean> {
  const rows = await query(
    `SELECT 1 AS there FROM sagascope.person p JOIN sagascope.person_grant g ON g.user_id = p.id
     WHERE g.role = 'admin' AND g.tenants IS NULL AND g.saga_types IS NULL AND p.disabled_at IS NULL
       AND ${signsIn('p')} LIMIT 1`,
  );
  return rows.length > 0;
}

async function makeAdministrator(
  query: Query,
  { email, password }: { email: string; password: string },
): Promise<string> {
  const [known] = await query<{ id: string; hasPassword: boolean }>(
    `SELECT p.id, EXISTS (SELECT 1 FROM sagascope.person_account a WHERE a.user_id = p.id AND a.provider_id = 'credential')
       AS "hasPassword" FROM sagascope.person p WHERE p.email = $1`,
    [email],
  );
  if (known === undefined) {
    const id = await insertPerson(query, { name: email, email, grants: [ADMIN] });
    await setPassword(query, id, password);
    return id;
  }
  await query('UPDATE sagascope.person SET disabled_at = NULL WHERE id = $1', [known.id]);
  await query(
    `INSERT INTO sagascope.person_grant (user_id, n, role)
     SELECT $1, coalesce(max(n) + 1, 0), 'admin' FROM sagascope.person_grant WHERE user_id = $1`,
    [known.id],
  );
  if (!known.hasPassword) await setPassword(query, known.id, password);
  return known.id;
}
