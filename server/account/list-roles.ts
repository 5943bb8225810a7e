import type { RolesWire } from '@/core/contract/roles';
import { ROLE_WORDS, ROLES, SCOPE_WORDS, TOKEN_SCOPES } from '@/core/people/roles';
import { permit, type Permission, PERMISSIONS } from '@/server/auth/permit';
import type { Ctx } from '@/server/http/context';

type Group = 'Reading' | 'Acting on sagas' | 'Declaring and importing' | 'Running the console' | 'People and tokens';

/** What each permission lets one do, under which heading. A new permission must be given its words here. */
const WORDS = {
  'overview.read': ['Reading', 'Open the overview'],
  'sagas.read': ['Reading', 'Read sagas, their logs and diagrams'],
  'sagas.export': ['Reading', 'Export lists of sagas'],
  'sagaTypes.read': ['Reading', 'Read saga types'],
  'events.read': ['Reading', 'Read events and their payloads'],
  'events.export': ['Reading', 'Export events'],
  'streams.read': ['Reading', 'Read the stream of an aggregate, at any version'],
  'flows.read': ['Reading', 'Read event flows'],
  'search.read': ['Reading', 'Search ids and values'],
  'live.read': ['Reading', 'See changes as they happen'],
  'views.read': ['Reading', 'Use saved views'],
  'views.write': ['Reading', 'Save views of one’s own'],
  'views.share': ['Reading', 'Share views with everybody'],
  'interventions.read': ['Acting on sagas', 'Read interventions and their calls'],
  'interventions.plan': ['Acting on sagas', 'See the plan of an intervention'],
  'interventions.request': ['Acting on sagas', 'Compensate and retry, cancel and give up'],
  'definitions.read': ['Declaring and importing', 'Read definitions'],
  'definitions.write': ['Declaring and importing', 'Declare a saga type'],
  'services.read': ['Declaring and importing', 'Read the addresses of services'],
  'services.write': ['Declaring and importing', 'Change the address of a service'],
  'logs.ingest': ['Declaring and importing', 'Append events and log rows over the API'],
  'logs.import': ['Declaring and importing', 'Import event logs from files'],
  'audit.read': ['Running the console', 'Read and verify the audit log'],
  'health.read': ['Running the console', 'Read how the console is'],
  'diagnostics.read': ['Running the console', 'Read diagnostics'],
  'metrics.read': ['Running the console', 'Read metrics'],
  'roles.read': ['People and tokens', 'See this table'],
  'account.read': ['People and tokens', 'See one’s own account and sessions'],
  'account.write': ['People and tokens', 'Change one’s own password, end one’s own sessions'],
  'people.read': ['People and tokens', 'See people and their roles'],
  'people.write': ['People and tokens', 'Invite, disable and reset people, set roles'],
  'tokens.read': ['People and tokens', 'See the tokens of machines'],
  'tokens.write': ['People and tokens', 'Make and revoke tokens'],
} as const satisfies Record<Permission, readonly [Group, string]>;

const GROUPS: readonly Group[] = [
  'Reading',
  'Acting on sagas',
  'Declaring and importing',
  'Running the console',
  'People and tokens',
];

/** Who may do what, from the table that every use case asks. */
export async function listRoles(ctx: Ctx): Promise<RolesWire> {
  permit(ctx, 'roles.read');
  const held = new Set<string>(ctx.actor.grants.map(({ holds }) => holds));
  const permissions = Object.keys(PERMISSIONS) as Permission[];
  return {
    roles: ROLES.map((role) => ({ role, words: ROLE_WORDS[role], held: held.has(role) })),
    scopes: TOKEN_SCOPES.map((scope) => ({ scope, words: SCOPE_WORDS[scope] })),
    groups: GROUPS.map((name) => ({
      name,
      permissions: permissions.filter((one) => WORDS[one][0] === name).map(permissionWire),
    })),
  };
}

function permissionWire(permission: Permission): RolesWire['groups'][number]['permissions'][number] {
  const { roles, scope }: { roles: readonly string[]; scope?: string | readonly string[] } = PERMISSIONS[permission];
  const scopes: readonly string[] = scope === undefined ? [] : [scope].flat();
  return {
    permission,
    words: WORDS[permission][1],
    roles: ROLES.filter((role) => roles.includes(role)),
    scopes: TOKEN_SCOPES.filter((one) => scopes.includes(one)),
  };
}
