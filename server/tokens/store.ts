import type { Reach, TokenScope } from '@/core/people/roles';
import { within } from '@/core/people/reach';
import type { Actor } from '@/server/auth/actor';
import { reachOf } from '@/server/auth/permit';
import { newToken } from '@/server/auth/token';
import { Params } from '@/server/db/params';
import type { Query } from '@/server/db/query';

/** A token as the database has it; times in epoch ms. */
export interface StoredToken extends Reach {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  createdAt: number;
  createdBy: string;
  creatorDisabled: boolean;
  expiresAt: number | null;
  lastUsedAt: number | null;
  revokedAt: number | null;
  expired: boolean;
}

const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;
const ACTIVE = 't.revoked_at is null and (t.expires_at is null or t.expires_at > now())';
const TOKEN = `t.id::text as id, t.name, t.prefix, t.scopes, t.tenants, t.saga_types as "sagaTypes",
  ${ms('t.created_at')} as "createdAt", coalesce(p.email, t.created_by) as "createdBy",
  p.disabled_at is not null as "creatorDisabled", ${ms('t.expires_at')} as "expiresAt",
  ${ms('t.last_used_at')} as "lastUsedAt", ${ms('t.revoked_at')} as "revokedAt",
  coalesce(t.expires_at <= now(), false) as expired`;
const FROM = 'from sagascope.api_token t left join sagascope.person p on p.id = t.created_by';

/** One token; null: there is none. */
export async function readToken(query: Query, id: string): Promise<StoredToken | null> {
  const [row] = await query<StoredToken>(`select ${TOKEN} ${FROM} where t.id = $1::text::uuid`, [id]);
  return row ?? null;
}

export interface TokenFilter {
  state: 'active' | 'ended';
  /** Only tokens that hold in one of these places. */
  reach: readonly Reach[];
  /** Keyset: older (or newer) than this time, written by PostgreSQL, and id. */
  from: { at: string; id: string; newer: boolean } | null;
  limit: number;
}

/** Tokens, newest first; before a place in the list nearest first. `key`: the time as it is sorted. */
export async function readTokens(query: Query, filter: TokenFilter): Promise<(StoredToken & { key: string })[]> {
  const params = new Params();
  const where = [filter.state === 'active' ? `(${ACTIVE})` : `not (${ACTIVE})`, overlaps(params, filter.reach)];
  const newer = filter.from?.newer === true;
  if (filter.from) {
    const place = `(${params.add(filter.from.at)}::text::timestamptz, ${params.add(filter.from.id)}::text::uuid)`;
    where.push(`(t.created_at, t.id) ${newer ? '>' : '<'} ${place}`);
  }
  const way = newer ? 'asc' : 'desc';
  return query(
    `select ${TOKEN}, t.created_at::text as key ${FROM} where ${where.join(' and ')}
     order by t.created_at ${way}, t.id ${way} limit ${params.add(filter.limit)}::int`,
    params.values,
  );
}

function overlaps(params: Params, reach: readonly Reach[]): string {
  const shared = (column: string, names: readonly string[] | null) =>
    names === null ? 'true' : `(t.${column} is null or t.${column} && ${params.add(names)}::text[])`;
  const ways = reach.map(
    ({ tenants, sagaTypes }) => `(${shared('tenants', tenants)} and ${shared('saga_types', sagaTypes)})`,
  );
  return ways.length === 0 ? 'false' : `(${ways.join(' or ')})`;
}

export interface NewToken extends Reach {
  name: string;
  scopes: readonly TokenScope[];
  expiresInDays: number;
}

/** Writes a token; answers its id and the secret, which is kept nowhere. */
export async function insertToken(
  query: Query,
  createdBy: string,
  { name, scopes, tenants, sagaTypes, expiresInDays }: NewToken,
): Promise<{ id: string; secret: string }> {
  const { token, hash, prefix } = newToken();
  const [row] = await query<{ id: string }>(
    `insert into sagascope.api_token (id, name, token_hash, prefix, scopes, tenants, saga_types, created_by, expires_at)
     values (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, now() + make_interval(days => $8::int)) returning id::text as id`,
    [name, hash, prefix, scopes, tenants, sagaTypes, createdBy, expiresInDays],
  );
  if (!row) throw new Error('the token that was written is not there');
  return { id: row.id, secret: token };
}

/** What the journal says of a token. */
export interface RevokedToken {
  tokenId: string;
  name: string;
  prefix: string;
}

/** Revokes a token: its next request is refused. */
export async function revoke(query: Query, id: string): Promise<void> {
  await query('update sagascope.api_token set revoked_at = now() where id = $1::text::uuid and revoked_at is null', [
    id,
  ]);
}

/** Revokes what a person made and still works, as far as the actor reaches; answers which. */
export async function revokeTokensOf(query: Query, actor: Actor, personId: string): Promise<RevokedToken[]> {
  const reach = reachOf(actor, 'tokens.write');
  const found = await query<StoredToken>(`select ${TOKEN} ${FROM} where t.created_by = $1 and ${ACTIVE}`, [personId]);
  const revoked = found.filter((token) => within(reach, token));
  for (const { id } of revoked) await revoke(query, id);
  return revoked.map(({ id, name, prefix }) => ({ tokenId: id, name, prefix }));
}
