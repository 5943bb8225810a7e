import type { EventExportInput } from '@/core/contract/events';
import { permit } from '@/server/auth/permit';
import { eventStoreColumns } from '@/server/db/event-store';
import { Params } from '@/server/db/params';
import type { Ctx } from '@/server/http/context';
import { exportResponse } from '@/server/http/export-stream';
import { isoMs } from '@/server/sagas/list-item';
import { eventConditions, eventOrder, eventHead, isInfix, payloadContains } from './event-filters';
import { payloadHasAnyhow } from './payload-search';

/** Rows of a batch at most, and how many stored bytes of payload end it earlier: one batch is in memory at a time. */
const BATCH_ROWS = 2_000;
const BATCH_BYTES = 2_097_152;

const COLUMNS = [
  'position',
  'eventId',
  'aggregateType',
  'aggregateId',
  'version',
  'eventType',
  'eventVersion',
  'service',
  'correlationId',
  'causationId',
  'sagaId',
  'traceId',
  'tenantId',
  'occurredAt',
  'payload',
  'metadata',
] as const;

const FIELDS = [
  'i.position::text',
  'i.event_id::text',
  'i.aggregate_type',
  'i.aggregate_id',
  'i.version::text',
  'i.event_type',
  'i.event_version::text',
  'i.service',
  'i.correlation_id',
  'i.causation_id',
  'i.saga_id',
  'i.trace_id',
  `nullif(i.tenant_id, '')`,
];

interface Batch {
  /** JSON Lines as they go out; for CSV a JSON array of rows. */
  rows: string | null;
  last: string | null;
}

/** To the microsecond, within the years that every reader knows: an import of it writes the time that there was. */
const isoMicros = (time: string): string =>
  `to_char(greatest(least(${time}, '9999-12-31Z'::timestamptz), '0001-01-01Z'::timestamptz) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/**
 * JSON text as a value in a line, digit by digit; line breaks in it can only stand between values. One that is a string
 * stays JSON text in a string, as everywhere in the API: a reader need not know which of the two it was.
 */
const embedded = (text: string): string =>
  `(select case json_typeof(v.j) when 'string' then to_json(v.j::text) else v.j end
    from (select translate(coalesce(${text}, 'null'), E'\\n\\r', '  ')::json as j offset 0) v)`;

/**
 * All events of a filtered set, oldest first, as CSV or JSON Lines, written while they are read. The set ends at the
 * newest event there was when the export began.
 */
export async function exportEvents(ctx: Ctx, { format, ...filters }: EventExportInput): Promise<Response> {
  permit(ctx, 'events.export');
  const query = ctx.db.replica;
  const columns = await eventStoreColumns(query);
  const params = new Params();
  const where = eventConditions(ctx, 'events.export', filters, params);
  const infix = isInfix(filters);
  if (infix) where.push(payloadContains(filters.q ?? '', params));
  else if (filters.q !== undefined && filters.q.trim() !== '') where.push(payloadHasAnyhow(filters.q, params));
  const [newest] = await query<{ high: string }>(
    'select coalesce(max(position), 0)::text as high from sagascope.event_index',
  );
  where.push(`i.position <= ${params.add(newest?.high ?? '0')}::text::bigint`);
  const from = 'sagascope.event_index i join public.event_store e on e.position = i.position';
  const [counted] = await query<{ total: number }>(
    `select count(*)::float8 as total from ${filters.q === undefined ? 'sagascope.event_index i' : from} where ${where.join(' and ')}`,
    params.values,
  );
  const metadata = columns.has('metadata') ? 'e.metadata::text' : `'{}'`;
  const time = columns.has('occurred_at')
    ? `coalesce(${isoMicros('e.occurred_at')}, ${isoMs('i.occurred_at')})`
    : isoMs('i.occurred_at');
  const rows =
    format === 'jsonl'
      ? `string_agg(json_build_object(${eventHead(time)}, 'payload', ${embedded('e.payload::text')}, 'metadata', ${embedded(metadata)})::text, E'\\n' order by i.position)`
      : `json_agg(json_build_array(${[...FIELDS, time, 'e.payload::text', metadata].join(', ')}) order by i.position)::text`;
  const after = params.add('-1');
  const inOrder = eventOrder(filters, 'asc');
  // Stored sizes say which rows a batch has; text is made of these alone.
  const sql = `with batch as (
      select position from (
        select i.position, sum(pg_column_size(e.payload)) over (${inOrder} rows unbounded preceding)
            - pg_column_size(e.payload) as before
          from ${from} where ${where.join(' and ')} and i.position > ${after}::text::bigint
         ${inOrder} limit ${BATCH_ROWS}) sized
       where before < ${BATCH_BYTES})
    select ${rows} as rows, max(i.position)::text as last
      from batch join sagascope.event_index i using (position) join public.event_store e using (position)`;
  async function* batches(): AsyncGenerator<string> {
    for (let last = '-1'; ;) {
      const [batch] = await query<Batch>(sql, [...params.values.slice(0, -1), last]);
      if (!batch || batch.rows === null || batch.last === null) return;
      yield batch.rows;
      last = batch.last;
    }
  }
  return exportResponse(
    { name: 'events', format, columns: COLUMNS, total: counted?.total ?? 0, batches: batches() },
    ctx.requestId,
  );
}
