import { eventSays, type PayloadSays } from '@/core/event/event-says';
import { eventTone } from '@/core/event/event-tone';
import type { FlowCause } from '@/core/flow/group';
import { withEvents } from '@/core/flow/ticks';
import type { EventHead } from '@/server/db/event-store';
import { correlationOrder, inCorrelation } from '@/server/db/event-walk';
import type { Query } from '@/server/db/query';
import { NAME_CHARACTERS, indexable } from '@/worker/projector/storable';
import { eventRecord } from './event-table';
import { type Answered, hangGhosts, merged } from './flow-answers';
import { flowIdOf, groupIdOf } from './flow-ids';
import { addToGroups, type FlowRow, type GroupRow, readFlows, saveFlows } from './flow-table';

/** An event as its flow takes it. `causation` is '' where it names none; `at` is epoch ms. */
interface Member {
  tenantId: string;
  flowId: string;
  correlationId: string;
  position: bigint;
  eventId: string;
  causation: string;
  name: string;
  service: string;
  at: number;
}

type Placed = Member & { groupId: string; says: string };

const PAGE = 5_000;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Keeps what the pictures of flows read: totals, services and groups of each correlation (tables flow, flow_service,
 * flow_group, flow_event). Events come in log order, each once. Late ones stand before others: their flows are made
 * again from event_index, where they are already.
 */
export async function projectFlows(query: Query, events: readonly EventHead[], late: boolean): Promise<void> {
  const members = events.flatMap((event) => {
    const member = memberOf(event);
    return member === null ? [] : [member];
  });
  if (!late) return add(query, members);
  for (const [, flow] of byFlow(members)) await makeAgain(query, flow[0]);
}

function memberOf(event: EventHead): Member | null {
  if (event.correlationId === null || event.correlationId === '') return null;
  const record = eventRecord({ ...event, occurredAt: event.occurredAt ?? 0 });
  return member({ ...record, correlation_id: record.correlation_id ?? '', at: record.occurred_at });
}

interface IndexedEvent {
  tenant_id: string;
  correlation_id: string;
  position: string;
  event_id: string;
  causation_id: string | null;
  event_name: string;
  service: string | null;
  at: number;
}

function member(row: IndexedEvent): Member {
  const causation = row.causation_id ?? '';
  return {
    tenantId: row.tenant_id,
    flowId: flowIdOf(row.tenant_id, row.correlation_id),
    correlationId: row.correlation_id,
    position: BigInt(row.position),
    eventId: row.event_id,
    causation: UUID.test(causation) ? causation.toLowerCase() : causation,
    name: row.event_name,
    service: indexable(row.service ?? '', NAME_CHARACTERS),
    at: row.at,
  };
}

const byFlow = <T extends Member>(members: readonly T[]): Map<string, [T, ...T[]]> => {
  const flows = new Map<string, [T, ...T[]]>();
  for (const each of members) {
    const of = flows.get(each.flowId);
    if (of) of.push(each);
    else flows.set(each.flowId, [each]);
  }
  return flows;
};

async function makeAgain(query: Query, { tenantId, flowId, correlationId }: Member): Promise<void> {
  await query(
    `DELETE FROM sagascope.flow_event WHERE tenant_id = $1 AND group_id IN
       (SELECT group_id FROM sagascope.flow_group WHERE tenant_id = $1 AND flow_id = $2::uuid)`,
    [tenantId, flowId],
  );
  for (const table of ['flow_group', 'flow_service', 'flow'])
    await query(`DELETE FROM sagascope.${table} WHERE tenant_id = $1 AND flow_id = $2::uuid`, [tenantId, flowId]);
  for (let after = '-9223372036854775808'; ;) {
    const rows = await query<IndexedEvent>(
      `SELECT tenant_id, correlation_id, position::text AS position, event_id::text AS event_id, causation_id, event_name,
         service, floor(extract(epoch FROM occurred_at) * 1000)::float8 AS at
       FROM sagascope.event_index i WHERE ${inCorrelation('i', '$1::text')} AND tenant_id = $2 AND position > $3::bigint
       ${correlationOrder('i')} LIMIT ${PAGE}`,
      [correlationId, tenantId, after],
    );
    await add(query, rows.map(member));
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.position ?? after;
  }
}

/** Adds events that stand behind all that their flows have so far. */
async function add(query: Query, members: readonly Member[]): Promise<void> {
  if (members.length === 0) return;
  const flows = byFlow(members);
  const known = await readFlows(query, [...flows.keys()]);
  const { placed, standing } = place(members, await readCauses(query, members), await readSays(query, members));
  const made = await addToGroups(query, groupsOf(placed, known));
  await query(
    `INSERT INTO sagascope.flow_event (tenant_id, position, group_id, says)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::uuid[], $4::text[])`,
    [
      placed.map(({ tenantId }) => tenantId),
      placed.map(({ position }) => position.toString()),
      placed.map(({ groupId }) => groupId),
      placed.map(({ says }) => says),
    ],
  );
  await saveFlows(
    query,
    [...flows].map(([flowId, of]) => totals(known.get(flowId), of, made.get(flowId) ?? 0)),
  );
  await addToServices(query, members);
  await hangGhosts(query, await answered(query, placed, standing));
}

const standingKey = (flowId: string, eventId: string): string => `${flowId} ${eventId}`;

/** The groups of the events that these name as their causes, as far as they stand in the same flow already. */
async function readCauses(query: Query, members: readonly Member[]): Promise<Map<string, string>> {
  const ids = new Set(members.map(({ causation }) => causation).filter((id) => UUID.test(id)));
  if (ids.size === 0) return new Map();
  const rows = await query<{ tenant: string; correlation: string; event: string; groupId: string }>(
    `SELECT i.tenant_id AS tenant, i.correlation_id AS correlation, i.event_id::text AS event, f.group_id::text AS "groupId"
     FROM sagascope.event_index i JOIN sagascope.flow_event f ON f.tenant_id = i.tenant_id AND f.position = i.position
     WHERE i.event_id = ANY($1::uuid[]) AND i.correlation_id IS NOT NULL ORDER BY i.position DESC`,
    [[...ids]],
  );
  // Of two events with one id the first counts.
  return new Map(rows.map((row) => [standingKey(flowIdOf(row.tenant, row.correlation), row.event), row.groupId]));
}

/** What these events say beside their names, by position; '' or absent: nothing. Their payloads stay in the database. */
export async function readSays(
  query: Query,
  events: readonly Pick<Member, 'position' | 'name'>[],
): Promise<Map<bigint, string>> {
  const rows = await query<PayloadSays & { position: string }>(
    `SELECT e.position::text AS position, s.code, s.amount, s.currency
     FROM public.event_store e CROSS JOIN LATERAL sagascope.payload_says(e.payload) s
     WHERE e.position = ANY($1::bigint[]) AND (s.code IS NOT NULL OR s.amount IS NOT NULL)`,
    [events.map(({ position }) => position.toString())],
  );
  const names = new Map(events.map(({ position, name }) => [position, name]));
  return new Map(
    rows.map(({ position, ...says }) => [BigInt(position), eventSays(names.get(BigInt(position)) ?? '', says)]),
  );
}

/** Each event's group; and where each event of this batch that stands for its id can be found. */
function place(members: readonly Member[], causes: ReadonlyMap<string, string>, said: ReadonlyMap<bigint, string>) {
  const standing = new Map<string, Placed>();
  const placed = members.map((each): Placed => {
    const cause = causeIn(each, causes, standing);
    const groupId = groupIdOf(each.flowId, cause, each.name, each.service);
    const placedOne = { ...each, groupId, cause, says: said.get(each.position) ?? '' };
    const key = standingKey(each.flowId, each.eventId);
    if (!standing.has(key)) standing.set(key, placedOne);
    return placedOne;
  });
  return { placed: placed as (Placed & { cause: FlowCause })[], standing };
}

function causeIn(
  { flowId, eventId, causation }: Member,
  causes: ReadonlyMap<string, string>,
  standing: ReadonlyMap<string, Placed>,
): FlowCause {
  if (causation === '') return { kind: 'none' };
  if (causation === eventId) return { kind: 'self' };
  const key = standingKey(flowId, causation);
  const ref = causes.get(key) ?? standing.get(key)?.groupId;
  return ref === undefined ? { kind: 'ghost', ref: causation } : { kind: 'event', ref };
}

function groupsOf(placed: readonly (Placed & { cause: FlowCause })[], known: ReadonlyMap<string, FlowRow>): GroupRow[] {
  const before = new Map([...known].map(([flowId, { lastPosition }]) => [flowId, lastPosition]));
  return merged(
    placed.map(({ tenantId, flowId, groupId, cause, name, service, position, at, says }): GroupRow => {
      const afterPosition = before.get(flowId) ?? null;
      before.set(flowId, position);
      const span = { firstPosition: position, lastPosition: position, firstAt: at, lastAt: at };
      return { tenantId, flowId, groupId, cause, name, service, events: 1, afterPosition, says, ...span };
    }),
  );
}

function totals(before: FlowRow | undefined, members: readonly [Member, ...Member[]], moreGroups: number): FlowRow {
  const [first] = members;
  const toned = members.map(({ name, at, position }) => ({ at, position, tone: eventTone(name) }));
  const failures = toned.filter(({ tone }) => tone === 'failed');
  return {
    tenantId: first.tenantId,
    flowId: first.flowId,
    correlationId: first.correlationId,
    events: (before?.events ?? 0) + members.length,
    groups: (before?.groups ?? 0) + moreGroups,
    failures: (before?.failures ?? 0) + failures.length,
    firstPosition: before?.firstPosition ?? first.position,
    lastPosition: members.at(-1)?.position ?? first.position,
    firstAt: members.reduce((min, { at }) => Math.min(min, at), before?.firstAt ?? first.at),
    lastAt: members.reduce((max, { at }) => Math.max(max, at), before?.lastAt ?? first.at),
    firstFailure: before?.firstFailure ?? failures[0]?.position ?? null,
    ticks: withEvents(
      before?.ticks ?? null,
      toned.map(({ at, tone }) => ({ at, failed: tone === 'failed', undone: tone.startsWith('compensat') })),
    ),
  };
}

async function addToServices(query: Query, members: readonly Member[]): Promise<void> {
  await query(
    `INSERT INTO sagascope.flow_service AS s (tenant_id, flow_id, service, events, first_position)
     SELECT r.tenant, r.flow, r.service, count(*), min(r.position)
     FROM unnest($1::text[], $2::uuid[], $3::text[], $4::bigint[]) AS r(tenant, flow, service, position) GROUP BY 1, 2, 3
     ON CONFLICT (tenant_id, flow_id, service) DO UPDATE SET events = s.events + excluded.events,
       first_position = least(s.first_position, excluded.first_position)`,
    [
      members.map(({ tenantId }) => tenantId),
      members.map(({ flowId }) => flowId),
      members.map(({ service }) => service),
      members.map(({ position }) => position.toString()),
    ],
  );
}

/** Groups that waited for an event of this batch. */
async function answered(
  query: Query,
  placed: readonly Placed[],
  standing: ReadonlyMap<string, Placed>,
): Promise<Answered[]> {
  const rows = await query<{ tenantId: string; flowId: string; groupId: string; event: string }>(
    `SELECT tenant_id AS "tenantId", flow_id::text AS "flowId", group_id::text AS "groupId", cause_event AS event
     FROM sagascope.flow_group WHERE cause = 'ghost' AND cause_event = ANY($1::text[]) AND flow_id = ANY($2::uuid[])`,
    [placed.map(({ eventId }) => eventId), [...new Set(placed.map(({ flowId }) => flowId))]],
  );
  return rows.flatMap(({ event, ...waiting }) => {
    const cause = standing.get(standingKey(waiting.flowId, event));
    return cause === undefined ? [] : [{ ...waiting, causeGroup: cause.groupId, position: cause.position }];
  });
}
