import { isLosslessNumber, parse } from 'lossless-json';
import type { SagaRow, StepError } from '@/core/saga/row';
import { contextOf, type ContextPath } from './context-paths';
import type { Query } from './query';

/** The columns of saga_log as they stand: name → type name. A table that others made may have only the required five. */
export type LogColumns = ReadonlyMap<string, string>;

/** Reads which columns public.saga_log has; empty where there is no such table. */
export async function sagaLogColumns(query: Query): Promise<LogColumns> {
  const rows = await query<{ name: string; type: string }>(
    `SELECT a.attname::text AS name, t.typname::text AS type FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
     WHERE a.attrelid = to_regclass('public.saga_log') AND a.attnum > 0 AND NOT a.attisdropped`,
  );
  return new Map(rows.map((row) => [row.name, row.type]));
}

/**
 * How rows are read for a fold. `paths` are the places of a context that count (contextPaths); a context above
 * `contextBytes` is reduced to these in SQL, so that a 2 MB context never leaves the database.
 */
export interface RowReading {
  columns: LogColumns;
  paths: readonly ContextPath[];
  contextBytes: number;
}

/** A row as the select list of {@link sagaRowSelect} answers it. */
export interface RawSagaRow {
  id: string;
  saga_id: string | null;
  step_name: string;
  status: string;
  created_ms: number;
  /** No created_at (a table that others made): it reads as when it was seen. */
  undated: boolean;
  seen_ms: number | null;
  saga_type: string | null;
  phase: string | null;
  attempt: number | null;
  error: string | null;
  context: string | null;
  context_values: string | null;
  compensating_action: string | null;
  compensation_id: string | null;
  saga_version: number | null;
  correlation_id: string | null;
  trace_id: string | null;
  tenant_id: string | null;
  service: string | null;
}

/** SQL for epoch ms; years outside 1..9999 (infinity among them) have no ISO date that sorts and read as the nearest one. */
export const epochMs = (time: string): string =>
  `floor(extract(epoch FROM greatest(least(${time}, '9999-12-31Z'::timestamptz), '0001-01-01Z'::timestamptz)) * 1000)::float8`;

const MESSAGE_CHARACTERS = 4_096;

/**
 * The select list for rows of `public.saga_log l` left joined to `sagascope.seen_row s`; `pathsParam` is the parameter
 * that carries the paths ({@link pathsArgument}). Columns that are not there read as null.
 */
export function sagaRowSelect({ columns, contextBytes }: RowReading, pathsParam: string): string {
  const text = (name: string): string => `${columns.has(name) ? `l.${name}::text` : 'NULL::text'} AS ${name}`;
  const number = (name: string): string => `${columns.has(name) ? `l.${name}::float8` : 'NULL::float8'} AS ${name}`;
  return `l.id::text AS id, l.saga_id::text AS saga_id, coalesce(l.step_name::text, '') AS step_name,
    coalesce(l.status::text, '') AS status, ${epochMs('coalesce(l.created_at, s.seen_at, now())')} AS created_ms,
    l.created_at IS NULL AS undated,
    CASE WHEN s.seen_at IS NOT NULL THEN ${epochMs('s.seen_at')} END AS seen_ms, ${text('saga_type')}, ${text('phase')},
    ${number('attempt')}, ${errorSelect(columns.get('error'))} AS error,
    ${contextSelect(columns.get('context'), contextBytes, pathsParam)}, ${text('compensating_action')},
    ${text('compensation_id')}, ${number('saga_version')}, ${text('correlation_id')}, ${text('trace_id')},
    ${text('tenant_id')}, ${text('service')}`;
}

function errorSelect(type: string | undefined): string {
  if (!type) return 'NULL::text';
  if (type !== 'jsonb') return `left(l.error::text, ${MESSAGE_CHARACTERS})`;
  const short = (key: string): string => `'${key}', left(l.error ->> '${key}', ${MESSAGE_CHARACTERS})`;
  return `CASE WHEN octet_length(l.error::text) <= ${2 * MESSAGE_CHARACTERS} THEN l.error::text
    WHEN jsonb_typeof(l.error) = 'object' THEN jsonb_build_object(${['code', 'message', 'category', 'level'].map(short).join(', ')},
      'retryable', CASE WHEN jsonb_typeof(l.error -> 'retryable') = 'boolean' THEN l.error -> 'retryable' END)::text
    ELSE left(l.error::text, ${MESSAGE_CHARACTERS}) END`;
}

function contextSelect(type: string | undefined, bytes: number, pathsParam: string): string {
  // Names the parameter where nothing else does: PostgreSQL refuses one whose type it cannot tell.
  const none = `CASE WHEN ${pathsParam}::text IS NULL THEN '[]'`;
  if (!type) return `NULL::text AS context, ${none} END AS context_values`;
  // pg_column_size first: it is known without reading a large value at all.
  const small = `pg_column_size(l.context) <= ${bytes} AND octet_length(l.context::text) <= ${bytes}`;
  const context = `CASE WHEN ${small} THEN l.context::text END AS context`;
  if (type !== 'jsonb' && type !== 'json')
    return `${context}, ${none} WHEN NOT (${small}) THEN '[]' END AS context_values`;
  // "|| '{}'" reads a large value into memory once; without it every path would read it again.
  const whole = type === 'jsonb' ? `l.context || '{}'::jsonb` : 'l.context';
  // A json column, unlike jsonb, may hold strings that cannot be made text: a long one is left out.
  const long = type === 'jsonb' ? `to_jsonb(left(v.value #>> '{}', ${MESSAGE_CHARACTERS}))` : 'NULL';
  return `${context}, CASE WHEN NOT (${small}) AND ${type}_typeof(l.context) = 'object' THEN (
      SELECT ${type}_agg(CASE WHEN ${type}_typeof(v.value) IN ('object', 'array') THEN NULL
        WHEN octet_length(v.value::text) > ${MESSAGE_CHARACTERS} THEN ${long} ELSE v.value END ORDER BY p.place)::text
      FROM (SELECT ${whole} AS whole OFFSET 0) c
      CROSS JOIN jsonb_array_elements(${pathsParam}::text::jsonb) WITH ORDINALITY p(path, place)
      CROSS JOIN LATERAL (SELECT c.whole #> ARRAY(SELECT jsonb_array_elements_text(p.path)) AS value) v)
    WHEN NOT (${small}) THEN '[]' END AS context_values`;
}

/** The paths as the parameter of {@link sagaRowSelect}. */
export const pathsArgument = (paths: readonly ContextPath[]): string =>
  JSON.stringify(paths.map((path) => path.map(String)));

/** The row in the words of core; nothing is trimmed or corrected, and an unreadable error keeps its text as message. */
export function toSagaRow(raw: RawSagaRow, sagaId: string, paths: readonly ContextPath[]): SagaRow {
  return {
    id: BigInt(raw.id),
    sagaId,
    stepName: raw.step_name,
    status: raw.status,
    createdAt: raw.created_ms,
    seenAt: raw.seen_ms ?? raw.created_ms,
    sagaType: raw.saga_type,
    phase: raw.phase,
    attempt: raw.attempt,
    error: raw.error === null ? null : stepError(raw.error),
    context: raw.context_values === null ? raw.context : contextOf(paths, raw.context_values),
    compensatingAction: raw.compensating_action,
    // Text in a table that others made: a UUID is the same in either case.
    compensationId: raw.compensation_id?.toLowerCase() ?? null,
    sagaVersion: raw.saga_version,
    correlationId: raw.correlation_id,
    traceId: raw.trace_id,
    tenantId: raw.tenant_id,
    service: raw.service,
  };
}

const word = (found: unknown): string | null =>
  typeof found === 'string' ? found : isLosslessNumber(found) ? found.value : null;

/** Reads the JSON text of an `error` column; what is no object, or no JSON (an adopted table), becomes the message. */
export function stepError(text: string): StepError | null {
  let value: unknown;
  try {
    value = parse(text);
  } catch (notJson) {
    if (!(notJson instanceof SyntaxError)) throw notJson;
    value = text;
  }
  if (value === null) return null;
  const part = (key: string): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key)
      ? Reflect.get(value, key)
      : undefined;
  const isObject = typeof value === 'object' && !Array.isArray(value) && !isLosslessNumber(value);
  const retryable = part('retryable');
  const tags = part('tags');
  return {
    code: word(part('code')),
    message: isObject ? word(part('message')) : (word(value) ?? text),
    category: word(part('category')),
    retryable: typeof retryable === 'boolean' ? retryable : null,
    level: word(part('level')),
    tags: Array.isArray(tags) ? tags.flatMap((tag: unknown) => word(tag) ?? []) : [],
  };
}

/**
 * All rows of the given sagas by saga and id, each saga's rows ready for its fold; `upToId` leaves out later ones.
 * Sagas without a row are not in the answer.
 */
export async function readSagaRows(
  query: Query,
  reading: RowReading,
  sagaIds: readonly string[],
  upToId?: bigint,
): Promise<Map<string, SagaRow[]>> {
  const raw = await query<RawSagaRow & { saga_id: string }>(
    `SELECT ${sagaRowSelect(reading, '$2')} FROM public.saga_log l
     LEFT JOIN sagascope.seen_row s ON s.log = 'saga_log' AND s.id = l.id
     WHERE l.saga_id = ANY($1::uuid[])${upToId === undefined ? '' : ' AND l.id <= $3::bigint'}
     ORDER BY l.saga_id, l.id`,
    [sagaIds, pathsArgument(reading.paths), ...(upToId === undefined ? [] : [upToId.toString()])],
  );
  const sagas = new Map<string, SagaRow[]>();
  for (const row of raw) {
    const known = sagas.get(row.saga_id);
    const parsed = toSagaRow(row, row.saga_id, reading.paths);
    if (known) known.push(parsed);
    else sagas.set(row.saga_id, [parsed]);
  }
  return sagas;
}
