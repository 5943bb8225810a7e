import { randomBytes } from 'node:crypto';
import { hashOf } from '@/server/auth/token';
import type { Query } from '@/server/db/query';

/** What a one-time link is for: the first administrator, a new person, or a forgotten password. */
export type LinkPurpose = 'set_up' | 'invitation' | 'reset';

const PAGES = { set_up: '/set-up', invitation: '/welcome', reset: '/welcome' } as const satisfies Record<
  LinkPurpose,
  string
>;
const HOURS = { set_up: 24, invitation: 7 * 24, reset: 24 } as const satisfies Record<LinkPurpose, number>;

const SHAPE = /^[\w-]{43}$/;

/** What a link is made for. */
export interface NewLink {
  purpose: LinkPurpose;
  /** Whose password is chosen by it; null: there is nobody yet (set_up). */
  userId: string | null;
  /** As the journal names who made it. */
  createdBy: string;
}

/**
 * Makes a one-time link; an unused one before it, of the same person or for setting up, is no longer good.
 * @returns path: from the console's origin on, with the secret in it: shown once, only its hash is kept
 */
export async function makeLink(
  query: Query,
  { purpose, userId, createdBy }: NewLink,
): Promise<{ path: string; expiresAt: Date }> {
  const token = randomBytes(32).toString('base64url');
  await query(
    `DELETE FROM sagascope.person_link
     WHERE used_at IS NULL AND CASE WHEN $1::text IS NULL THEN purpose = $2 ELSE user_id = $1 END`,
    [userId, purpose],
  );
  const [row] = await query<{ expiresAt: string }>(
    `INSERT INTO sagascope.person_link (token_hash, purpose, user_id, created_by, expires_at)
     VALUES ($1, $2, $3, $4, now() + make_interval(hours => $5::int))
     RETURNING (extract(epoch FROM expires_at) * 1000)::text AS "expiresAt"`,
    [hashOf(token), purpose, userId, createdBy, HOURS[purpose]],
  );
  if (!row) throw new Error('the link that was written is not there');
  return { path: `${PAGES[purpose]}?token=${token}`, expiresAt: new Date(Number(row.expiresAt)) };
}

/** Ends the links of a person that nobody has used: what disabling them does. */
export async function dropLinks(query: Query, userId: string): Promise<void> {
  await query('DELETE FROM sagascope.person_link WHERE user_id = $1 AND used_at IS NULL', [userId]);
}

/** A link as its page needs it. */
export interface FoundLink {
  purpose: LinkPurpose;
  userId: string | null;
  name: string | null;
  email: string | null;
  disabled: boolean;
  state: 'open' | 'used' | 'expired';
}

/**
 * The link that a secret opens; null: there is none, or a newer one has taken its place. `forUpdate`: nobody else uses
 * it until the caller's transaction ends.
 */
export async function findLink(query: Query, token: string, forUpdate = false): Promise<FoundLink | null> {
  if (!SHAPE.test(token)) return null;
  const [row] = await query<FoundLink>(
    `SELECT l.purpose, l.user_id AS "userId", p.name, p.email, p.disabled_at IS NOT NULL AS disabled,
            CASE WHEN l.used_at IS NOT NULL THEN 'used' WHEN l.expires_at <= now() THEN 'expired' ELSE 'open' END AS state
     FROM sagascope.person_link l LEFT JOIN sagascope.person p ON p.id = l.user_id
     WHERE l.token_hash = $1 ${forUpdate ? 'FOR UPDATE OF l' : ''}`,
    [hashOf(token)],
  );
  return row ?? null;
}

/** Marks a link as used; another click on it is refused. */
export async function useUp(query: Query, token: string): Promise<void> {
  await query('UPDATE sagascope.person_link SET used_at = now() WHERE token_hash = $1', [hashOf(token)]);
}
