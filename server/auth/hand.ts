import type { Hand } from '@/server/db/interventions';
import { type Actor, ROLES, TOKEN_SCOPES } from './actor';
import { type Permission, PERMISSIONS } from './permit';

/** The actor as the journal names it: who, with which role, from where. */
export function handOf(actor: Actor, permission: Permission): Hand {
  return { actor: actor.name, role: roleOf(actor, permission), origin: actor.origin };
}

/** The weakest role (or the scope) that allowed it: what they acted as, not all that they are. */
function roleOf({ kind, grants }: Actor, permission: Permission): string {
  const held = new Set(grants.map(({ holds }) => holds));
  if (kind === 'token') return `scope ${TOKEN_SCOPES.find((scope) => held.has(scope)) ?? 'none'}`;
  const allowed: readonly string[] = PERMISSIONS[permission].roles;
  return ROLES.find((role) => held.has(role) && allowed.includes(role)) ?? 'none';
}
