import { v5 as uuidV5 } from 'uuid';
import { type EventName, eventName } from '@/core/event/event-name';
import type { Query } from './query';
import { epochMs } from './saga-log';

/** The columns of event_store as they stand; a table that others made may have only the five required ones. */
export type EventColumns = ReadonlySet<string>;

/** Reads which columns public.event_store has; empty where there is no such table. */
export async function eventStoreColumns(query: Query): Promise<EventColumns> {
  const rows = await query<{ name: string }>(
    `SELECT a.attname::text AS name FROM pg_attribute a
     WHERE a.attrelid = to_regclass('public.event_store') AND a.attnum > 0 AND NOT a.attisdropped`,
  );
  return new Set(rows.map((row) => row.name));
}

/** Namespace of the ids that events without one have on the wire: UUIDv5 of their position (contract part 1). */
const POSITION_NAMESPACE = '5a6a5c0e-7c1f-5d2b-9d8e-0d6f1f1b7a11';

/** What marks an event that was imported: its name is never split. */
export const IMPORTED_KEY = 'imported_from';
/** What marks an event that an import copied from another event store: it reads as the original does. */
export const COPIED_KEY = 'copied_from';
/** Which import brought it. */
export const IMPORT_ID_KEY = 'import_id';

/** SQL for a word of the metadata over alias `e`: snake_case, then camelCase, then with a leading $. */
export function metadataWord(columns: EventColumns, name: string): string {
  if (!columns.has('metadata')) return 'NULL::text';
  const camel = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const keys = [...new Set([name, camel, `$${camel}`])];
  return `coalesce(${keys.map((key) => `e.metadata->>'${key}'`).join(', ')})`;
}

/** SQL over alias `e`: whether the event was imported. */
export const isImported = (columns: EventColumns): string =>
  columns.has('metadata') ? `(e.metadata->>'${IMPORTED_KEY}') IS NOT NULL` : 'false';

/** SQL over alias `e`: when it happened, epoch ms; null where the table does not tell. */
export const occurredMs = (columns: EventColumns): string =>
  columns.has('occurred_at') ? epochMs('e.occurred_at') : 'NULL::float8';

/** A row of event_store without its payload, as {@link eventHeadSelect} answers it. */
export interface RawEventHead {
  position: string;
  event_id: string | null;
  aggregate_type: string;
  aggregate_id: string;
  version: string;
  event_type: string;
  event_version: number;
  imported: boolean;
  import_id: string | null;
  occurred_ms: number;
  /** No occurred_at (a table that others made): nothing tells when. */
  undated: boolean;
  correlation_id: string | null;
  causation_id: string | null;
  saga_id: string | null;
  trace_id: string | null;
  tenant_id: string | null;
  service: string | null;
  actor: string | null;
}

/** The select list of an event's head over `public.event_store e`; a column that is not there reads as its default. */
export function eventHeadSelect(columns: EventColumns): string {
  const has = (name: string): boolean => columns.has(name);
  const word = (name: string): string => `${metadataWord(columns, name)} AS ${name}`;
  return `e.position::text AS position, ${has('event_id') ? 'e.event_id::text' : 'NULL::text'} AS event_id,
    ${has('aggregate_type') ? `coalesce(e.aggregate_type::text, '')` : `''`} AS aggregate_type,
    coalesce(e.aggregate_id::text, '') AS aggregate_id, coalesce(e.version, 0)::text AS version,
    coalesce(e.event_type::text, '') AS event_type,
    ${has('event_version') ? 'coalesce(e.event_version, 1)::int' : '1'} AS event_version,
    ${isImported(columns)} AS imported,
    ${has('metadata') ? `CASE WHEN coalesce(e.metadata->>'${IMPORTED_KEY}', e.metadata->>'${COPIED_KEY}') IS NOT NULL THEN e.metadata->>'${IMPORT_ID_KEY}' END` : 'NULL::text'} AS import_id,
    ${has('occurred_at') ? epochMs(`coalesce(e.occurred_at, 'epoch'::timestamptz)`) : '0::float8'} AS occurred_ms,
    ${has('occurred_at') ? 'e.occurred_at IS NULL' : 'true'} AS undated,
    ${['correlation_id', 'causation_id', 'saga_id', 'trace_id', 'tenant_id', 'service', 'actor'].map(word).join(', ')}`;
}

/** An event without its payload. */
export interface EventHead {
  position: bigint;
  /** Its own, or UUIDv5 of its position. */
  eventId: string;
  aggregateType: string;
  aggregateId: string;
  version: bigint;
  /** As written. */
  eventType: string;
  name: EventName['name'];
  eventVersion: number;
  /** Epoch ms; null where the table does not tell. */
  occurredAt: number | null;
  correlationId: string | null;
  causationId: string | null;
  sagaId: string | null;
  traceId: string | null;
  tenantId: string | null;
  service: string | null;
  actor: string | null;
  /** The import that brought it; null where none did. */
  importId: string | null;
}

/** The id of an event that was written without one. */
export const idOfPosition = (position: bigint | string): string => uuidV5(position.toString(), POSITION_NAMESPACE);

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

export function toEventHead(raw: RawEventHead): EventHead {
  const { name, version } = eventName(raw.event_type, raw.event_version, raw.imported);
  return {
    position: BigInt(raw.position),
    // A table that others made may have ids that are none of ours.
    eventId: raw.event_id !== null && UUID.test(raw.event_id) ? raw.event_id.toLowerCase() : idOfPosition(raw.position),
    aggregateType: raw.aggregate_type,
    aggregateId: raw.aggregate_id,
    version: BigInt(raw.version),
    eventType: raw.event_type,
    name,
    eventVersion: version,
    occurredAt: raw.undated ? null : raw.occurred_ms,
    correlationId: raw.correlation_id,
    causationId: raw.causation_id,
    sagaId: raw.saga_id,
    traceId: raw.trace_id,
    tenantId: raw.tenant_id,
    service: raw.service,
    actor: raw.actor,
    importId: raw.import_id,
  };
}
