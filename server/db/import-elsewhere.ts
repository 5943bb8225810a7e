import { isSame } from './import-identified';
import { stageOf } from './import-stage';
import type { Query } from './query';

/** The tenant of the event of alias `e`; none: empty. */
export const TENANT_OF_EVENT = `coalesce(e.metadata->>'tenant_id', e.metadata->>'tenantId', e.metadata->>'$tenantId', '')`;

/** Events of a file that another tenant has: `tenant` is the one with most of them, null: none; `tenants` how many there are. */
export interface Elsewhere {
  events: number;
  tenant: string | null;
  tenants: number;
}

/** Which of the staged events are there already, but for another tenant than this one. */
export async function knownElsewhere(query: Query, id: string, tenantId: string | null): Promise<Elsewhere | null> {
  const { rows, ids } = stageOf(id);
  // Of events with ids of their own those that are known stand among the ids no more. They name their tenant themselves:
  // it is another one only where the import names one.
  const [found] = await query<{ events: number; tenant: string; tenants: number }>(
    `SELECT sum(count)::float8 AS events, (array_agg(tenant ORDER BY count DESC, tenant))[1] AS tenant,
       count(*)::float8 AS tenants
     FROM (SELECT tenant, count(*) AS count FROM (
         SELECT ${TENANT_OF_EVENT} AS tenant FROM ${ids} i JOIN public.event_store e ON e.event_id = i.event_id
         UNION ALL
         SELECT ${TENANT_OF_EVENT} FROM ${rows} s JOIN public.event_store e ON e.event_id = s.event_id
         WHERE ${tenantId !== null} AND ${isSame('e')} AND NOT EXISTS (SELECT FROM ${ids} i WHERE i.n = s.n)
       ) known WHERE tenant <> $1 GROUP BY 1) other HAVING count(*) > 0`,
    [tenantId ?? ''],
  );
  return found ? { ...found, tenant: found.tenant === '' ? null : found.tenant } : null;
}
