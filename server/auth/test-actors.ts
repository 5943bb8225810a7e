import { type Ctx, createContext } from '@/server/http/context';
import { type Actor, everywhere, type Reach, type Role, ROLES, type TokenScope } from './actor';

const person = (grants: Actor['grants'], name: string): Actor => ({
  kind: 'person',
  id: name,
  name,
  grants,
  origin: 'a test',
});

/** For tests: who holds every role in all tenants. */
export const ADMIN_EVERYWHERE: Actor = person(ROLES.map(everywhere), 'admin@test');

/** For tests: a person with one role, everywhere unless told. */
export const personWith = (role: Role, reach: Partial<Reach> = {}): Actor =>
  person([{ ...everywhere(role), ...reach }], `${role}@test`);

/** For tests: a machine with scopes, everywhere unless told. */
export const machineWith = (scopes: readonly TokenScope[], reach: Partial<Reach> = {}): Actor => ({
  ...person(
    scopes.map((scope) => ({ ...everywhere(scope), ...reach })),
    'token test',
  ),
  kind: 'token',
});

/** For tests: the context of an actor over DATABASE_URL. */
export const contextOf = (actor: Actor = ADMIN_EVERYWHERE, tenant: string | null = null): Ctx =>
  createContext(actor, tenant);
