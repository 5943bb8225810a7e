import { Problem } from '@/server/http/problem';

export const ROLES = ['viewer', 'support', 'engineer', 'operator', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who acts. Until people sign in there is one: the local operator, who holds every role. */
export interface Actor {
  name: string;
  roles: readonly Role[];
}

export const LOCAL_OPERATOR: Actor = { name: 'local operator', roles: ROLES };

/** Which roles may do what: the one table of permissions. */
export const PERMISSIONS = {
  'overview.read': ROLES,
  'sagas.read': ROLES,
  'sagaTypes.read': ROLES,
  'search.read': ROLES,
  'live.read': ROLES,
  'definitions.read': ROLES,
  'definitions.write': ['engineer', 'admin'],
  'services.read': ROLES,
  'services.write': ['engineer', 'admin'],
  'interventions.read': ROLES,
  'interventions.plan': ROLES,
  'interventions.request': ['operator', 'admin'],
  'audit.read': ROLES,
  'health.read': ROLES,
  'diagnostics.read': ['engineer', 'operator', 'admin'],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof PERMISSIONS;

/** True where one of the actor's roles holds the permission. */
export function permits(actor: Actor, permission: Permission): boolean {
  const roles: readonly Role[] = PERMISSIONS[permission];
  return actor.roles.some((role) => roles.includes(role));
}

/**
 * The first line of every use case.
 * @throws Problem `forbidden`, naming who may.
 */
export function permit(ctx: { actor: Actor }, permission: Permission): void {
  if (permits(ctx.actor, permission)) return;
  const who = PERMISSIONS[permission].join(', ');
  throw new Problem('forbidden', `Your role does not allow this. Ask someone with one of these roles: ${who}.`);
}
