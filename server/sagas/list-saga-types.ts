import { z } from 'zod';
import type { SagaTypeList, SagaTypeListInput } from '@/core/contract/saga-types';
import { permit } from '@/server/auth/permit';
import { visible } from '@/server/auth/visible';
import { Params } from '@/server/db/params';
import type { Ctx } from '@/server/http/context';
import { pageCursors, readCursor } from '@/server/http/cursor';
import { JsonText } from '@/server/http/json-text';
import { DUE, isoMs } from './list-item';

const SORT = 'sagaType';
const Keys = z.array(z.array(z.string()));

/**
 * Saga types by name, bytewise: those with sagas and those that are only defined, with exact counts by present status.
 * Definitions are everybody's; what is counted keeps to what the actor may see.
 * @throws Problem `invalid` for a cursor of another list
 */
export async function listSagaTypes(ctx: Ctx, input: SagaTypeListInput): Promise<JsonText<typeof SagaTypeList>> {
  permit(ctx, 'sagaTypes.read');
  const cursor = input.cursor === undefined ? undefined : readCursor(input.cursor, SORT);
  const backwards = cursor?.direction === 'previous';
  const params = new Params([cursor?.key[0] ?? null, input.limit]);
  const kept = visible(ctx, 'sagaTypes.read', params, { tenant: 'c.tenant_id', sagaType: 'c.saga_type' });
  const seen = visible(ctx, 'sagaTypes.read', params, { tenant: 's.tenant_id', sagaType: 's.saga_type' });
  const [row] = await ctx.db.replica<{ items: string; keys: string; more: boolean; as_of: string }>(
    `with names as (
       select c.saga_type from sagascope.status_count c where ${kept} union select type from sagascope.definition where kind = 'saga'
     ), found as (
       select saga_type, row_number() over (order by saga_type collate "C" ${backwards ? 'desc' : 'asc'}) as n from names
        where $1::text is null or saga_type collate "C" ${backwards ? '<' : '>'} $1::text
        order by n limit $2::int + 1
     ), counted as (
       select saga_type, json_object_agg(status, sagas) as counts, sum(sagas)::int as total
         from (select c.saga_type, c.status, sum(c.sagas)::int as sagas from sagascope.status_count c where ${kept} group by 1, 2) n group by 1
     ), due as (select s.saga_type, count(*)::int as sagas from sagascope.saga s where ${DUE} and ${seen} group by 1)
     select coalesce(json_agg(json_build_object(
              'sagaType', f.saga_type,
              'counts', json_build_object(${STATUS_COUNTS}),
              'total', coalesce(c.total, 0), 'attention', coalesce(due.sagas, 0),
              'definition', (select json_build_object('version', d.version, 'source', d.source) from sagascope.definition d
                              where d.kind = 'saga' and d.type = f.saga_type order by d.version desc limit 1)
            ) order by f.saga_type collate "C") filter (where f.n <= $2::int), '[]')::text as items,
            coalesce(json_agg(json_build_array(f.saga_type) order by f.saga_type collate "C") filter (where f.n <= $2::int), '[]')::text as keys,
            count(*) > $2::int as more, ${isoMs('now()')} as as_of
       from found f left join counted c using (saga_type) left join due using (saga_type)`,
    params.values,
  );
  if (!row) throw new Error('an aggregate answers one row');
  const { next, previous } = pageCursors(SORT, cursor, Keys.parse(JSON.parse(row.keys)), row.more);
  const rest = JSON.stringify({ next, previous, asOf: row.as_of });
  return new JsonText(`{"items":${row.items},${rest.slice(1)}`);
}

const STATUS_COUNTS = ['RUNNING', 'COMPLETED', 'FAILED', 'COMPENSATING', 'COMPENSATED']
  .map((status) => `'${status}', coalesce((c.counts->>'${status}')::int, 0)`)
  .join(', ');
