import type { AccountWire } from '@/core/contract/account';
import { OIDC_PROVIDER } from '@/server/auth/oidc-provider';
import { permit } from '@/server/auth/permit';
import { config } from '@/server/config';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { deviceWords } from './device';

interface Row {
  name: string;
  email: string;
  providers: string[];
}

interface SessionRow {
  id: string;
  userAgent: string | null;
  address: string | null;
  signedInAt: number;
  lastSeenAt: number;
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** One's own account, and every session of it that has not expired: this one first, then the last seen. */
export async function getAccount(ctx: Ctx): Promise<AccountWire> {
  permit(ctx, 'account.read');
  const { actor, db } = ctx;
  const [person] = await db.primary<Row>(
    `SELECT p.name, p.email,
            ARRAY(SELECT a.provider_id FROM sagascope.person_account a WHERE a.user_id = p.id) AS providers
     FROM sagascope.person p WHERE p.id = $1`,
    [actor.id],
  );
  if (!person) throw new Problem('forbidden', 'A token has no account. Sign in as a person.');
  const sessions = await db.primary<SessionRow>(
    `SELECT id, user_agent AS "userAgent", nullif(ip_address, '') AS address,
            (extract(epoch FROM created_at) * 1000)::float8 AS "signedInAt",
            (extract(epoch FROM last_seen_at) * 1000)::float8 AS "lastSeenAt"
     FROM sagascope.person_session WHERE user_id = $1 AND expires_at > now()
     ORDER BY id = $2 DESC, last_seen_at DESC, id LIMIT 200`,
    [actor.id, actor.sessionId ?? ''],
  );
  return {
    name: person.name,
    email: person.email,
    hasPassword: person.providers.includes('credential'),
    signsInWith: person.providers.includes(OIDC_PROVIDER) ? (config().oidc?.name ?? 'single sign-on') : null,
    sessions: sessions.map(({ id, userAgent, address, signedInAt, lastSeenAt }) => ({
      id,
      device: deviceWords(userAgent),
      address,
      signedInAt: iso(signedInAt),
      lastSeenAt: iso(lastSeenAt),
      current: id === actor.sessionId,
    })),
  };
}
