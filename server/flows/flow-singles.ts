import type { FlowGroup } from '@/core/flow/graph';
import { memberId } from '@/core/flow/graph';
import { correlationOrder, inCorrelation } from '@/server/db/event-walk';
import type { Query } from '@/server/db/query';
import { type FlowKey, HEAD, MS, type RawGroup, toGroup } from './flow-rows';

type RawSingle = Omit<RawGroup, 'groupId' | 'firstPosition' | 'lastPosition' | 'firstAt' | 'lastAt' | 'events'> & {
  position: string;
  at: number;
};

/** The flow that events are read of one by one. */
export interface SinglesKey extends FlowKey {
  correlationId: string;
}

/**
 * A page of the events of a flow in the order of the log, each as a group of its own, so that nothing is folded.
 * `from`: the first at or after that position; `before`: the last ones below it.
 */
export async function readSingles(
  query: Query,
  { tenantId, correlationId }: SinglesKey,
  page: { from?: string | undefined; before?: string | undefined; limit: number },
): Promise<FlowGroup[]> {
  const backwards = page.before !== undefined;
  const [answer] = await query<{ events: string }>(
    `select coalesce(json_agg(json_build_object('position', i.position::text, 'at', ${MS('i.occurred_at')}, 'kind', g.cause,
       'ref', coalesce(c.position::text, g.cause_event), 'name', i.event_name, 'service', g.service,
       'causeName', c.event_name, 'causePosition', c.position::text, 'after', b.position::text, 'says', e.says,
       'first', json_build_object(${HEAD})) order by i.position), '[]')::text as events
     from (select * from sagascope.event_index x
       where x.tenant_id = $1 and ${inCorrelation('x', '$2::text')} and x.position ${backwards ? '<' : '>='} $3::bigint
       ${correlationOrder('x', backwards)} limit $4::int) i
     join sagascope.flow_event e on e.tenant_id = i.tenant_id and e.position = i.position
     join sagascope.flow_group g on g.tenant_id = e.tenant_id and g.group_id = e.group_id
     left join lateral (select x.position, x.event_name from sagascope.event_index x
       where g.cause = 'event' and x.event_id = case when g.cause = 'event' then i.causation_id::uuid end
         and x.tenant_id = $1 and x.correlation_id = $2::text order by x.position limit 1) c on true
     left join lateral (select x.position from sagascope.event_index x
       where g.cause in ('none', 'self', 'cycle') and x.tenant_id = $1
         and ${inCorrelation('x', '$2::text')} and x.position < i.position
       ${correlationOrder('x', true)} limit 1) b on true`,
    [tenantId, correlationId, page.before ?? page.from ?? '0', page.limit],
  );
  return (JSON.parse(answer?.events ?? '[]') as RawSingle[]).map(toSingle);
}

function toSingle({ position, at, ref, after, kind, ...event }: RawSingle): FlowGroup {
  return toGroup({
    ...event,
    kind,
    groupId: memberId(position),
    ref: kind === 'event' && ref !== null ? memberId(ref) : ref,
    after: after === null ? null : memberId(after),
    events: 1,
    firstPosition: position,
    lastPosition: position,
    firstAt: at,
    lastAt: at,
  });
}

/** Where a page begins that has the event at `position`, with `lead` events before it; null: no such event in the flow. */
export async function singlesAround(
  query: Query,
  { tenantId, correlationId }: SinglesKey,
  position: string,
  lead: number,
): Promise<string | null> {
  const [found] = await query<{ first: string | null }>(
    `select case when max(b.position) = $3::bigint then min(b.position)::text end as first
     from (select x.position from sagascope.event_index x
       where x.tenant_id = $1 and ${inCorrelation('x', '$2::text')} and x.position <= $3::bigint
       ${correlationOrder('x', true)} limit $4::int) b`,
    [tenantId, correlationId, position, lead + 1],
  );
  return found?.first ?? null;
}
