import type { Params } from '@/server/db/params';
import type { Actor, Reach } from './actor';
import { type Permission, reachOf } from './permit';

/** The columns of a row that say whose it is. */
export interface Owned {
  /** SQL of the tenant; '' or null: a row without one. */
  tenant: string;
  /** SQL of the saga type; absent: these rows do not tell one, and a grant for some types only does not reach them. */
  sagaType?: string;
}

/**
 * The SQL condition that keeps a statement to the rows that the actor may see under a permission: `true` where that is
 * all of them. Every read of rows with a tenant has it in its WHERE (row-level security stands behind it).
 */
export function visible(
  { actor, tenant }: { actor: Actor; tenant: string | null },
  permission: Permission,
  params: Params,
  owned: Owned,
): string {
  const reach = reachOf(actor, permission).filter(
    ({ sagaTypes }) => sagaTypes === null || owned.sagaType !== undefined,
  );
  const ways = reach.map((one) => wayOf(one, params, owned));
  const seen = ways.includes('true') ? 'true' : ways.length === 0 ? 'false' : `(${ways.join(' or ')})`;
  if (tenant === null) return seen;
  return `(${seen} and ${owned.tenant} = ${params.add(tenant)}::text)`;
}

function wayOf({ tenants, sagaTypes }: Reach, params: Params, { tenant, sagaType }: Owned): string {
  const all: string[] = [];
  // Never equal to '': a row without a tenant is for people of all tenants.
  if (tenants !== null) all.push(`${tenant} = any(${params.add(tenants.filter((one) => one !== ''))}::text[])`);
  if (sagaTypes !== null && sagaType !== undefined) all.push(`${sagaType} = any(${params.add(sagaTypes)}::text[])`);
  return all.length === 0 ? 'true' : `(${all.join(' and ')})`;
}

/** Whether the actor may see one row under a permission: {@link visible} for a row already read. */
export function sees(
  { actor, tenant }: { actor: Actor; tenant: string | null },
  permission: Permission,
  row: { tenantId: string | null; sagaType?: string },
): boolean {
  if (tenant !== null && row.tenantId !== tenant) return false;
  return reachOf(actor, permission).some(
    ({ tenants, sagaTypes }) =>
      (tenants === null || (row.tenantId !== null && row.tenantId !== '' && tenants.includes(row.tenantId))) &&
      (sagaTypes === null || (row.sagaType !== undefined && sagaTypes.includes(row.sagaType))),
  );
}
