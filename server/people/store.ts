import type { Reach, RoleGrant } from '@/core/people/roles';
import { signsIn } from '@/server/auth/person-store';
import { Params } from '@/server/db/params';
import type { Query } from '@/server/db/query';

/** A person as the database has them; times in epoch ms. */
export interface StoredPerson {
  id: string;
  name: string;
  email: string;
  version: number;
  grants: RoleGrant[];
  createdAt: number;
  lastSeenAt: number | null;
  disabledAt: number | null;
  isDemo: boolean;
  sessionCount: number;
  /** They have accepted, or signed in elsewhere. */
  hasAccount: boolean;
  /** Of the newest invitation that nobody has used. */
  invitedUntil: number | null;
  tokenCount: number;
  lastAdmin: boolean;
}

// A change of people is rare, and each looks at others (the last administrator): one at a time, to its commit.
const PEOPLE_LOCK = 7_310_416_000_002n;

/** Waits until nobody else changes people, and keeps them from it to the end of the caller's transaction. */
export async function lockPeople(query: Query): Promise<void> {
  await query('select 1 as locked from (select pg_advisory_xact_lock($1::text::bigint)) x', [PEOPLE_LOCK.toString()]);
}

const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;
const ADMIN_EVERYWHERE = `exists (select 1 from sagascope.person_grant g
    where g.user_id = x.id and g.role = 'admin' and g.tenants is null and g.saga_types is null)`;

const person = (): string => `p.id, p.name, p.email, p.version, p.is_demo as "isDemo",
  coalesce((select json_agg(json_build_object('role', g.role, 'tenants', g.tenants, 'sagaTypes', g.saga_types) order by g.n)
     from sagascope.person_grant g where g.user_id = p.id), '[]') as grants,
  ${ms('p.created_at')} as "createdAt", ${ms('p.last_seen_at')} as "lastSeenAt", ${ms('p.disabled_at')} as "disabledAt",
  (select count(*)::int from sagascope.person_session s where s.user_id = p.id and s.expires_at > now()) as "sessionCount",
  exists (select 1 from sagascope.person_account a where a.user_id = p.id) as "hasAccount",
  (select ${ms('max(l.expires_at)')} from sagascope.person_link l
     where l.user_id = p.id and l.purpose = 'invitation' and l.used_at is null) as "invitedUntil",
  (select count(*)::int from sagascope.api_token t
     where t.created_by = p.id and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())) as "tokenCount",
  p.disabled_at is null and ${ADMIN_EVERYWHERE.replace('x.id', 'p.id')}
    and not exists (select 1 from sagascope.person x
      where x.id <> p.id and x.disabled_at is null and ${ADMIN_EVERYWHERE} and ${signsIn('x')}) as "lastAdmin"`;

/** One person; null: nobody has this id. */
export async function readPerson(query: Query, id: string): Promise<StoredPerson | null> {
  const [row] = await query<StoredPerson>(`select ${person()} from sagascope.person p where p.id = $1`, [id]);
  return row ?? null;
}

export interface PeopleFilter {
  /** Only who holds a role in one of these places. */
  reach: readonly Reach[];
  /** Part of a name or an e-mail address; null: all. */
  q: string | null;
  /** Keyset: after (or before) this name in lower case and id. */
  from: { name: string; id: string; backwards: boolean } | null;
  limit: number;
}

/** People by name; before a place in the list nearest first. `key`: the name as it is sorted. */
export async function readPeople(query: Query, filter: PeopleFilter): Promise<(StoredPerson & { key: string })[]> {
  const params = new Params();
  const where = [overlaps(params, filter.reach)];
  if (filter.q !== null) {
    const part = params.add(`%${filter.q.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
    where.push(`(lower(p.name) like ${part} or p.email like ${part})`);
  }
  const backwards = filter.from?.backwards === true;
  if (filter.from) {
    const place = `(${params.add(filter.from.name)}::text, ${params.add(filter.from.id)}::text)`;
    where.push(`(lower(p.name), p.id) ${backwards ? '<' : '>'} ${place}`);
  }
  const way = backwards ? 'desc' : 'asc';
  return query(
    `select ${person()}, lower(p.name) as key from sagascope.person p where ${where.join(' and ')}
     order by lower(p.name) ${way}, p.id ${way} limit ${params.add(filter.limit)}::int`,
    params.values,
  );
}

/** Whoever holds a role in a place of the reach; who holds none is seen from everywhere only. */
function overlaps(params: Params, reach: readonly Reach[]): string {
  if (reach.some(({ tenants, sagaTypes }) => tenants === null && sagaTypes === null)) return 'true';
  const shared = (column: string, names: readonly string[] | null) =>
    names === null ? 'true' : `(g.${column} is null or g.${column} && ${params.add(names)}::text[])`;
  const ways = reach.map(
    ({ tenants, sagaTypes }) => `(${shared('tenants', tenants)} and ${shared('saga_types', sagaTypes)})`,
  );
  return `exists (select 1 from sagascope.person_grant g where g.user_id = p.id and (${ways.join(' or ') || 'false'}))`;
}

export interface StoredSession {
  createdAt: number;
  expiresAt: number;
  address: string | null;
  userAgent: string | null;
}

/** The open sessions of a person, newest first. */
export async function readSessions(query: Query, id: string): Promise<StoredSession[]> {
  return query(
    `select ${ms('s.created_at')} as "createdAt", ${ms('s.expires_at')} as "expiresAt",
            s.ip_address as address, s.user_agent as "userAgent"
     from sagascope.person_session s where s.user_id = $1 and s.expires_at > now()
     order by s.created_at desc, s.id limit 100`,
    [id],
  );
}
