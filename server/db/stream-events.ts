import { type EventHead, eventHeadSelect, type RawEventHead, toEventHead } from './event-store';
import { columnTypes, type ColumnTypes } from './ingest';
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

/** The table as it stands; null where there is none that a stream could be read from. */
export async function streamSource(query: Query): Promise<StreamSource | null> {
  const types = await columnTypes(query, 'event_store');
  if (!REQUIRED_COLUMNS.event_store.every((name) => types.has(name))) return null;
  const [found] = await query<{ unique: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_index i
       WHERE i.indrelid = 'public.event_store'::regclass AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
         AND (SELECT array_agg(a.attname::text) FROM unnest(i.indkey[0:i.indnkeyatts - 1]) k
              LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k AND k <> 0)
           <@ ARRAY['aggregate_type', 'aggregate_id', 'version']) AS unique`,
  );
  return { types, columns: new Set(types.keys()), unique: found?.unique ?? false };
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

/** Where a page of a stream begins (beyond this event) and ends (this version included). */
export interface StreamRange {
  after?: { version: bigint; position: bigint };
  upTo?: bigint;
}

function inRange({ after, upTo }: StreamRange, params: Params): string {
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

/** Heads in the order of the stream: by version, then position. */
export async function readStreamHeads(
  query: Query,
  source: StreamSource,
  key: StreamKey,
  range: StreamRange & { limit: number },
  narrowing: Narrowing = () => 'true',
): Promise<EventHead[]> {
  const params = new Params();
  const rows = await query<RawEventHead>(
    `SELECT ${eventHeadSelect(source.columns)} FROM public.event_store e
     WHERE ${inStream(source, key, params)}${inRange(range, params)} AND ${narrowing(params)}
     ORDER BY e.version, e.position LIMIT ${params.add(range.limit)}::int`,
    params.values,
  );
  return rows.map(toEventHead);
}

/** An event and its payload as JSON text; null: it is over `payloadBytes` and stays in the database. */
export type StreamRow = EventHead & { payload: string | null; payloadBytes: number };

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
  const rows = await query<RawEventHead & { payload: string | null; payload_bytes: number }>(
    `SELECT ${eventHeadSelect(source.columns)}, e.sagascope_bytes AS payload_bytes,
       CASE WHEN e.sagascope_bytes <= ${most} THEN coalesce(e.payload::text, 'null') END AS payload
     FROM (
       SELECT e.*, b.bytes AS sagascope_bytes,
         sum(CASE WHEN b.bytes <= ${most} THEN b.bytes ELSE 0 END) OVER (ORDER BY e.version, e.position) AS sagascope_upto,
         row_number() OVER (ORDER BY e.version, e.position) AS sagascope_place
       FROM (SELECT e.* FROM public.event_store e WHERE ${where} ORDER BY e.version, e.position
             LIMIT ${params.add(range.limit)}::int) e
       CROSS JOIN LATERAL (SELECT octet_length(coalesce(e.payload::text, 'null')) AS bytes OFFSET 0) b) e
     WHERE e.sagascope_upto <= ${params.add(range.batchBytes)}::int OR e.sagascope_place = 1
     ORDER BY e.version, e.position`,
    params.values,
  );
  return rows.map((row) => ({ ...toEventHead(row), payload: row.payload, payloadBytes: row.payload_bytes }));
}

/** First and last version of a stream, and the last one that is not above `at`; null: it has no event. */
export async function streamBounds(
  query: Query,
  source: StreamSource,
  key: StreamKey,
  at: bigint | null,
  narrowing: Narrowing = () => 'true',
): Promise<{ first: bigint; last: bigint; at: bigint } | null> {
  const params = new Params();
  const where = `${inStream(source, key, params)} AND ${narrowing(params)}`;
  const edge = (direction: 'ASC' | 'DESC', also = ''): string =>
    `(SELECT e.version::text FROM public.event_store e WHERE ${where}${also} ORDER BY e.version ${direction} LIMIT 1)`;
  const asked = at === null ? '' : ` AND e.version <= ${params.add(at.toString())}::bigint`;
  const [row] = await query<{ first: string | null; last: string | null; at: string | null }>(
    `SELECT ${edge('ASC')} AS first, ${edge('DESC')} AS last, ${edge('DESC', asked)} AS at`,
    params.values,
  );
  if (!row || row.first === null || row.last === null) return null;
  return { first: BigInt(row.first), last: BigInt(row.last), at: BigInt(row.at ?? row.first) };
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
