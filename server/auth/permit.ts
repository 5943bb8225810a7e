import { Problem } from '@/server/http/problem';
import { type Actor, type Grant, type Reach, type Role, ROLES, type TokenScope } from './actor';

/** Who may do something: people by role, machines by the scope of their token (none unless named). */
interface Holders {
  roles: readonly Role[];
  scope?: TokenScope;
}

const READ: Holders = { roles: ROLES, scope: 'read' };
const DECLARE: Holders = { roles: ['engineer', 'admin'] };
const ACT: Holders = { roles: ['operator', 'admin'], scope: 'intervene' };
const ADMIN: Holders = { roles: ['admin'] };

/** Which roles may do what: the one table of permissions. A permission without a scope is for people only. */
export const PERMISSIONS = {
  'overview.read': READ,
  'sagas.read': { ...READ, scope: ['read', 'intervene'] },
  'sagas.export': READ,
  'sagaTypes.read': READ,
  'events.read': READ,
  'events.export': READ,
  'streams.read': READ,
  'flows.read': READ,
  'search.read': READ,
  'live.read': READ,
  'views.read': { roles: ROLES },
  'views.write': { roles: ROLES },
  'views.share': { roles: ['support', 'engineer', 'operator', 'approver', 'admin'] },
  'definitions.read': READ,
  'definitions.write': DECLARE,
  'services.read': READ,
  'services.write': DECLARE,
  'interventions.read': { ...READ, scope: ['read', 'intervene'] },
  'interventions.plan': ACT,
  'interventions.request': ACT,
  'audit.read': READ,
  'health.read': { ...READ, scope: ['read', 'metrics'] },
  'diagnostics.read': { roles: ['engineer', 'operator', 'admin'], scope: 'read' },
  'metrics.read': { roles: ['engineer', 'operator', 'admin'], scope: 'metrics' },
  'logs.ingest': { roles: ['admin'], scope: 'ingest' },
  'logs.import': { roles: ['engineer', 'admin'] },
  'roles.read': { roles: ROLES },
  'account.read': { roles: ROLES },
  'account.write': { roles: ROLES },
  'people.read': ADMIN,
  'people.write': ADMIN,
  'tokens.read': ADMIN,
  'tokens.write': ADMIN,
} as const satisfies Record<string, { roles: readonly Role[]; scope?: TokenScope | readonly TokenScope[] }>;
export type Permission = keyof typeof PERMISSIONS;

/** Whether one grant carries the permission, wherever it holds. */
function carries({ holds }: Grant, permission: Permission): boolean {
  const { roles, scope }: { roles: readonly string[]; scope?: string | readonly string[] } = PERMISSIONS[permission];
  return roles.includes(holds) || (typeof scope === 'string' ? scope === holds : scope?.includes(holds) === true);
}

/** Where the actor holds the permission: one reach per grant that carries it, none where no grant does. */
export const reachOf = (actor: Actor, permission: Permission): readonly Reach[] =>
  actor.grants.filter((grant) => carries(grant, permission));

/** True where one of the actor's grants carries the permission, somewhere. */
export const permits = (actor: Actor, permission: Permission): boolean => reachOf(actor, permission).length > 0;

/**
 * The first line of every use case. Which rows the permission reaches is said by {@link visible} and {@link narrow}.
 * @throws Problem `forbidden`, naming who may.
 */
export function permit(ctx: { actor: Actor }, permission: Permission): void {
  if (permits(ctx.actor, permission)) return;
  throw new Problem('forbidden', whyNot(ctx.actor, permission));
}

/** True where the actor holds the permission for all tenants and all saga types (or for `sagaType`). */
export const permitsForAll = (actor: Actor, permission: Permission, sagaType?: string): boolean =>
  reachOf(actor, permission).some(
    ({ tenants, sagaTypes }) =>
      tenants === null && (sagaTypes === null || (sagaType !== undefined && sagaTypes.includes(sagaType))),
  );

/**
 * The first line of a use case that changes what is the same for all tenants: the role must hold for all of them, and
 * for all saga types (or for `sagaType`, where it is about that one).
 * @throws Problem `forbidden`, naming who may
 */
export function permitForAll(ctx: { actor: Actor }, permission: Permission, sagaType?: string): void {
  permit(ctx, permission);
  if (permitsForAll(ctx.actor, permission, sagaType)) return;
  const roles = PERMISSIONS[permission].roles.join(' or ');
  throw new Problem(
    'forbidden',
    `This holds for all tenants, and your role for some tenants or saga types only. Ask someone who is ${roles} for all of them.`,
  );
}

/** Why the actor may not, and who may: the words of the button and of the answer. */
export function whyNot(actor: Actor, permission: Permission): string {
  const { roles, scope }: { roles: readonly string[]; scope?: string | readonly string[] } = PERMISSIONS[permission];
  if (actor.kind === 'token') {
    return scope === undefined
      ? 'No token may do this: a person signs in for it.'
      : `This token has not the scope for this: it takes ${[scope].flat().join(' or ')}.`;
  }
  return `Your role does not allow this. Ask someone with one of these roles: ${roles.join(', ')}.`;
}
