import type { z } from 'zod';
import { eventName } from '@/core/event/event-name';
import type { EventFiltersInput } from '@/core/contract/events';
import { visible } from '@/server/auth/visible';
import type { Permission } from '@/server/auth/permit';
import { inWalk, type Walked, walkOrder } from '@/server/db/event-walk';
import type { Params } from '@/server/db/params';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { isoMs } from '@/server/sagas/list-item';

export type EventFilters = z.output<typeof EventFiltersInput>;

/** A part of a payload is looked for in every event of its time range: that has to end. */
const LONGEST_SCAN_MS = 31 * 86_400_000;

/** Conditions over `i` (sagascope.event_index); all must hold. The actor's reach is among them. */
export function eventConditions(ctx: Ctx, permission: Permission, filters: EventFilters, params: Params): string[] {
  const all = [visible(ctx, permission, params, { tenant: 'i.tenant_id' })];
  const equal = (column: string, value: string | undefined): void => {
    if (value !== undefined) all.push(`i.${column} = ${params.add(value)}::text`);
  };
  equal('aggregate_type', filters.aggregateType === '~' ? '' : filters.aggregateType);
  equal('aggregate_id', filters.aggregateId);
  if (filters.type !== undefined) all.push(ofType(filters.type, params));
  if (filters.eventVersion !== undefined) all.push(`i.event_version = ${params.add(filters.eventVersion)}::int`);
  for (const [column, value] of walksOf(filters)) all.push(inWalk('i', column, `${params.add(value)}::text`));
  equal('trace_id', filters.traceId);
  equal('service', filters.service);
  equal('tenant_id', filters.tenant);
  // Through Date: PostgreSQL does not know every offset that ISO 8601 allows.
  if (filters.from !== undefined) all.push(`i.occurred_at >= ${params.add(utc(filters.from))}::text::timestamptz`);
  if (filters.to !== undefined) all.push(`i.occurred_at < ${params.add(utc(filters.to))}::text::timestamptz`);
  return all.filter((one) => one !== 'true');
}

/** What is asked for that has an index in the order of the log of its own. */
const walksOf = ({ correlationId, sagaId, import: importId }: EventFilters): [Walked, string][] =>
  (
    [
      ['correlation_id', correlationId],
      ['saga_id', sagaId],
      ['import_id', importId],
    ] as const
  ).flatMap(([column, value]) => (value === undefined ? [] : [[column, value] as [Walked, string]]));

/** Events of {@link eventConditions} in the order of the log: by the index of what is asked for, where it has one. */
export function eventOrder(filters: EventFilters, direction: 'asc' | 'desc'): string {
  const [walk] = walksOf(filters);
  return walk === undefined ? `order by i.position ${direction}` : walkOrder('i', walk[0], direction);
}

/** UserRegistered finds every schema version, UserRegisteredV1 the one. */
function ofType(type: string, params: Params): string {
  const { name, version } = eventName(type, 0, false);
  const written = `i.event_name = ${params.add(type)}::text`;
  if (version === 0) return written;
  return `(${written} or (i.event_name = ${params.add(name)}::text and i.event_version = ${params.add(version)}::int))`;
}

/**
 * Whether `q` is looked for anywhere in the payload.
 * @throws Problem `invalid` without a time range that ends the search
 */
export function isInfix({ q, match, from, to }: EventFilters): boolean {
  if (q === undefined || q.trim() === '' || match !== 'contains') return false;
  if (from === undefined || to === undefined) {
    throw new Problem('invalid', 'To look anywhere in the payload, choose a time range: give from and to.');
  }
  if (Date.parse(to) - Date.parse(from) > LONGEST_SCAN_MS) {
    throw new Problem('invalid', 'To look anywhere in the payload, choose a time range of at most 31 days.');
  }
  return true;
}

/**
 * The condition over `e` (public.event_store) that its payload has the text somewhere: in a value, where JSON writes a
 * backslash before a quote, or as a piece of JSON with quotes of its own. `%` and `_` mean themselves.
 */
export function payloadContains(text: string, params: Params): string {
  const typed = text.trim();
  const inValue = JSON.stringify(typed).slice(1, -1);
  const has = (part: string): string =>
    `e.payload::text ilike ${params.add(`%${part.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`)}::text`;
  return typed.includes('"') ? `(${has(inValue)} or ${has(typed)})` : has(inValue);
}

/** The head of an event as JSON members, over `i`, with its time as this SQL tells it. Shape: EventHeadWire. */
export const eventHead = (
  time: string,
): string => `'position', i.position::text, 'eventId', i.event_id, 'aggregateType', i.aggregate_type,
  'aggregateId', i.aggregate_id, 'version', i.version::text, 'eventType', i.event_type, 'name', i.event_name,
  'eventVersion', i.event_version, 'service', i.service, 'correlationId', i.correlation_id,
  'causationId', i.causation_id, 'sagaId', i.saga_id, 'traceId', i.trace_id,
  'tenantId', nullif(i.tenant_id, ''), 'occurredAt', ${time}`;

export const EVENT_HEAD = eventHead(isoMs('i.occurred_at'));

const utc = (time: string): string => new Date(time).toISOString();
