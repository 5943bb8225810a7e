import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';

/** A row of sagascope.saga for a test; what is not given is that of a quiet, running saga. Times as ISO text. */
export interface SagaRowFixture {
  tenant_id: string;
  saga_id: string;
  saga_type: string;
  status: string;
  attention: { reason: string; since: number; stepName: string | null }[];
  attention_since: string | null;
  business_key: string | null;
  correlation_id: string;
  trace_id: string | null;
  step_names: string[];
  error_code: string | null;
  error_step: string | null;
  started_at: string;
  updated_at: string;
  historic: boolean;
  outstanding: number;
  going_back: boolean;
}

/** Writes rows and recounts the kept counters. Answers the ids in the order given. */
export async function insertSagas(pool: Pool, rows: readonly Partial<SagaRowFixture>[]): Promise<string[]> {
  const full = rows.map((row) => {
    const sagaId = row.saga_id ?? randomUUID();
    const due = row.attention?.map(({ since }) => since) ?? [];
    return {
      tenant_id: '',
      saga_type: 'order_fulfilment',
      status: 'RUNNING',
      attention: [],
      attention_since: due.length > 0 ? new Date(Math.min(...due)).toISOString() : null,
      business_key: null,
      correlation_id: sagaId,
      steps: [
        {
          stepName: 'a',
          state: 'succeeded',
          inEffect: true,
          compensatable: true,
          settled: false,
          suspended: false,
          failed: false,
        },
      ],
      step_names: ['a'],
      headline: 'Running',
      outstanding: 0,
      in_doubt: 0,
      going_back: false,
      started_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-01T00:00:00Z',
      first_log_id: 1,
      last_log_id: 1,
      row_count: 1,
      historic: false,
      ...row,
      saga_id: sagaId,
    };
  });
  await pool.query(
    `insert into sagascope.saga select (jsonb_populate_record(null::sagascope.saga, r)).* from jsonb_array_elements($1::jsonb) r`,
    [JSON.stringify(full)],
  );
  await pool.query('delete from sagascope.status_count');
  await pool.query(
    `insert into sagascope.status_count select tenant_id, saga_type, status, count(*) from sagascope.saga group by 1, 2, 3`,
  );
  return full.map((row) => row.saga_id);
}
