import type { Query } from '@/server/db/query';
import { type Actor, type Grant, ROLES } from './actor';

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
