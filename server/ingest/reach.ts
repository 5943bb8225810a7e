import type { Actor } from '@/server/auth/actor';
import { reachOf } from '@/server/auth/permit';
import { sees } from '@/server/auth/visible';
import { Problem } from '@/server/http/problem';

/** Whether the actor may write any row at all: with tenant, without, of any saga type. */
export const writesEverything = (actor: Actor): boolean =>
  reachOf(actor, 'logs.ingest').some(({ tenants, sagaTypes }) => tenants === null && sagaTypes === null);

/**
 * Refuses a row that a limited grant does not reach; `what` names it, as in "Item [2]" or "saga 7f3c…".
 * @throws Problem `forbidden`
 */
export function refuseForeign(
  actor: Actor,
  what: string,
  { tenantId, sagaType }: { tenantId: string | null; sagaType?: string | null },
): void {
  const row = sagaType ? { tenantId, sagaType } : { tenantId };
  if (sees({ actor, tenant: null }, 'logs.ingest', row)) return;
  const of = tenantId === null ? 'without a tenant' : `of tenant ${tenantId}`;
  const type = sagaType ? ` and saga type ${sagaType}` : '';
  throw new Problem(
    'forbidden',
    `${what}: this ${actor.kind === 'token' ? 'token' : 'role'} is limited, and rows ${of}${type} are outside of it. Nothing was written.`,
  );
}
