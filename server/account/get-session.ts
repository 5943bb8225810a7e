import type { SessionWire } from '@/core/contract/session';
import { permit, PERMISSIONS, type Permission, permits, reachOf, whyNot } from '@/server/auth/permit';
import type { Actor } from '@/server/auth/actor';
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

// A walk from one tenant to the next along the counters' key: as many steps as there are tenants.
async function knownTenants({ db }: Ctx): Promise<string[]> {
  const rows = await db.replica<{ tenant: string }>(
    `WITH RECURSIVE walk AS (
       (SELECT tenant_id FROM sagascope.status_count WHERE tenant_id > '' ORDER BY tenant_id LIMIT 1)
       UNION ALL
       SELECT (SELECT c.tenant_id FROM sagascope.status_count c WHERE c.tenant_id > w.tenant_id ORDER BY c.tenant_id LIMIT 1)
       FROM walk w WHERE w.tenant_id IS NOT NULL)
     SELECT tenant_id AS tenant FROM walk WHERE tenant_id IS NOT NULL LIMIT ${MOST_TENANTS}`,
  );
  return rows.map(({ tenant }) => tenant);
}
