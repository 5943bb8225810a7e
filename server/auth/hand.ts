import type { Hand } from '@/server/db/interventions';
import { type Actor, ROLES, TOKEN_SCOPES } from './actor';
import { type Permission, permits } from './permit';
import { type Owner, reaches } from './visible';

/**
 * The actor as the journal names it: who, with which role, from where. The role is the weakest (of a token: the scope)
 * that allowed it: what they acted as, not all that they are.
 * @param owner whose the thing is that was acted on; absent: it belongs to no tenant
 */
export function handOf(actor: Actor, permission: Permission, owner?: Owner): Hand {
  const acting = actor.grants.filter(
    (grant) => permits({ ...actor, grants: [grant] }, permission) && (owner === undefined || reaches(grant, owner)),
  );
  const all: readonly string[] = actor.kind === 'token' ? TOKEN_SCOPES : ROLES;
  const held = all.find((one) => acting.some(({ holds }) => holds === one)) ?? 'none';
  return { actor: actor.name, role: actor.kind === 'token' ? `scope ${held}` : held, origin: actor.origin };
}
