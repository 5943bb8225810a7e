import type { Query } from './query';

/** The columns of a log as they stand, with the type that a value is cast to: a table that others made may differ. */
export type ColumnTypes = ReadonlyMap<string, string>;

export async function columnTypes(query: Query, table: 'saga_log' | 'event_store'): Promise<ColumnTypes> {
  const rows = await query<{ name: string; type: string }>(
    `SELECT a.attname::text AS name, format_type(a.atttypid, NULL)::text AS type FROM pg_attribute a
     WHERE a.attrelid = to_regclass('public.' || $1::text) AND a.attnum > 0 AND NOT a.attisdropped`,
    [table],
  );
  return new Map(rows.map(({ name, type }) => [name, type]));
}

/** A row to write: column → value as text; json columns as JSON text, which goes to `::jsonb` unparsed. */
export type TextRow = Readonly<Record<string, string | null>>;

const names = (rows: readonly TextRow[]): string[] => [...new Set(rows.flatMap((row) => Object.keys(row)))];

/** Rows (parameter `$1`, see {@link rowsArgument}) as a table of text columns with their place `n`. */
function recordset(columns: readonly string[]): string {
  return `json_to_recordset($1::text::json) AS r(n int, ${columns.map((name) => `${name} text`).join(', ')})`;
}

const rowsArgument = (rows: readonly TextRow[]): string => JSON.stringify(rows.map((row, n) => ({ n, ...row })));

/** Inserts the rows in their order and answers `returning` of each. Every column of a row must be in `types`. */
export async function insertRows<Row>(
  query: Query,
  table: 'saga_log' | 'event_store',
  rows: readonly TextRow[],
  types: ColumnTypes,
  returning: string,
): Promise<Row[]> {
  if (rows.length === 0) return [];
  const columns = names(rows);
  // A row that tells no time happened now, as the table's own default says.
  const value = (name: string): string => {
    const cast = `CAST(r.${name} AS ${types.get(name) ?? 'text'})`;
    return name === 'created_at' || name === 'occurred_at' ? `coalesce(${cast}, now())` : cast;
  };
  return query<Row>(
    `INSERT INTO public.${table} (${columns.join(', ')})
     SELECT ${columns.map(value).join(', ')} FROM ${recordset(columns)} ORDER BY r.n RETURNING ${returning}`,
    [rowsArgument(rows)],
  );
}

/** What stands in event_store already under an event's id, or in its place in the stream. */
export interface Standing {
  n: number;
  position: string;
  version: string;
  /** Another event has this id, or this place: its content differs. */
  same: boolean;
  by: 'id' | 'place';
}

/** Looks the events up by id, and by stream and version where they tell one. jsonb is compared by its text: 1.10 is not 1.1. */
export async function standingEvents(query: Query, rows: readonly TextRow[], types: ColumnTypes): Promise<Standing[]> {
  const columns = names(rows);
  const cast = (name: string): string => `CAST(r.${name} AS ${types.get(name) ?? 'text'})`;
  const stored = (name: string): string => (types.has(name) ? `e.${name}` : 'NULL');
  const equal: Record<string, string> = {
    aggregate_type: `coalesce(${stored('aggregate_type')}::text, '') = r.aggregate_type`,
    aggregate_id: 'e.aggregate_id::text = r.aggregate_id',
    version: '(r.version IS NULL OR e.version::text = r.version)',
    event_type: 'e.event_type::text = r.event_type',
    event_version: `coalesce(${stored('event_version')}, 1)::text = r.event_version`,
    payload: 'e.payload::jsonb::text = r.payload::jsonb::text',
    metadata: `coalesce(${stored('metadata')}::jsonb, '{}')::text = coalesce(r.metadata, '{}')::jsonb::text`,
    occurred_at: `(r.occurred_at IS NULL OR ${stored('occurred_at')} = ${cast('occurred_at')})`,
  };
  const same = Object.entries(equal)
    .filter(([name]) => columns.includes(name))
    .map(([, sql]) => `coalesce(${sql}, false)`)
    .join(' AND ');
  const type = types.has('aggregate_type') ? `e.aggregate_type = ${cast('aggregate_type')} AND ` : '';
  const found = (on: string, by: Standing['by'], also = ''): string =>
    `SELECT r.n, e.position::text AS position, e.version::text AS version, ${by === 'id' ? same : 'false'} AS same,
       '${by}' AS by FROM ${recordset(columns)} JOIN public.event_store e ON ${on} ${also}`;
  return query<Standing>(
    `${found(`e.event_id = ${cast('event_id')}`, 'id')} UNION ALL ${found(
      `${type}e.aggregate_id = ${cast('aggregate_id')} AND e.version = ${cast('version')}`,
      'place',
      'AND e.event_id IS DISTINCT FROM CAST(r.event_id AS uuid)',
    )}`,
    [rowsArgument(rows)],
  );
}

/** Streams by type and id. */
export interface StreamName {
  aggregateType: string;
  aggregateId: string;
}

/** Until this transaction ends nobody else who asks writes to these streams; 64 locks for all, so that no request takes more. */
export async function lockStreams(query: Query, streams: readonly StreamName[]): Promise<void> {
  await query(
    `SELECT count(pg_advisory_xact_lock(hashtext('sagascope ingest'), slot)::text)::int AS locked FROM (
       SELECT DISTINCT (hashtext(t || E'\\n' || i) & 63) AS slot FROM unnest($1::text[], $2::text[]) AS s(t, i) ORDER BY 1
     ) slots`,
    [streams.map(({ aggregateType }) => aggregateType), streams.map(({ aggregateId }) => aggregateId)],
  );
}

/** The last version of each of these streams that has one. */
export async function lastVersions(
  query: Query,
  streams: readonly StreamName[],
  types: ColumnTypes,
): Promise<(StreamName & { version: string })[]> {
  const type = types.has('aggregate_type')
    ? `e.aggregate_type = CAST(s.t AS ${types.get('aggregate_type') ?? 'text'}) AND `
    : '';
  return query(
    `SELECT s.t AS "aggregateType", s.i AS "aggregateId", v.version FROM unnest($1::text[], $2::text[]) AS s(t, i)
     CROSS JOIN LATERAL (SELECT max(e.version)::text AS version FROM public.event_store e
       WHERE ${type}e.aggregate_id = CAST(s.i AS ${types.get('aggregate_id') ?? 'text'})) v WHERE v.version IS NOT NULL`,
    [streams.map(({ aggregateType }) => aggregateType), streams.map(({ aggregateId }) => aggregateId)],
  );
}

const DAY = `interval '24 hours'`;

/**
 * Takes an idempotency key for this transaction, or waits for whoever has it. Answers null where the key is free (or
 * older than a day), else what it stands for.
 */
export async function takeKey(
  query: Query,
  { actor, key, bodyHash }: { actor: string; key: string; bodyHash: string },
): Promise<{ bodyHash: string; answer: string | null } | null> {
  await query(
    `DELETE FROM sagascope.ingest_request WHERE (actor, key) IN (SELECT actor, key FROM sagascope.ingest_request
       WHERE created_at < now() - ${DAY} ORDER BY created_at LIMIT 500 FOR UPDATE SKIP LOCKED)`,
  );
  const taken = await query(
    `INSERT INTO sagascope.ingest_request AS k (actor, key, body_hash) VALUES ($1, $2, $3)
     ON CONFLICT (actor, key) DO UPDATE SET body_hash = excluded.body_hash, answer = NULL, created_at = now()
       WHERE k.created_at < now() - ${DAY} RETURNING 1 AS taken`,
    [actor, key, bodyHash],
  );
  if (taken.length > 0) return null;
  const [known] = await query<{ bodyHash: string; answer: string | null }>(
    'SELECT body_hash AS "bodyHash", answer FROM sagascope.ingest_request WHERE actor = $1 AND key = $2',
    [actor, key],
  );
  return known ?? null;
}

/** Remembers the answer that the key stands for from now on. */
export async function keepAnswer(query: Query, actor: string, key: string, answer: string): Promise<void> {
  await query('UPDATE sagascope.ingest_request SET answer = $3 WHERE actor = $1 AND key = $2', [actor, key, answer]);
}

/** Marks these rows of saga_log as backfilled, in the transaction that writes them. */
export async function markBackfilled(query: Query, rows: readonly { id: string; sagaId: string }[]): Promise<void> {
  await query(
    `INSERT INTO sagascope.backfilled_rows (saga_id, from_id, to_id)
     SELECT saga_id, min(id), max(id) FROM (
       SELECT saga_id, id, id - row_number() OVER (PARTITION BY saga_id ORDER BY id) AS island
       FROM unnest($1::text[]::uuid[], $2::text[]::bigint[]) AS r(saga_id, id)) i GROUP BY saga_id, island`,
    [rows.map(({ sagaId }) => sagaId), rows.map(({ id }) => id)],
  );
}
