import type { SessionWire } from '@/core/contract/session';
import { permit, PERMISSIONS, type Permission, permits, reachOf, whyNot } from '@/server/auth/permit';
import type { Actor } from '@/server/auth/actor';
import { visible } from '@/server/auth/visible';
import { Params } from '@/server/db/params';
import type { Ctx } from '@/server/http/context';

/** Tenants that the switch offers at most; one may still be typed into a filter. */
const MOST_TENANTS = 1_000;

/** Who asks, and what they may do: what buttons and the tenant switch are drawn from. */
export async function getSession(ctx: Ctx): Promise<SessionWire> {
  permit(ctx, 'sagas.read');
  const { actor, tenant } = ctx;
  const reach = reachOf(actor, 'sagas.read');
  const allTenants = reach.some(({ tenants }) => tenants === null);
  const held = [...new Set(reach.flatMap(({ tenants }) => tenants ?? []))].sort();
  return {
    kind: actor.kind,
    name: actor.name,
    displayName: await displayName(ctx),
    grants: actor.grants.map(({ holds, tenants, sagaTypes }) => ({
      holds,
      tenants: tenants === null ? null : [...tenants],
      sagaTypes: sagaTypes === null ? null : [...sagaTypes],
    })),
    permissions: permissionsOf(actor),
    tenants: allTenants ? await knownTenants(ctx) : held,
    allTenants,
    tenant,
    tenantHasRows: tenant === null || (await hasRows(ctx, tenant)),
  };
}

function permissionsOf(actor: Actor): SessionWire['permissions'] {
  const all = Object.entries(PERMISSIONS) as [Permission, (typeof PERMISSIONS)[Permission]][];
  return Object.fromEntries(
    all.map(([permission, { roles }]) => [
      permission,
      permits(actor, permission)
        ? true
        : { code: 'forbidden', text: whyNot(actor, permission), who: [...roles].join(', ') },
    ]),
  );
}

async function displayName({ actor, db }: Ctx): Promise<string> {
  if (actor.kind === 'token') return actor.name;
  const [row] = await db.primary<{ name: string }>('SELECT name FROM sagascope.person WHERE id = $1', [actor.id]);
  return row?.name ?? actor.name;
}

// A walk from one tenant to the next along the keys of what is kept by tenant: as many steps as there are tenants.
async function knownTenants({ db }: Ctx): Promise<string[]> {
  const next = (after: string): string => `least(
    (SELECT c.tenant_id FROM sagascope.status_count c WHERE c.tenant_id > ${after} ORDER BY c.tenant_id LIMIT 1),
    (SELECT e.tenant_id FROM sagascope.event_index e WHERE e.tenant_id > ${after} ORDER BY e.tenant_id LIMIT 1))`;
  const rows = await db.replica<{ tenant: string }>(
    `WITH RECURSIVE walk AS (
       SELECT ${next("''")} AS tenant_id
       UNION ALL
       SELECT ${next('w.tenant_id')} FROM walk w WHERE w.tenant_id IS NOT NULL)
     SELECT tenant_id AS tenant FROM walk WHERE tenant_id IS NOT NULL LIMIT ${MOST_TENANTS}`,
  );
  return rows.map(({ tenant }) => tenant);
}

// Said of a tenant outside of one's reach as of one that does not exist.
async function hasRows(ctx: Ctx, tenant: string): Promise<boolean> {
  const params = new Params([tenant]);
  const sagas = visible(ctx, 'sagas.read', params, { tenant: 'c.tenant_id', sagaType: 'c.saga_type' });
  const events = visible(ctx, 'events.read', params, { tenant: 'e.tenant_id' });
  const [row] = await ctx.db.replica<{ any: boolean }>(
    `SELECT exists (SELECT FROM sagascope.status_count c WHERE c.tenant_id = $1::text AND c.sagas > 0 AND ${sagas})
         OR exists (SELECT FROM sagascope.event_index e WHERE e.tenant_id = $1::text AND ${events}) AS any`,
    params.values,
  );
  return row?.any ?? false;
}
