import { eventName } from '@/core/event/event-name';
import type { CourseEvent } from '@/core/stream/course';
import type { StreamEvent } from '@/core/stream/fold';
import { isImported, metadataWord, occurredMs } from './event-store';
import type { ColumnTypes } from './ingest';
import { REQUIRED_COLUMNS } from './sql/logs';
import { Params } from './params';
import type { Query } from './query';

/** A stream by aggregate type ('' where there is none) and id. */
export interface StreamKey {
  aggregateType: string;
  aggregateId: string;
}

/** event_store as far as a stream is read from it. */
export interface StreamSource {
  types: ColumnTypes;
  columns: ReadonlySet<string>;
  /** No version can stand twice in a stream: a unique index says so. */
  unique: boolean;
}

/** The table as it stands; null where there is none that a stream could be read from. One statement: every read begins with it. */
export async function streamSource(query: Query): Promise<StreamSource | null> {
  const rows = await query<{ name: string; type: string; unique: boolean }>(
    `SELECT a.attname::text AS name, format_type(a.atttypid, NULL)::text AS type,
       EXISTS (SELECT FROM pg_index i
         WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
           AND (SELECT array_agg(k.attname::text) FROM unnest(i.indkey[0:i.indnkeyatts - 1]) n
                LEFT JOIN pg_attribute k ON k.attrelid = i.indrelid AND k.attnum = n AND n <> 0)
             <@ ARRAY['aggregate_type', 'aggregate_id', 'version']) AS unique
     FROM pg_attribute a
     WHERE a.attrelid = to_regclass('public.event_store') AND a.attnum > 0 AND NOT a.attisdropped`,
  );
  const types = new Map(rows.map(({ name, type }) => [name, type]));
  if (!REQUIRED_COLUMNS.event_store.every((name) => types.has(name))) return null;
  return { types, columns: new Set(types.keys()), unique: rows.some(({ unique }) => unique) };
}

/** A condition that keeps a statement over `public.event_store e` to some of its rows. */
export type Narrowing = (params: Params) => string;

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const WHOLE = /^-?\d{1,18}$/;

/** SQL that holds for the events of one stream, through the index on its columns whatever their types. */
export function inStream({ types }: StreamSource, key: StreamKey, params: Params): string {
  const equals = (name: string, value: string): string => {
    const type = types.get(name) ?? 'text';
    // What its type cannot hold is in no row; a cast would fail.
    if (type === 'uuid' && !UUID.test(value)) return 'false';
    if (/int|numeric/.test(type) && !WHOLE.test(value)) return 'false';
    return `e.${name} = CAST(${params.add(value)}::text AS ${type})`;
  };
  if (!types.has('aggregate_type') && key.aggregateType !== '') return 'false';
  const id = equals('aggregate_id', key.aggregateId);
  if (!types.has('aggregate_type')) return id;
  const type = equals('aggregate_type', key.aggregateType);
  return key.aggregateType === '' ? `(${type} OR e.aggregate_type IS NULL) AND ${id}` : `${type} AND ${id}`;
}

/** A place in a stream: an event's version, and its position where a version stands there twice. */
export interface Place {
  version: bigint;
  position: bigint;
}

/** Where a page of a stream begins (beyond this event) and ends (this version included). */
export interface StreamRange {
  after?: Place;
  upTo?: bigint;
}

export function inRange({ after, upTo }: StreamRange, params: Params): string {
  const conditions: string[] = [];
  if (after) {
    const version = params.add(after.version.toString());
    // The first half finds the place in the index, the second tells events of one version apart.
    conditions.push(`e.version >= ${version}::bigint`);
    conditions.push(`(e.version, e.position) > (${version}::bigint, ${params.add(after.position.toString())}::bigint)`);
  }
  if (upTo !== undefined) conditions.push(`e.version <= ${params.add(upTo.toString())}::bigint`);
  return conditions.map((condition) => ` AND ${condition}`).join('');
}

/** An event as it is folded, and how long its payload is: one over `payloadBytes` stays in the database (null). */
export type StreamRow = StreamEvent & { payloadBytes: number };

/** What the course of a stream needs of an event, as one JSON array: a driver that makes an object of each row takes longer than the fold. */
type Coursed = [
  position: string,
  version: string,
  eventType: string,
  eventVersion: number,
  imported: boolean,
  tenantId: string | null,
  service: string | null,
];
type Folded = [...Coursed, occurredMs: number | null, payloadBytes: number, payload: string | null];

const coursed = ({ columns }: StreamSource): string =>
  `e.position::text, coalesce(e.version, 0)::text, coalesce(e.event_type::text, ''),
   ${columns.has('event_version') ? 'coalesce(e.event_version, 1)::int' : '1'}, ${isImported(columns)},
   ${metadataWord(columns, 'tenant_id')}, ${metadataWord(columns, 'service')}`;

function toCourseEvent([position, version, eventType, eventVersion, imported, tenantId, service]: Coursed | Folded) {
  const named = eventName(eventType, eventVersion, imported);
  return {
    position: BigInt(position),
    version: BigInt(version),
    eventType,
    name: named.name,
    eventVersion: named.version,
    tenantId,
    service,
  };
}

/** Events in the order of the stream, as far as its course needs them. */
export async function readCourseEvents(
  query: Query,
  source: StreamSource,
  key: StreamKey,
  range: StreamRange & { limit: number },
  narrowing: Narrowing = () => 'true',
): Promise<CourseEvent[]> {
  const params = new Params();
  const [answer] = await query<{ rows: string }>(
    `SELECT coalesce(json_agg(json_build_array(${coursed(source)}) ORDER BY e.version, e.position), '[]')::text AS rows
     FROM (SELECT e.* FROM public.event_store e
           WHERE ${inStream(source, key, params)}${inRange(range, params)} AND ${narrowing(params)}
           ORDER BY e.version, e.position LIMIT ${params.add(range.limit)}::int) e`,
    params.values,
  );
  return (JSON.parse(answer?.rows ?? '[]') as Coursed[]).map(toCourseEvent);
}

/**
 * Events in the order of the stream, at most `limit`, and no more than `batchBytes` of payloads beyond the first: what
 * is held in memory is bounded, whatever the payloads.
 */
export async function readStreamEvents(
  query: Query,
  source: StreamSource,
  key: StreamKey,
  range: StreamRange & { limit: number; payloadBytes: number; batchBytes: number },
  narrowing: Narrowing = () => 'true',
): Promise<StreamRow[]> {
  const params = new Params();
  const where = `${inStream(source, key, params)}${inRange(range, params)} AND ${narrowing(params)}`;
  const most = `${params.add(range.payloadBytes)}::int`;
  const [answer] = await query<{ rows: string }>(
    `SELECT coalesce(json_agg(json_build_array(${coursed(source)}, ${occurredMs(source.columns)}, e.sagascope_bytes,
         CASE WHEN e.sagascope_bytes <= ${most} THEN e.sagascope_payload END)
       ORDER BY e.version, e.position), '[]')::text AS rows
     FROM (
       SELECT e.*, p.payload AS sagascope_payload, b.bytes AS sagascope_bytes,
         sum(CASE WHEN b.bytes <= ${most} THEN b.bytes ELSE 0 END) OVER w AS sagascope_upto,
         row_number() OVER w AS sagascope_place
       FROM (SELECT e.* FROM public.event_store e WHERE ${where} ORDER BY e.version, e.position
             LIMIT ${params.add(range.limit)}::int) e
       CROSS JOIN LATERAL (SELECT coalesce(e.payload::text, 'null') AS payload OFFSET 0) p
       CROSS JOIN LATERAL (SELECT octet_length(p.payload) AS bytes OFFSET 0) b
       WINDOW w AS (ORDER BY e.version, e.position ROWS UNBOUNDED PRECEDING)) e
     WHERE e.sagascope_upto <= ${params.add(range.batchBytes)}::int OR e.sagascope_place = 1`,
    params.values,
  );
  return (JSON.parse(answer?.rows ?? '[]') as Folded[]).map(toStreamRow);
}

function toStreamRow(row: Folded): StreamRow {
  const [occurredAt, payloadBytes, payload] = [row[7], row[8], row[9]];
  return { ...toCourseEvent(row), occurredAt, payloadBytes, payload };
}

/** The payload of one event as JSON text, its first `characters` only, and its length in bytes. */
export async function readPayload(
  query: Query,
  position: bigint,
  characters: number,
): Promise<{ text: string; bytes: number } | null> {
  const [row] = await query<{ text: string; bytes: number }>(
    `SELECT left(p.whole, $2::int) AS text, octet_length(p.whole) AS bytes
     FROM (SELECT coalesce(e.payload::text, 'null') AS whole FROM public.event_store e
           WHERE e.position = $1::bigint OFFSET 0) p`,
    [position.toString(), characters],
  );
  return row ?? null;
}
