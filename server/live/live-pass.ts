import type { Actor } from '@/server/auth/actor';
import type { Query } from '@/server/db/query';

interface Standing {
  key: string;
  /** Of a person: what they hold now. */
  grants: { holds: string; tenants: string[] | null; sagaTypes: string[] | null }[] | null;
}

/** What a stream lives on: the session of a person, or a token; undefined: neither, in a test. */
const keyOf = (actor: Actor): string | undefined => (actor.kind === 'token' ? actor.id : actor.sessionId);

/**
 * Whose streams must end: their session or token has ended, they are disabled, or their roles are others than when the
 * stream opened; a browser that may still read opens it again.
 */
export async function endedPasses<Stream>(query: Query, passes: ReadonlyMap<Stream, Actor | null>): Promise<Stream[]> {
  const keysOf = (kind: Actor['kind']) => [
    ...new Set([...passes.values()].flatMap((actor) => (actor?.kind === kind ? (keyOf(actor) ?? []) : []))),
  ];
  const [sessions, tokens] = [keysOf('person'), keysOf('token')];
  if (sessions.length === 0 && tokens.length === 0) return [];
  const standing = await query<Standing>(
    `select s.id as key, coalesce((select json_agg(
              json_build_object('holds', g.role, 'tenants', g.tenants, 'sagaTypes', g.saga_types) order by g.n)
            from sagascope.person_grant g where g.user_id = s.user_id), '[]') as grants
     from sagascope.person_session s join sagascope.person p on p.id = s.user_id
     where s.id = any($1::text[]) and s.expires_at > now() and p.disabled_at is null
     union all
     select t.id::text, null from sagascope.api_token t
     where t.id = any($2::text[]::uuid[]) and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())`,
    [sessions, tokens],
  );
  const now = new Map(standing.map(({ key, grants }) => [key, grants]));
  return [...passes].filter(([, actor]) => actor !== null && !stands(actor, now)).map(([stream]) => stream);
}

function stands(actor: Actor, now: ReadonlyMap<string, Standing['grants']>): boolean {
  const key = keyOf(actor);
  if (key === undefined) return true;
  const grants = now.get(key);
  if (grants === undefined) return false;
  return grants === null || textOf(grants) === textOf(actor.grants);
}

const textOf = (grants: readonly { holds: string; tenants: unknown; sagaTypes: unknown }[]): string =>
  JSON.stringify(grants.map(({ holds, tenants, sagaTypes }) => [holds, tenants, sagaTypes]));
