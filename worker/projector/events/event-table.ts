import type { EventHead } from '@/server/db/event-store';
import type { Query } from '@/server/db/query';
import { INDEXED_CHARACTERS, indexable, NAME_CHARACTERS } from '@/worker/projector/storable';

/** A row of sagascope.event_index: names are columns, the time epoch ms, 64-bit numbers text. */
export interface EventRecord {
  tenant_id: string;
  position: string;
  event_id: string;
  aggregate_type: string;
  aggregate_id: string;
  version: string;
  event_type: string;
  event_name: string;
  event_version: number;
  service: string | null;
  correlation_id: string | null;
  causation_id: string | null;
  saga_id: string | null;
  trace_id: string | null;
  import_id: string | null;
  occurred_at: number;
}

const TYPES: Record<keyof EventRecord, string> = {
  tenant_id: 'text',
  position: 'bigint',
  event_id: 'uuid',
  aggregate_type: 'text',
  aggregate_id: 'text',
  version: 'bigint',
  event_type: 'text',
  event_name: 'text',
  event_version: 'int',
  service: 'text',
  correlation_id: 'text',
  causation_id: 'text',
  saga_id: 'text',
  trace_id: 'text',
  import_id: 'text',
  occurred_at: 'float8',
};
const NAMES = Object.keys(TYPES) as (keyof EventRecord)[];

const RECORDS = `SELECT ${NAMES.map((name) => (name === 'occurred_at' ? 'to_timestamp(r.occurred_at / 1000) AS occurred_at' : `r.${name}`)).join(', ')}
  FROM unnest(${NAMES.map((name, n) => `$${n + 1}::${TYPES[name]}[]`).join(', ')}) AS r(${NAMES.join(', ')})`;

/**
 * The rows of event_index, from records given as {@link eventArguments}: one array each. The words of a payload are made
 * where it lies: it never leaves the database for that.
 */
export const EVENT_ROWS = `SELECT r.*, sagascope.payload_words(e.payload) AS words FROM (${RECORDS}) r
  LEFT JOIN public.event_store e ON e.position = r.position`;

const UPSERT = `INSERT INTO sagascope.event_index (${NAMES.join(', ')}, words) ${EVENT_ROWS}
  ON CONFLICT (position) DO UPDATE SET ${[...NAMES.filter((name) => name !== 'position'), 'words']
    .map((name) => `${name} = excluded.${name}`)
    .join(', ')}`;

const name = (text: string): string => indexable(text, NAME_CHARACTERS);
const id = (text: string): string => indexable(text, INDEXED_CHARACTERS);
const orNull = (text: string | null): string | null => (text === null ? null : id(text));

/** What event_index says of an event; texts that are too long for an index are cut, their hash at the end. */
export function eventRecord(event: EventHead & { occurredAt: number }): EventRecord {
  return {
    tenant_id: name(event.tenantId ?? ''),
    position: event.position.toString(),
    event_id: event.eventId,
    aggregate_type: name(event.aggregateType),
    aggregate_id: id(event.aggregateId),
    version: event.version.toString(),
    event_type: id(event.eventType),
    event_name: id(event.name),
    event_version: event.eventVersion,
    service: orNull(event.service),
    correlation_id: orNull(event.correlationId),
    causation_id: orNull(event.causationId),
    saga_id: orNull(event.sagaId),
    trace_id: orNull(event.traceId),
    import_id: orNull(event.importId),
    occurred_at: event.occurredAt,
  };
}

/** The records as the parameters of {@link EVENT_ROWS}. */
export const eventArguments = (records: readonly EventRecord[]): unknown[] =>
  NAMES.map((name) => records.map((record) => record[name]));

/** Creates or replaces the rows of these events. */
export async function saveEvents(query: Query, events: readonly (EventHead & { occurredAt: number })[]): Promise<void> {
  if (events.length > 0) await query(UPSERT, eventArguments(events.map(eventRecord)));
}
