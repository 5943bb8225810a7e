import type { Query } from '@/server/db/query';
import { COUNTERS, type CounterName, type Projected, type SagaRecord, type Stored, storedOf } from './record';

const MINUTE_MS = 60_000;
/** Which column of minute_stat counts a saga that is in this status now. */
const ENDED: Record<string, 'failed' | 'compensated' | 'completed'> = {
  FAILED: 'failed',
  COMPENSATED: 'compensated',
  COMPLETED: 'completed',
};

interface StatusDelta {
  tenant_id: string;
  saga_type: string;
  status: string;
  sagas: number;
}
interface MinuteDelta {
  tenant_id: string;
  saga_type: string;
  minute: number;
  started: number;
  failed: number;
  compensated: number;
  completed: number;
}

/** By how much the kept counters change when rows of the read model go (-1) and come (+1). */
export class CounterDeltas {
  private readonly statuses = new Map<string, StatusDelta>();
  private readonly minutes = new Map<string, MinuteDelta>();

  add(saga: Stored, by: 1 | -1): void {
    const { tenantId, sagaType, status } = saga;
    const key = JSON.stringify([tenantId, sagaType, status]);
    const known = this.statuses.get(key);
    if (known) known.sagas += by;
    else this.statuses.set(key, { tenant_id: tenantId, saga_type: sagaType, status, sagas: by });
    this.minute(saga, saga.startedAt).started += by;
    const ended = ENDED[status];
    if (ended) this.minute(saga, saga.updatedAt)[ended] += by;
  }

  replace(before: Stored | null, after: SagaRecord): void {
    if (before) this.add(before, -1);
    this.add(storedOf(after), 1);
  }

  private minute({ tenantId, sagaType }: Stored, time: number): MinuteDelta {
    const minute = Math.floor(time / MINUTE_MS);
    const key = JSON.stringify([tenantId, sagaType, minute]);
    let delta = this.minutes.get(key);
    if (!delta) {
      delta = { tenant_id: tenantId, saga_type: sagaType, minute, started: 0, failed: 0, compensated: 0, completed: 0 };
      this.minutes.set(key, delta);
    }
    return delta;
  }

  async save(query: Query): Promise<void> {
    const statuses = [...this.statuses.values()].filter(({ sagas }) => sagas !== 0);
    if (statuses.length > 0) {
      await query(
        `INSERT INTO sagascope.status_count AS c (tenant_id, saga_type, status, sagas)
         SELECT tenant_id, saga_type, status, sagas FROM json_to_recordset($1::json)
           AS r(tenant_id text, saga_type text, status text, sagas bigint) ORDER BY 1, 2, 3
         ON CONFLICT (tenant_id, saga_type, status) DO UPDATE SET sagas = c.sagas + excluded.sagas`,
        [JSON.stringify(statuses)],
      );
    }
    const minutes = [...this.minutes.values()].filter(
      ({ started, failed, compensated, completed }) => started || failed || compensated || completed,
    );
    if (minutes.length > 0) {
      await query(
        `INSERT INTO sagascope.minute_stat AS c (tenant_id, saga_type, minute, started, failed, compensated, completed)
         SELECT tenant_id, saga_type, to_timestamp((minute * 60)::float8), started, failed, compensated, completed
         FROM json_to_recordset($1::json) AS r(tenant_id text, saga_type text, minute bigint, started int, failed int,
           compensated int, completed int) ORDER BY 1, 2, 3
         ON CONFLICT (tenant_id, saga_type, minute) DO UPDATE SET started = c.started + excluded.started,
           failed = c.failed + excluded.failed, compensated = c.compensated + excluded.compensated,
           completed = c.completed + excluded.completed`,
        [JSON.stringify(minutes)],
      );
    }
  }
}

/**
 * Raises the metric counters for sagas that were not counted before, each at most once in each; where one of the four
 * is raised the other three exist, at 0 if need be. Contract part 5. They are never lowered and never rebuilt.
 */
export async function raiseMetrics(query: Query, sagas: readonly Projected[]): Promise<void> {
  const candidates = sagas.flatMap(({ record, counts }) => counts.map((name) => ({ id: record.saga_id, name })));
  if (candidates.length === 0) return;
  const counted = await query<{ id: string; name: CounterName }>(
    `INSERT INTO sagascope.metric_counted (saga_id, name)
     SELECT * FROM unnest($1::uuid[], $2::text[]) ORDER BY 1, 2 ON CONFLICT DO NOTHING RETURNING saga_id::text AS id, name`,
    [candidates.map(({ id }) => id), candidates.map(({ name }) => name)],
  );
  if (counted.length === 0) return;
  const labels = new Map(sagas.map((saga) => [saga.record.saga_id, saga]));
  const totals = new Map<
    string,
    { name: string; tenant_id: string; service: string; saga_type: string; value: number }
  >();
  for (const { id, name } of counted) {
    const saga = labels.get(id);
    if (!saga) continue;
    const { tenant_id, saga_type } = saga.record;
    for (const each of COUNTERS) {
      const key = JSON.stringify([each, tenant_id, saga.service, saga_type]);
      const total = totals.get(key) ?? { name: each, tenant_id, service: saga.service, saga_type, value: 0 };
      totals.set(key, { ...total, value: total.value + (each === name ? 1 : 0) });
    }
  }
  await query(
    `INSERT INTO sagascope.metric_counter AS c (name, tenant_id, service, saga_type, value)
     SELECT name, tenant_id, service, saga_type, value FROM json_to_recordset($1::json)
       AS r(name text, tenant_id text, service text, saga_type text, value bigint) ORDER BY 1, 2, 3, 4
     ON CONFLICT (name, tenant_id, service, saga_type) DO UPDATE SET value = c.value + excluded.value`,
    [JSON.stringify([...totals.values()])],
  );
}
