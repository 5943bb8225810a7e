import { type Reach, type Role, ROLES, TOKEN_SCOPES, type TokenScope } from '@/core/people/roles';

// A row without a tenant is reached only where tenants is null.
export { type Reach, type Role, ROLES, TOKEN_SCOPES, type TokenScope };

/** A role of a person, or a scope of a token, and where it holds. */
export interface Grant extends Reach {
  holds: Role | TokenScope;
}

/** Who acts: a person with a session, or a machine with a token. */
export interface Actor {
  kind: 'person' | 'token';
  id: string;
  /** As the journal names them: the e-mail address, or `token NAME`. */
  name: string;
  grants: readonly Grant[];
  /** The session of a person who has signed in: what ends with it asks for it. */
  sessionId?: string;
  /** Where they act from, for the journal: an address of the network. */
  origin: string;
}

/** Who holds one role or scope everywhere. */
export const everywhere = (holds: Role | TokenScope): Grant => ({ holds, tenants: null, sagaTypes: null });
