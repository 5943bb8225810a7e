import type { TokenWire } from '@/core/contract/tokens';
import type { Refusal } from '@/core/people/can';
import { seenPart, within } from '@/core/people/reach';
import { TOKEN_SCOPES } from '@/core/people/roles';
import type { Actor } from '@/server/auth/actor';
import { reachOf } from '@/server/auth/permit';
import { iso } from '@/server/sagas/saga-wire';
import type { StoredToken } from './store';

const isoOrNull = (time: number | null): string | null => (time === null ? null : iso(time));

/** Whether the actor may revoke a token now, or why not. */
export function canRevoke(actor: Actor, token: StoredToken): true | Refusal {
  if (!within(reachOf(actor, 'tokens.write'), token)) {
    const who = 'an administrator whose role reaches as far';
    return { code: 'forbidden', text: 'This token reaches beyond your own role.', who };
  }
  if (token.revokedAt !== null) {
    return { code: 'illegal_action', text: 'This token is revoked already.', who: 'nobody' };
  }
  if (token.expired) return { code: 'illegal_action', text: 'This token has expired.', who: 'nobody' };
  return true;
}

/** A token on the wire; of its places only those that the reader may know of. */
export function tokenWire(actor: Actor, token: StoredToken): TokenWire {
  const seen = seenPart(reachOf(actor, 'tokens.read'), token);
  return {
    id: token.id,
    name: token.name,
    prefix: token.prefix,
    scopes: TOKEN_SCOPES.filter((scope) => token.scopes.includes(scope)),
    tenants: seen?.tenants ? [...seen.tenants] : null,
    sagaTypes: seen?.sagaTypes ? [...seen.sagaTypes] : null,
    createdAt: iso(token.createdAt),
    createdBy: token.createdBy,
    creatorDisabled: token.creatorDisabled,
    expiresAt: isoOrNull(token.expiresAt),
    lastUsedAt: isoOrNull(token.lastUsedAt),
    revokedAt: isoOrNull(token.revokedAt),
    state: token.revokedAt !== null ? 'revoked' : token.expired ? 'expired' : 'active',
    allowed: { revoke: canRevoke(actor, token) },
  };
}
