import type { SagaExportInput } from '@/core/contract/sagas';
import { permit } from '@/server/auth/permit';
import { visible } from '@/server/auth/visible';
import { Params } from '@/server/db/params';
import type { Ctx } from '@/server/http/context';
import { exportResponse } from '@/server/http/export-stream';
import { isoMs, micros, timeOf, WORST_DUE } from './list-item';
import { conditions } from './saga-filters';

const BATCH_ROWS = 2_000;

/** The columns of a list of sagas, and what each is in SQL. */
const FIELDS = {
  sagaId: 's.saga_id::text',
  sagaType: 's.saga_type',
  status: 's.status',
  attention: 'a.reason',
  businessKey: 's.business_key',
  tenantId: `nullif(s.tenant_id, '')`,
  currentStep: 's.current_step',
  errorCode: 's.error_code',
  errorAttempts: 's.error_attempts::text',
  headline: 's.headline',
  correlationId: 's.correlation_id',
  traceId: 's.trace_id',
  startedAt: isoMs('s.started_at'),
  updatedAt: isoMs('s.updated_at'),
  lastLogId: 's.last_log_id::text',
} as const;

interface Batch {
  rows: string | null;
  time: string | null;
  id: string | null;
}

/**
 * All sagas of a filtered list, the last started first, written while they are read. A saga that changes meanwhile is
 * there once, as it was when its turn came.
 */
export async function exportSagas(ctx: Ctx, { format, ...filters }: SagaExportInput): Promise<Response> {
  permit(ctx, 'sagas.export');
  const params = new Params();
  const owned = { tenant: 's.tenant_id', sagaType: 's.saga_type' };
  const where = [visible(ctx, 'sagas.export', params, owned), ...conditions(filters, params)].join(' and ');
  const from = `sagascope.saga s left join ${WORST_DUE} on true`;
  const query = ctx.db.replica;
  const [counted] = await query<{ total: number }>(
    `select count(*)::float8 as total from ${from} where ${where}`,
    params.values,
  );
  const fields = Object.entries(FIELDS);
  const rows =
    format === 'jsonl'
      ? `string_agg(json_build_object(${fields.map(([name, sql]) => `'${name}', ${sql}`).join(', ')})::text, E'\\n' order by s.started_at desc, s.saga_id desc)`
      : `json_agg(json_build_array(${Object.values(FIELDS).join(', ')}) order by s.started_at desc, s.saga_id desc)::text`;
  const [time, id] = [params.add(null), params.add(null)];
  const sql = `with batch as (
      select s.saga_id from ${from} where ${where}
         and (${time}::text is null or (s.started_at, s.saga_id) < (${timeOf(`coalesce(${time}::text, '0')`)}, ${id}::text::uuid))
       order by s.started_at desc, s.saga_id desc limit ${BATCH_ROWS})
    select ${rows} as rows, (array_agg(${micros('s.started_at')} order by s.started_at, s.saga_id))[1] as time,
           (array_agg(s.saga_id::text order by s.started_at, s.saga_id))[1] as id
      from batch join sagascope.saga s using (saga_id) left join ${WORST_DUE} on true`;
  const bound = params.values.slice(0, -2);
  async function* batches(): AsyncGenerator<string> {
    for (let place: [string | null, string | null] = [null, null]; ;) {
      const [batch] = await query<Batch>(sql, [...bound, ...place]);
      if (!batch || batch.rows === null) return;
      yield batch.rows;
      place = [batch.time, batch.id];
    }
  }
  return exportResponse(
    { name: 'sagas', format, columns: Object.keys(FIELDS), total: counted?.total ?? 0, batches: batches() },
    ctx.requestId,
  );
}
