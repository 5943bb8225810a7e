import { primary } from '@/server/db/prisma';
import { prismaQuery, type Query } from '@/server/db/query';
import { clientAddress } from '@/server/http/client-address';
import { Problem } from '@/server/http/problem';
import { type Actor, type Grant, ROLES } from './actor';
import { auth, SESSION_COOKIE } from './auth';
import { bearerOf, noteToken, refuseGuesser } from './bearer';
import { machineOf } from './token';

/**
 * Who asks: the machine of a bearer token, or the person of a session cookie; null for neither.
 * @throws Problem `unauthenticated` for a token that is not, or no longer, good; `rate_limited` after many such
 */
export async function whoAsks(headers: Headers): Promise<Actor | null> {
  const origin = clientAddress(headers);
  const bearer = bearerOf(headers);
  if (bearer !== null) {
    await refuseGuesser(bearer, origin);
    const machine = await machineOf(prismaQuery(primary()), bearer, origin);
    await noteToken(bearer, origin, machine !== null);
    if (machine) return machine;
    throw new Problem('unauthenticated', 'This token is not known, was revoked, or has expired. Make a new one.');
  }
  // Without a cookie there is nobody to ask the database about.
  if (headers.get('cookie')?.includes(SESSION_COOKIE) !== true) return null;
  const signedIn = await (await auth()).api.getSession({ headers, query: { disableCookieCache: true } });
  if (signedIn === null) return null;
  const { user, session } = signedIn;
  return personOf(prismaQuery(primary()), user.id, origin, session.id);
}

const SEEN_EVERY = '1 minute';

interface PersonRow {
  email: string;
  grants: { role: string; tenants: string[] | null; sagaTypes: string[] | null }[] | null;
}

/** A person as they may act now; null where they are disabled or gone. `sessionId`: the session that is seen by this. */
export async function personOf(query: Query, id: string, origin: string, sessionId?: string): Promise<Actor | null> {
  const [row] = await query<PersonRow>(
    `WITH seen AS (
       UPDATE sagascope.person_session SET last_seen_at = now()
       WHERE id = $2 AND last_seen_at < now() - interval '${SEEN_EVERY}'),
     there AS (
       UPDATE sagascope.person SET last_seen_at = now()
       WHERE id = $1 AND $2::text IS NOT NULL
         AND (last_seen_at IS NULL OR last_seen_at < now() - interval '${SEEN_EVERY}'))
     SELECT p.email, (SELECT json_agg(json_build_object('role', g.role, 'tenants', g.tenants, 'sagaTypes', g.saga_types) ORDER BY g.n)
        FROM sagascope.person_grant g WHERE g.user_id = p.id) AS grants
     FROM sagascope.person p WHERE p.id = $1 AND p.disabled_at IS NULL`,
    [id, sessionId ?? null],
  );
  if (!row) return null;
  const grants = (row.grants ?? []).flatMap(({ role, tenants, sagaTypes }): Grant[] => {
    const holds = ROLES.find((known) => known === role);
    return holds === undefined ? [] : [{ holds, tenants, sagaTypes }];
  });
  return { kind: 'person', id, name: row.email, grants, origin, ...(sessionId === undefined ? {} : { sessionId }) };
}
