import { z } from 'zod';
import type { SagaList, SagaListInput } from '@/core/contract/sagas';
import { permit } from '@/server/auth/permit';
import { boundsOf, visible } from '@/server/auth/visible';
import { Params } from '@/server/db/params';
import type { Ctx } from '@/server/http/context';
import { type Cursor, pageCursors, readCursor } from '@/server/http/cursor';
import { JsonText } from '@/server/http/json-text';
import { isoMs, listItem, WORST_DUE } from './list-item';
import { conditions, countedByStatus, type Piece, piecesOf, type SagaFilters } from './saga-filters';
import { type Arm, armsOf } from './saga-order';

/** Counts stop here: a person reads "10,000+". */
const CAP = 10_000;

const OWNED = { tenant: 's.tenant_id', sagaType: 's.saga_type' };

const Keys = z.array(z.array(z.string()));

interface Row {
  items: string;
  keys: string;
  more: boolean;
  counted: number;
  as_of: string;
}

/**
 * A page of sagas. PostgreSQL builds the JSON; a page costs the same wherever it stands in the list.
 * @throws Problem `invalid` for a cursor of another list
 */
export async function listSagas(ctx: Ctx, input: SagaListInput): Promise<JsonText<typeof SagaList>> {
  permit(ctx, 'sagas.read');
  const { limit, cursor: text, sort, ...filters } = input;
  const cursor = text === undefined ? undefined : readCursor(text, sort);
  const params = new Params();
  const where = [visible(ctx, 'sagas.read', params, OWNED), ...conditions(filters, params)];
  const mayAct = visible(ctx, 'interventions.request', params, OWNED);
  const arms = armsOf(sort, cursor, params);
  const most = params.add(limit + 1);
  const shown = params.add(limit);

  const worst = filters.attention?.some((word) => word !== 'any' && word !== 'none') ?? false;
  const pieces = piecesOf(filters, boundsOf(ctx, 'sagas.read'), sort, params);
  const selects = arms.map((arm, index) => armSql(arm, index, { where, pieces, worst, most }));
  const listOrder = cursor?.direction === 'previous' ? 'f.n desc' : 'f.n';
  // Which rows first, their JSON after: no row is written as JSON that is not shown.
  const [row] = await ctx.db.replica<Row>(
    `with found as materialized (
       select saga_id, key, row_number() over (order by arm, place) as n from (${selects.join(' union all ')}) u
        order by n limit ${most}::int)
     select coalesce(json_agg(${listItem(mayAct)} order by ${listOrder}) filter (where f.n <= ${shown}::int), '[]')::text as items,
            coalesce(json_agg(f.key order by ${listOrder}) filter (where f.n <= ${shown}::int), '[]')::text as keys,
            count(*) > ${shown}::int as more,
            (${countSql(ctx, filters, where, worst, params)})::int as counted,
            ${isoMs('now()')} as as_of
       from found f join sagascope.saga s using (saga_id) left join ${WORST_DUE} on true`,
    params.values,
  );
  if (!row) throw new Error('an aggregate answers one row');
  return new JsonText(pageText(row, sort, cursor));
}

/**
 * The first rows of an arm. With statuses or types given, each combination is a walk of its own along an index that is
 * sorted by time, and the newest of all are taken: a rare status costs what a frequent one does.
 */
function armSql(
  arm: Arm,
  index: number,
  { where, pieces, worst, most }: { where: string[]; pieces: readonly Piece[]; worst: boolean; most: string },
): string {
  const rows = (more: string[]): string =>
    `sagascope.saga s ${worst || arm.worst ? `left join ${WORST_DUE} on true` : ''}
      where ${[...where, ...arm.where, ...more, 'true'].join(' and ')}`;
  const walks = pieces.map(({ where: piece, ofTenant }) => {
    const order = ofTenant ? inTenant(arm.orderBy) : arm.orderBy;
    return `(select s.* from ${rows([piece])} order by ${order} limit ${most}::int)`;
  });
  const source = arm.worst || walks.length === 0 ? rows([]) : `(${walks.join(' union all ')}) s`;
  return `(select s.saga_id, ${arm.key} as key, ${index} as arm, row_number() over (order by ${arm.orderBy}) as place
       from ${source} order by ${arm.orderBy} limit ${most}::int)`;
}

// The same order in words that only the indexes by tenant are declared with: the planner takes no other.
const inTenant = (orderBy: string): string =>
  orderBy.replaceAll(/ desc\b/g, ' desc nulls last').replaceAll(/ asc\b/g, ' asc nulls first');

/** Counting stops one past the cap; where kept counters know, nothing is counted at all. */
function countSql(ctx: Ctx, filters: SagaFilters, where: string[], worst: boolean, params: Params): string {
  if (countedByStatus(filters)) {
    const kept = [visible(ctx, 'sagas.read', params, { tenant: 'c.tenant_id', sagaType: 'c.saga_type' })];
    if (filters.status?.length) kept.push(`c.status = any(${params.add(filters.status)}::text[])`);
    if (filters.type?.length) kept.push(`c.saga_type = any(${params.add(filters.type)}::text[])`);
    if (filters.tenant !== undefined) kept.push(`c.tenant_id = ${params.add(filters.tenant)}::text`);
    return `select least(coalesce(sum(c.sagas), 0), ${CAP + 1}) from sagascope.status_count c where ${kept.join(' and ')}`;
  }
  return `select count(*) from (select 1 from sagascope.saga s ${worst ? `left join ${WORST_DUE} on true` : ''}
     where ${[...where, 'true'].join(' and ')} limit ${CAP + 1}) counted`;
}

function pageText(row: Row, sort: SagaListInput['sort'], cursor: Cursor | undefined): string {
  const keys = Keys.parse(JSON.parse(row.keys));
  const { next, previous } = pageCursors(sort, cursor, keys, row.more);
  const count = { value: Math.min(row.counted, CAP), capped: row.counted > CAP };
  const rest = JSON.stringify({ next, previous, count, asOf: row.as_of });
  return `{"items":${row.items},${rest.slice(1)}`;
}
