import type { FlowCauseKind } from '@/core/flow/group';
import type { FlowGroup, FlowMember, Ghost } from '@/core/flow/graph';
import { visible } from '@/server/auth/visible';
import { Params } from '@/server/db/params';
import type { Query } from '@/server/db/query';
import type { Ctx } from '@/server/http/context';

/** The totals of a flow that a person may see; times epoch ms. */
export interface FlowTotals {
  tenantId: string;
  flowId: string;
  events: number;
  groups: number;
  failures: number;
  firstPosition: string;
  firstFailure: string | null;
  firstAt: number;
  lastAt: number;
  tickMs: number;
  ticks: { at: number[]; events: number[]; failed: number[]; undone: number[] };
}

/** Which flow, as every read below its totals is bound to it. */
export type FlowKey = Pick<FlowTotals, 'tenantId' | 'flowId'>;

/** SQL of a time as epoch ms. */
export const MS = (column: string): string => `floor(extract(epoch from ${column}) * 1000)::float8`;

/** Select list of {@link FlowTotals} over `sagascope.flow f`. */
export const FLOW_TOTALS = `f.tenant_id as "tenantId", f.flow_id::text as "flowId", f.events::float8 as events,
  f.groups::float8 as groups, f.failures::float8 as failures, f.first_position::text as "firstPosition",
  f.first_failure::text as "firstFailure", ${MS('f.first_at')} as "firstAt", ${MS('f.last_at')} as "lastAt",
  f.tick_ms::float8 as "tickMs", json_build_object('at', f.tick_at, 'events', f.tick_events, 'failed', f.tick_failed,
  'undone', f.tick_undone) as ticks`;

/** The parts of a FlowEventHead over `sagascope.event_index i`, as json_build_object takes them. */
export const HEAD = `'position', i.position::text, 'eventId', i.event_id, 'aggregateType', i.aggregate_type,
  'aggregateId', i.aggregate_id, 'version', i.version::text, 'eventVersion', i.event_version, 'sagaId', i.saga_id,
  'causation', lower(i.causation_id), 'at', ${MS('i.occurred_at')}`;

/** A group as the database says it. */
export type RawGroup = Omit<FlowGroup, 'cause'> & { kind: FlowCauseKind; ref: string | null };

export const toGroup = ({ kind, ref, ...group }: RawGroup): FlowGroup => ({
  ...group,
  cause: kind === 'event' || kind === 'ghost' ? { kind, ref: ref ?? '' } : { kind },
});

/**
 * A page of groups in the order of their first events, each with its first event, its cause and what came before it.
 * `from`: the first at or after that position; `before`: the last ones below it.
 */
export async function readGroups(
  query: Query,
  { tenantId, flowId }: FlowKey,
  page: { from?: string | undefined; before?: string | undefined; limit: number },
): Promise<FlowGroup[]> {
  const backwards = page.before !== undefined;
  const [answer] = await query<{ groups: string }>(
    `with page as materialized (select * from sagascope.flow_group g
       where g.tenant_id = $1 and g.flow_id = $2::uuid and g.first_position ${backwards ? '<' : '>='} $3::bigint
       order by g.first_position ${backwards ? 'desc' : ''} limit $4::int)
     select coalesce(json_agg(json_build_object('groupId', g.group_id, 'kind', g.cause,
       'ref', coalesce(g.cause_group::text, g.cause_event), 'name', g.event_name, 'service', g.service, 'events', g.events,
       'firstPosition', g.first_position::text, 'lastPosition', g.last_position::text, 'firstAt', ${MS('g.first_at')},
       'lastAt', ${MS('g.last_at')}, 'causeName', p.event_name, 'causePosition', p.first_position::text,
       'after', fa.group_id, 'says', g.says, 'first', case when i.position is not null then json_build_object(${HEAD}) end)
       order by g.first_position), '[]')::text as groups
     from page g
     -- Looked up where they are needed only: a cause on another page, and what stands before an event without a cause.
     left join sagascope.flow_group p on p.tenant_id = g.tenant_id
       and p.group_id = case when g.cause_group in (select x.group_id from page x) then null else g.cause_group end
     left join sagascope.flow_event fa on fa.tenant_id = g.tenant_id
       and fa.position = case when g.cause in ('none', 'self', 'cycle') then g.after_position end
     left join sagascope.event_index i on i.tenant_id = g.tenant_id and i.position = g.first_position`,
    [tenantId, flowId, page.before ?? page.from ?? '0', page.limit],
  );
  const groups = (JSON.parse(answer?.groups ?? '[]') as RawGroup[]).map(toGroup);
  const read = new Map(groups.map((group) => [group.groupId, group]));
  return groups.map((group) => {
    const cause = group.cause.kind === 'event' ? read.get(group.cause.ref) : undefined;
    return cause === undefined ? group : { ...group, causeName: cause.name, causePosition: cause.firstPosition };
  });
}

/** Where a page begins that has the group of the event at `position`, with `lead` groups before it; null: no such event. */
export async function pageAround(
  query: Query,
  { tenantId, flowId }: FlowKey,
  position: string,
  lead: number,
): Promise<string | null> {
  const [found] = await query<{ first: string | null }>(
    `select (select min(b.first_position)::text from (select b.first_position from sagascope.flow_group b
         where b.tenant_id = $1 and b.flow_id = $2::uuid and b.first_position <= g.first_position
         order by b.first_position desc limit $4::int) b) as first
     from sagascope.flow_event e join sagascope.flow_group g on g.tenant_id = e.tenant_id and g.group_id = e.group_id
     where e.tenant_id = $1 and e.position = $3::bigint and g.flow_id = $2::uuid`,
    [tenantId, flowId, position, lead + 1],
  );
  return found?.first ?? null;
}

/** Where a group of the flow begins; null: it has no such group. */
export async function groupStart(query: Query, { tenantId, flowId }: FlowKey, groupId: string): Promise<string | null> {
  const [found] = await query<{ first: string }>(
    `select first_position::text as first from sagascope.flow_group
     where tenant_id = $1 and flow_id = $2::uuid and group_id = $3::uuid`,
    [tenantId, flowId, groupId],
  );
  return found?.first ?? null;
}

/** Events of one group from a position on, where the page before them begins, and the last event before them. */
export async function readMembers(
  query: Query,
  { tenantId }: FlowKey,
  groupId: string,
  { from, limit }: { from: string; limit: number },
): Promise<{ members: FlowMember[]; earlier: string | null; before: { position: string; at: number } | null }> {
  const [answer] = await query<{ members: string; earlier: string | null; before: string | null; beforeAt: number }>(
    `select (select coalesce(json_agg(json_build_object(${HEAD}, 'says', e.says) order by i.position), '[]')::text
         from (select e.position, e.says from sagascope.flow_event e
           where e.tenant_id = $1 and e.group_id = $2::uuid and e.position >= $3::bigint order by e.position limit $4::int) e
         join sagascope.event_index i on i.tenant_id = $1 and i.position = e.position) as members,
       b.earlier, b.before, ${MS('i.occurred_at')} as "beforeAt"
     from (select min(x.position)::text as earlier, max(x.position)::text as before from (
         select x.position from sagascope.flow_event x
         where x.tenant_id = $1 and x.group_id = $2::uuid and x.position < $3::bigint
         order by x.position desc limit $5::int) x) b
     left join sagascope.event_index i on i.tenant_id = $1 and i.position = b.before::bigint`,
    [tenantId, groupId, from, limit + 1, limit],
  );
  return {
    members: JSON.parse(answer?.members ?? '[]') as FlowMember[],
    earlier: answer?.earlier ?? null,
    before: answer === undefined || answer.before === null ? null : { position: answer.before, at: answer.beforeAt },
  };
}

/** Services by their first event, 120 at most, and how many there are. */
export async function readServices(
  query: Query,
  { tenantId, flowId }: FlowKey,
): Promise<{ services: { name: string; events: number }[]; total: number }> {
  const rows = await query<{ name: string; events: number; total: number }>(
    `select service as name, events::float8 as events, (count(*) over ())::float8 as total from sagascope.flow_service
     where tenant_id = $1 and flow_id = $2::uuid order by first_position limit 120`,
    [tenantId, flowId],
  );
  return { services: rows.map(({ name, events }) => ({ name, events })), total: rows[0]?.total ?? 0 };
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * What is known of causes that are not in the flow: only of events that this person may see, of the flow's own tenant
 * before those of others, so that nothing of any other leaks.
 */
export async function readGhosts(ctx: Ctx, { tenantId }: FlowKey, named: readonly string[]): Promise<Ghost[]> {
  const params = new Params();
  const ids = params.add(named.filter((id) => UUID.test(id)));
  const may = visible(ctx, 'flows.read', params, { tenant: 'i.tenant_id' });
  const rows = await ctx.db.replica<{ id: string; found: NonNullable<Ghost['found']> }>(
    `select distinct on (i.event_id) i.event_id::text as id, json_build_object('name', i.event_name,
       'service', coalesce(i.service, ''), 'flow', i.correlation_id, 'tenantId', i.tenant_id) as found
     from sagascope.event_index i where i.event_id = any(${ids}::uuid[]) and ${may}
     order by i.event_id, i.tenant_id <> ${params.add(tenantId)}::text, i.position`,
    params.values,
  );
  const found = new Map(rows.map((row) => [row.id, row.found]));
  return named.map((eventId) => ({ eventId, found: found.get(eventId) ?? null }));
}

/** Name and time of the events at these positions. */
export async function readNamed(
  query: Query,
  { tenantId }: FlowKey,
  positions: readonly string[],
): Promise<Map<string, { label: string; at: number }>> {
  const rows = await query<{ position: string; label: string; at: number }>(
    `select i.position::text as position, i.event_name as label, ${MS('i.occurred_at')} as at
     from sagascope.event_index i where i.tenant_id = $1 and i.position = any($2::bigint[])`,
    [tenantId, positions],
  );
  return new Map(rows.map(({ position, label, at }) => [position, { label, at }]));
}
