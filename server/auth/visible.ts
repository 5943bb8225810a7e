import type { Params } from '@/server/db/params';
import type { Actor, Reach } from './actor';
import { type Permission, reachOf } from './permit';

/** Who looks, and at which tenant; null: at all that they may see. */
export interface Looker {
  actor: Actor;
  tenant: string | null;
}

/** The columns of a row that say whose it is. */
export interface Owned {
  /** SQL of the tenant; '' or null: a row without one. */
  tenant: string;
  /** SQL of the saga type; absent: these rows do not tell one, and a grant for some types only does not reach them. */
  sagaType?: string;
}

/** Of whom a row is that was read already. */
export interface Owner {
  tenantId: string | null;
  sagaType?: string;
}

/**
 * The SQL condition that keeps a statement to the rows that the actor may see under a permission: `true` where that is
 * all of them. Every read of rows with a tenant has it in its WHERE (row-level security stands behind it).
 */
export function visible({ actor, tenant }: Looker, permission: Permission, params: Params, owned: Owned): string {
  const reach = reachOf(actor, permission).filter(
    ({ sagaTypes }) => sagaTypes === null || owned.sagaType !== undefined,
  );
  // A parameter that no condition names is refused by PostgreSQL: none is added where all is seen.
  const isAll = reach.some(({ tenants, sagaTypes }) => tenants === null && sagaTypes === null);
  const ways = isAll ? [] : reach.map((one) => wayOf(one, params, owned));
  const seen = isAll ? 'true' : ways.length === 0 ? 'false' : `(${ways.join(' or ')})`;
  if (tenant === null) return seen;
  return `(${seen} and ${owned.tenant} = ${params.add(tenant)}::text)`;
}

function wayOf({ tenants, sagaTypes }: Reach, params: Params, { tenant, sagaType }: Owned): string {
  const all: string[] = [];
  // Never equal to '': a row without a tenant is for people of all tenants.
  if (tenants !== null) all.push(oneOf(tenant, named(tenants), params));
  if (sagaTypes !== null && sagaType !== undefined) all.push(oneOf(sagaType, sagaTypes, params));
  return `(${all.join(' and ')})`;
}

// One value by equality: an index that begins with the column is then read in the order of the columns behind it.
function oneOf(column: string, values: readonly string[], params: Params): string {
  const [first, ...more] = values;
  if (first !== undefined && more.length === 0) return `${column} = ${params.add(first)}::text`;
  return `${column} = any(${params.add(values)}::text[])`;
}

const named = (tenants: readonly string[]): string[] => tenants.filter((one) => one !== '');

/** What all rows that the actor may see have in common: a list walks one stretch of an index for each of these. */
export interface Bounds {
  /** null: any tenant, and none. */
  tenants: readonly string[] | null;
  /** null: any saga type. */
  sagaTypes: readonly string[] | null;
}

/** The tenants and the saga types outside of which {@link visible} lets nothing through; it may let less through. */
export function boundsOf({ actor, tenant }: Looker, permission: Permission): Bounds {
  const reach = reachOf(actor, permission);
  const tenants = union(reach.map((one) => one.tenants && named(one.tenants)));
  return {
    tenants: tenant === null || tenants?.length === 0 ? tenants : [tenant],
    sagaTypes: union(reach.map((one) => one.sagaTypes)),
  };
}

const union = (lists: readonly (readonly string[] | null)[]): string[] | null =>
  lists.includes(null) ? null : [...new Set(lists.flatMap((list) => list ?? []))];

/** Whether the actor may see one row under a permission: {@link visible} for a row already read. */
export function sees({ actor, tenant }: Looker, permission: Permission, row: Owner): boolean {
  if (tenant !== null && row.tenantId !== tenant) return false;
  return reachOf(actor, permission).some((reach) => reaches(reach, row));
}

/** Whether a role or scope that holds there reaches a row. */
export function reaches({ tenants, sagaTypes }: Reach, { tenantId, sagaType }: Owner): boolean {
  return (
    (tenants === null || (tenantId !== null && tenantId !== '' && tenants.includes(tenantId))) &&
    (sagaTypes === null || (sagaType !== undefined && sagaTypes.includes(sagaType)))
  );
}
