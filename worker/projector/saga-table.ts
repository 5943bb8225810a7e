import type { Query } from '@/server/db/query';
import type { SagaRecord, Stored } from './record';
import { storable } from './storable';

/** Epoch ms as timestamptz, exactly: through one double the microseconds of far years would be lost. */
const TIME = (name: string): string =>
  `to_timestamp((r.${name} / 1000)::float8) + (r.${name} % 1000) * interval '1 millisecond'`;
const EPOCH_MS = (column: string): string => `floor(extract(epoch FROM ${column}) * 1000)::float8`;

/** Type in json_to_recordset; a time arrives as bigint epoch ms. */
const COLUMNS: Record<keyof SagaRecord, string> = {
  tenant_id: 'text',
  saga_id: 'uuid',
  saga_type: 'text',
  status: 'text',
  attention: 'jsonb',
  attention_since: 'time',
  business_key: 'text',
  correlation_id: 'text',
  trace_id: 'text',
  service: 'text',
  steps: 'jsonb',
  step_names: 'text[]',
  current_step: 'text',
  error_code: 'text',
  error_attempts: 'int',
  error_category: 'text',
  error_step: 'text',
  headline: 'text',
  suggestion: 'jsonb',
  outstanding: 'int',
  in_doubt: 'int',
  going_back: 'boolean',
  started_at: 'time',
  updated_at: 'time',
  first_log_id: 'bigint',
  last_log_id: 'bigint',
  row_count: 'bigint',
  definition_version: 'int',
  definition_source: 'text',
  historic: 'boolean',
};
const ENTRIES = Object.entries(COLUMNS);
const NAMES = ENTRIES.map(([name]) => name).join(', ');

/** Records (parameter $1) as rows that have the columns and types of sagascope.saga. */
export const SAGA_RECORDS = `SELECT ${ENTRIES.map(([name, type]) => (type === 'time' ? `${TIME(name)} AS ${name}` : `r.${name}`)).join(', ')}
  FROM json_to_recordset($1::json) AS r(${ENTRIES.map(([name, type]) => `${name} ${type === 'time' ? 'bigint' : type}`).join(', ')})`;

// One order for every writer: two of them cannot wait for each other.
const UPSERT = `INSERT INTO sagascope.saga (${NAMES}) ${SAGA_RECORDS} ORDER BY r.saga_id
  ON CONFLICT (saga_id) DO UPDATE SET ${ENTRIES.filter(([name]) => name !== 'saga_id')
    .map(([name]) => `${name} = excluded.${name}`)
    .join(', ')}`;

/** The records as the parameter of {@link SAGA_RECORDS}. */
export function recordsArgument(records: readonly SagaRecord[]): string {
  const text = JSON.stringify(records);
  // Only what JSON escapes this way cannot be stored; looking at every string first would cost more than the fold.
  if (!/\\u(?:0000|d[89a-f])/i.test(text)) return text;
  return JSON.stringify(records, (_, value: unknown) => (typeof value === 'string' ? storable(value) : value));
}

/** Creates or replaces the rows of these sagas. */
export async function upsertSagas(query: Query, records: readonly SagaRecord[]): Promise<void> {
  if (records.length > 0) await query(UPSERT, [recordsArgument(records)]);
}

/** The rows of these sagas as the read model has them; a saga without one is not in the answer. */
export async function readStored(query: Query, sagaIds: readonly string[]): Promise<Map<string, Stored>> {
  if (sagaIds.length === 0) return new Map();
  const rows = await query<Stored & { sagaId: string }>(
    `SELECT saga_id::text AS "sagaId", tenant_id AS "tenantId", saga_type AS "sagaType", status,
       ${EPOCH_MS('started_at')} AS "startedAt", ${EPOCH_MS('updated_at')} AS "updatedAt"
     FROM sagascope.saga WHERE saga_id = ANY($1::uuid[])`,
    [sagaIds],
  );
  return new Map(rows.map(({ sagaId, ...stored }) => [sagaId, stored]));
}
