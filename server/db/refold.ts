import { notifyLive } from './notify';
import type { Query } from './query';

/**
 * An intervention of the saga changed, in the caller's transaction: pages that show it are told, and the projector
 * folds the saga again although no row of it arrived.
 */
export async function markForRefold(
  query: Query,
  { sagaId, tenantId, sagaType }: { sagaId: string; tenantId: string | null; sagaType: string },
): Promise<void> {
  // An update of the mark that stands already: the projector cannot take it before this transaction has committed.
  await query(
    `insert into sagascope.refold (saga_id) values ($1::text::uuid)
     on conflict (saga_id) do update set requested_at = now()`,
    [sagaId],
  );
  await notifyLive(query, [], [{ tenant: tenantId ?? '', sagaType, keys: [`saga:${sagaId}`, 'interventions'] }]);
}

/** Takes marks away, those of transactions still under way aside. What they ask for is to be done in the caller's transaction. */
export async function takeRefolds(query: Query, limit: number): Promise<string[]> {
  const rows = await query<{ id: string }>(
    `delete from sagascope.refold where saga_id in
       (select saga_id from sagascope.refold order by requested_at limit $1::int for update skip locked)
     returning saga_id::text as id`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/** Whether any saga waits to be folded again. */
export async function hasRefolds(query: Query): Promise<boolean> {
  const [row] = await query<{ any: boolean }>('select exists (select from sagascope.refold) as any');
  return row?.any ?? false;
}
