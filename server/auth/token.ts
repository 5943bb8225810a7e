import { createHash, randomBytes } from 'node:crypto';
import type { Query } from '@/server/db/query';
import { type Actor, TOKEN_SCOPES } from './actor';

const SHAPE = /^sgs_[\w-]{43}$/;
/** Enough to tell one from another in a list, not enough to guess the rest. */
const PREFIX_LENGTH = 10;
const USED_EVERY = '1 minute';

/** A new secret for a machine: shown once, kept as a hash. 256 random bits need no slow hash. */
export function newToken(): { token: string; hash: string; prefix: string } {
  const token = `sgs_${randomBytes(32).toString('base64url')}`;
  return { token, hash: hashOf(token), prefix: token.slice(0, PREFIX_LENGTH) };
}

/** What is kept of a token or a one-time link. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

interface Row {
  id: string;
  name: string;
  scopes: string[];
  tenants: string[] | null;
  saga_types: string[] | null;
}

/** The machine that a bearer token belongs to; null: there is none, or it is revoked or has expired. */
export async function machineOf(query: Query, token: string, origin: string): Promise<Actor | null> {
  if (!SHAPE.test(token)) return null;
  const [row] = await query<Row>(
    `WITH good AS (
       SELECT id, name, scopes, tenants, saga_types FROM sagascope.api_token
       WHERE token_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())),
     used AS (
       UPDATE sagascope.api_token t SET last_used_at = now() FROM good
       WHERE t.id = good.id AND (t.last_used_at IS NULL OR t.last_used_at < now() - interval '${USED_EVERY}'))
     SELECT id::text AS id, name, scopes, tenants, saga_types FROM good`,
    [hashOf(token)],
  );
  if (!row) return null;
  const reach = { tenants: row.tenants, sagaTypes: row.saga_types };
  return {
    kind: 'token',
    id: row.id,
    name: `token ${row.name}`,
    grants: TOKEN_SCOPES.filter((scope) => row.scopes.includes(scope)).map((holds) => ({ holds, ...reach })),
    origin,
  };
}
