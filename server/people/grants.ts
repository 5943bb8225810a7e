import type { RoleGrantWire } from '@/core/contract/people';
import type { RoleGrant } from '@/core/people/roles';

/** Roles as they are kept: names once and in order, and no role twice in one place. */
export function tidyGrants(grants: readonly RoleGrantWire[]): RoleGrant[] {
  const seen = new Map<string, RoleGrant>();
  for (const { role, tenants, sagaTypes } of grants) {
    const grant = { role, tenants: tidy(tenants), sagaTypes: tidy(sagaTypes) };
    seen.set(JSON.stringify([grant.role, grant.tenants, grant.sagaTypes]), grant);
  }
  return [...seen.values()];
}

/** Each name once, in order; null stays everywhere. */
export const tidy = (names: readonly string[] | null): string[] | null =>
  names === null ? null : [...new Set(names)].toSorted();

/** Roles as an event of the journal has them. */
export const grantsOf = (grants: readonly RoleGrant[]) =>
  grants.map(({ role, tenants, sagaTypes }) => ({ role, tenants: tidy(tenants), sagaTypes: tidy(sagaTypes) }));
