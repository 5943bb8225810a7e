/** The roles that people hold, weakest first. */
export const ROLES = ['viewer', 'support', 'engineer', 'operator', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What a machine's token may be allowed. */
export const TOKEN_SCOPES = ['read', 'ingest', 'intervene', 'metrics'] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** Where a role or a scope holds; null: everywhere. */
export interface Reach {
  tenants: readonly string[] | null;
  sagaTypes: readonly string[] | null;
}

/** A role as a person holds it. */
export interface RoleGrant extends Reach {
  role: Role;
}

/** What a role is for, in words. */
export const ROLE_WORDS = {
  viewer: 'Reads sagas, events and the audit log',
  support: 'Reads, and shares views with others',
  engineer: 'Declares sagas and services, imports logs, reads diagnostics',
  operator: 'Compensates and retries: the interventions',
  approver: 'Is the second person of an intervention that needs one',
  admin: 'Invites people, gives roles, makes tokens, and may do all of the above',
} as const satisfies Record<Role, string>;

/** What a token with a scope may do, in words. */
export const SCOPE_WORDS = {
  read: 'Reads what a viewer reads',
  ingest: 'Appends events and rows of the log',
  intervene: 'Plans and requests interventions',
  metrics: 'Reads metrics and health',
} as const satisfies Record<TokenScope, string>;
