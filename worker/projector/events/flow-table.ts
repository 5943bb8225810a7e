import type { FlowCause, FlowCauseKind } from '@/core/flow/group';
import type { Ticks } from '@/core/flow/ticks';
import type { Query } from '@/server/db/query';

/** A group of a flow, or what a batch adds to one. Positions are bigint, times epoch ms. */
export interface GroupRow {
  tenantId: string;
  flowId: string;
  groupId: string;
  cause: FlowCause;
  name: string;
  service: string;
  events: number;
  firstPosition: bigint;
  lastPosition: bigint;
  firstAt: number;
  lastAt: number;
  afterPosition: bigint | null;
  /** What all its events say beside their name; null: not all the same. */
  says: string | null;
}

/** The totals of a flow. */
export interface FlowRow {
  tenantId: string;
  flowId: string;
  correlationId: string;
  events: number;
  groups: number;
  failures: number;
  firstPosition: bigint;
  lastPosition: bigint;
  firstAt: number;
  lastAt: number;
  firstFailure: bigint | null;
  ticks: Ticks;
}

const MS = (column: string): string => `floor(extract(epoch FROM ${column}) * 1000)::float8`;
const AT = (column: string): string => `to_timestamp(r.${column} / 1000)`;
const text = (value: bigint | null): string | null => value?.toString() ?? null;

interface RawGroup extends Omit<
  GroupRow,
  'cause' | 'firstPosition' | 'lastPosition' | 'afterPosition' | 'tenantId' | 'flowId'
> {
  kind: FlowCauseKind;
  ref: string | null;
  first: string;
  last: string;
  after: string | null;
}

export const causeOf = (kind: FlowCauseKind, ref: string | null): FlowCause =>
  kind === 'event' || kind === 'ghost' ? { kind, ref: ref ?? '' } : { kind };

/** These groups of one flow and all that hang on them, however deep. */
export async function readSubtrees(
  query: Query,
  { tenantId, flowId }: Pick<GroupRow, 'tenantId' | 'flowId'>,
  roots: readonly string[],
): Promise<GroupRow[]> {
  const rows = await query<RawGroup>(
    `WITH RECURSIVE down AS (
       SELECT g.* FROM sagascope.flow_group g WHERE g.tenant_id = $1 AND g.group_id = ANY($2::uuid[])
       UNION
       SELECT c.* FROM down d JOIN sagascope.flow_group c ON c.cause_group = d.group_id AND c.tenant_id = d.tenant_id)
     SELECT group_id::text AS "groupId", cause AS kind, coalesce(cause_group::text, cause_event) AS ref,
       event_name AS name, service, events::float8 AS events, first_position::text AS first, last_position::text AS last,
       ${MS('first_at')} AS "firstAt", ${MS('last_at')} AS "lastAt", after_position::text AS after, says FROM down`,
    [tenantId, roots],
  );
  return rows.map(({ kind, ref, first, last, after, ...row }) => ({
    ...row,
    tenantId,
    flowId,
    cause: causeOf(kind, ref),
    firstPosition: BigInt(first),
    lastPosition: BigInt(last),
    afterPosition: after === null ? null : BigInt(after),
  }));
}

/** Adds to these groups, or makes them; answers how many each flow has more. */
export async function addToGroups(query: Query, groups: readonly GroupRow[]): Promise<Map<string, number>> {
  const made = await query<{ flow: string; groups: number }>(
    `WITH added AS (
       INSERT INTO sagascope.flow_group AS g (tenant_id, flow_id, group_id, cause, cause_group, cause_event, event_name,
         service, events, first_position, last_position, first_at, last_at, after_position, says)
       SELECT r.tenant, r.flow, r.id, r.cause, r.cause_group, r.cause_event, r.name, r.service, r.events, r.first, r.last,
         ${AT('first_at')}, ${AT('last_at')}, r.after, r.says
       FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[],
         $9::bigint[], $10::bigint[], $11::bigint[], $12::float8[], $13::float8[], $14::bigint[], $15::text[])
         AS r(tenant, flow, id, cause, cause_group, cause_event, name, service, events, first, last, first_at, last_at, after, says)
       ON CONFLICT (tenant_id, group_id) DO UPDATE SET events = g.events + excluded.events,
         after_position = CASE WHEN excluded.first_position < g.first_position THEN excluded.after_position ELSE g.after_position END,
         first_position = least(g.first_position, excluded.first_position),
         last_position = greatest(g.last_position, excluded.last_position),
         first_at = least(g.first_at, excluded.first_at), last_at = greatest(g.last_at, excluded.last_at),
         says = CASE WHEN g.says = excluded.says THEN g.says END
       RETURNING flow_id, xmax = 0 AS is_new)
     SELECT flow_id::text AS flow, count(*)::float8 AS groups FROM added WHERE is_new GROUP BY 1`,
    [
      groups.map(({ tenantId }) => tenantId),
      groups.map(({ flowId }) => flowId),
      groups.map(({ groupId }) => groupId),
      groups.map(({ cause }) => cause.kind),
      groups.map(({ cause }) => (cause.kind === 'event' ? cause.ref : null)),
      groups.map(({ cause }) => (cause.kind === 'ghost' ? cause.ref : null)),
      groups.map(({ name }) => name),
      groups.map(({ service }) => service),
      groups.map(({ events }) => events),
      groups.map(({ firstPosition }) => text(firstPosition)),
      groups.map(({ lastPosition }) => text(lastPosition)),
      groups.map(({ firstAt }) => firstAt),
      groups.map(({ lastAt }) => lastAt),
      groups.map(({ afterPosition }) => text(afterPosition)),
      groups.map(({ says }) => says),
    ],
  );
  return new Map(made.map(({ flow, groups: more }) => [flow, more]));
}

/** The totals of these flows; one that is new is not in the answer. */
export async function readFlows(query: Query, flowIds: readonly string[]): Promise<Map<string, FlowRow>> {
  const rows = await query<
    Omit<FlowRow, 'ticks' | 'firstPosition' | 'lastPosition' | 'firstFailure'> & {
      first: string;
      last: string;
      failure: string | null;
      width: number;
      at: number[];
      counts: number[];
      failed: number[];
      undone: number[];
    }
  >(
    `SELECT tenant_id AS "tenantId", flow_id::text AS "flowId", correlation_id AS "correlationId", events::float8 AS events,
       groups::float8 AS groups, failures::float8 AS failures, first_position::text AS first, last_position::text AS last,
       ${MS('first_at')} AS "firstAt", ${MS('last_at')} AS "lastAt", first_failure::text AS failure,
       tick_ms::float8 AS width, tick_at::float8[] AS at, tick_events::float8[] AS counts,
       tick_failed::float8[] AS failed, tick_undone::float8[] AS undone
     FROM sagascope.flow WHERE flow_id = ANY($1::uuid[])`,
    [flowIds],
  );
  return new Map(
    rows.map(({ first, last, failure, width, at, counts, failed, undone, ...row }) => [
      row.flowId,
      {
        ...row,
        firstPosition: BigInt(first),
        lastPosition: BigInt(last),
        firstFailure: failure === null ? null : BigInt(failure),
        ticks: {
          width,
          ticks: at.map((place, n) => ({
            at: place,
            events: counts[n] ?? 0,
            failed: failed[n] ?? 0,
            undone: undone[n] ?? 0,
          })),
        },
      },
    ]),
  );
}

/** Creates or replaces the totals of these flows. */
export async function saveFlows(query: Query, flows: readonly FlowRow[]): Promise<void> {
  // An array of arrays would have to be a rectangle: the ticks of each flow travel as JSON.
  const records = flows.map(({ ticks, ...flow }) => ({
    ...flow,
    firstPosition: text(flow.firstPosition),
    lastPosition: text(flow.lastPosition),
    firstFailure: text(flow.firstFailure),
    width: ticks.width,
    at: ticks.ticks.map(({ at }) => at),
    counts: ticks.ticks.map(({ events }) => events),
    failed: ticks.ticks.map(({ failed }) => failed),
    undone: ticks.ticks.map(({ undone }) => undone),
  }));
  await query(
    `INSERT INTO sagascope.flow (tenant_id, flow_id, correlation_id, events, groups, failures, first_position, last_position,
       first_at, last_at, first_failure, tick_ms, tick_at, tick_events, tick_failed, tick_undone)
     SELECT r."tenantId", r."flowId", r."correlationId", r.events, r.groups, r.failures, r."firstPosition", r."lastPosition",
       to_timestamp(r."firstAt" / 1000), to_timestamp(r."lastAt" / 1000), r."firstFailure", r.width, r.at, r.counts, r.failed, r.undone
     FROM json_to_recordset($1::json) AS r("tenantId" text, "flowId" uuid, "correlationId" text, events bigint, groups bigint,
       failures bigint, "firstPosition" bigint, "lastPosition" bigint, "firstAt" float8, "lastAt" float8, "firstFailure" bigint,
       width bigint, at bigint[], counts bigint[], failed bigint[], undone bigint[])
     ON CONFLICT (tenant_id, flow_id) DO UPDATE SET events = excluded.events, groups = excluded.groups,
       failures = excluded.failures, first_position = excluded.first_position, last_position = excluded.last_position,
       first_at = excluded.first_at, last_at = excluded.last_at, first_failure = excluded.first_failure,
       tick_ms = excluded.tick_ms, tick_at = excluded.tick_at, tick_events = excluded.tick_events,
       tick_failed = excluded.tick_failed, tick_undone = excluded.tick_undone`,
    [JSON.stringify(records)],
  );
}
