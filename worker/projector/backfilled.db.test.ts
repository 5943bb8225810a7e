import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SagaRow } from '@/core/saga/row';
import { ADMIN_EVERYWHERE, contextOf } from '@/server/auth/test-actors';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { ingestSagaLog } from '@/server/ingest/ingest-saga-log';
import { startWorker } from '@/worker/main';
import { namesOfBackfill } from './backfilled';

let db: TestDatabase;
beforeAll(async () => {
  db = await servedDatabase();
});
afterAll(() => db.drop());

const send = (rows: object[], backfill: '0' | '1' = '0') =>
  ingestSagaLog(contextOf(ADMIN_EVERYWHERE), {
    document: { text: JSON.stringify(rows), format: 'json' },
    idempotencyKey: randomUUID(),
    backfill,
  });

async function applied(): Promise<void> {
  for (;;) {
    const { rows } = await db.pool.query<{ done: boolean }>(
      `SELECT last_id >= (SELECT coalesce(max(id), 0) FROM saga_log) AS done FROM sagascope.checkpoint WHERE log = 'saga_log'`,
    );
    if (rows[0]?.done) return;
    await pause(20);
  }
}

describe('rows of a backfill', () => {
  it('are listed, and what they brought about is not counted in the metrics', async () => {
    const worker = await startWorker({ databaseUrl: db.url, log: () => undefined, dispatch: false });
    try {
      await applied();
      const [past, now, mixed] = [randomUUID(), randomUUID(), randomUUID()];
      const of = (sagaId: string, status: string) => ({ sagaId, stepName: 'reserve', status, sagaType: 'backfilled' });
      await send([of(past, 'PENDING'), of(mixed, 'PENDING'), of(past, 'FAILED')], '1');
      await send([of(now, 'PENDING'), of(now, 'FAILED')]);
      await send([of(mixed, 'FAILED')]);
      await applied();
      const counters = await db.pool.query<{ name: string; value: string }>(
        `SELECT name, value::text AS value FROM sagascope.metric_counter WHERE saga_type = 'backfilled'`,
      );
      expect(Object.fromEntries(counters.rows.map(({ name, value }) => [name, Number(value)]))).toEqual({
        saga_started_total: 1,
        saga_failed_total: 2,
        saga_compensated_total: 0,
        saga_completed_total: 0,
      });
      const sagas = await db.pool.query(`SELECT FROM sagascope.saga WHERE saga_type = 'backfilled'`);
      expect(sagas.rowCount).toBe(3);
    } finally {
      await worker.stop();
    }
  });

  it('own what came up while they were folded, stretch by stretch', () => {
    const rows = [1n, 2n, 3n, 4n, 5n].map((id) => ({ id }) as SagaRow);
    const countsOf = (prefix: readonly SagaRow[]) => [
      ...(prefix.length >= 1 ? (['saga_started_total'] as const) : []),
      ...(prefix.length >= 3 ? (['saga_failed_total'] as const) : []),
      ...(prefix.length >= 5 ? (['saga_completed_total'] as const) : []),
    ];
    expect(namesOfBackfill(rows, [{ from: 2n, to: 3n }], countsOf)).toEqual(['saga_failed_total']);
    expect(
      namesOfBackfill(
        rows,
        [
          { from: 1n, to: 1n },
          { from: 5n, to: 5n },
        ],
        countsOf,
      ),
    ).toEqual(['saga_started_total', 'saga_completed_total']);
    expect(namesOfBackfill(rows, [], countsOf)).toEqual([]);
  });
});
