import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Overview, OverviewInput } from '@/core/contract/overview';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { contextOf } from '@/server/auth/test-actors';
import { insertSagas } from '@/server/sagas/saga-row.fixture';
import { getOverview } from './get-overview';

let db: TestDatabase;
beforeAll(async () => {
  db = await servedDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  await db.pool.query('truncate sagascope.saga, sagascope.status_count, sagascope.minute_stat, sagascope.definition');
});

const read = async (range: string) =>
  Overview.parse(JSON.parse((await getOverview(contextOf(), OverviewInput.parse({ range }))).text));
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
type Ended = Partial<Record<'started' | 'failed' | 'compensated' | 'completed', number>>;
/** Writes a minute and answers when it began, epoch ms. */
async function minute(type: string, minutesAgo: number, counts: Ended): Promise<number> {
  const { rows } = await db.pool.query<{ at: Date }>(
    `insert into sagascope.minute_stat (saga_type, minute, started, failed, compensated, completed)
     values ($1, date_trunc('minute', now()) - $2 * interval '1 minute', $3, $4, $5, $6) returning minute as at`,
    [type, minutesAgo, counts.started ?? 0, counts.failed ?? 0, counts.compensated ?? 0, counts.completed ?? 0],
  );
  return rows[0]!.at.getTime();
}
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

it('is all zeros and nulls when there is nothing, not shorter', async () => {
  for (const [range, buckets] of [
    ['15m', 15],
    ['1h', 30],
    ['24h', 24],
    ['7d', 28],
  ] as const) {
    const overview = await read(range);
    expect(overview.counts).toEqual({
      running: 0,
      compensating: 0,
      completed: 0,
      failed: 0,
      compensated: 0,
      attention: { value: 0, capped: false },
    });
    expect(overview.series.started).toEqual(Array.from({ length: buckets }, () => 0));
    expect(overview.attention).toEqual([]);
    expect(Date.parse(overview.asOf) - Date.parse(overview.from)).toBeLessThanOrEqual(overview.bucketMs * buckets);
    expect(Date.parse(overview.from) % overview.bucketMs).toBe(0);
  }
});

it('counts what ended in the range, and the share that went wrong', async () => {
  await insertSagas(db.pool, [{ saga_type: 'a' }, { saga_type: 'a' }, { saga_type: 'b', status: 'COMPENSATING' }]);
  await db.pool.query(
    `insert into sagascope.definition (type, version, source, body, created_by) values ('a', 3, 'declared', '{}', 'x')`,
  );
  const started = await minute('a', 0, { started: 4 });
  const ended = await minute('a', 5, { failed: 1, compensated: 1, completed: 2 });
  await minute('a', 50, { completed: 10 });
  await minute('b', 3 * 24 * 60, { started: 1 });
  const quarter = await read('15m');
  expect(quarter.counts).toMatchObject({ running: 2, compensating: 1, completed: 2, failed: 1, compensated: 1 });
  const bucket = (at: number) => (at - Date.parse(quarter.from)) / quarter.bucketMs;
  expect(quarter.series.started[bucket(started)]).toBe(4);
  expect(quarter.series.failed[bucket(ended)]).toBe(1);
  expect(quarter.types.find((type) => type.sagaType === 'a')).toMatchObject({
    running: 2,
    startedPerMinute: 4 / 15,
    failureShare: 0.5,
    definition: { version: 3, source: 'declared' },
  });
  const ofA = quarter.types.find((type) => type.sagaType === 'a');
  expect(ofA?.failureSeries.filter((share) => share !== null)).toEqual([0.5]);
  expect(quarter.types.find((type) => type.sagaType === 'b')).toMatchObject({ failureShare: null, definition: null });
  expect((await read('1h')).counts.completed).toBe(12);
  expect(sum((await read('7d')).series.started)).toBe(5);
});

it('lists the eight highest risks and the six most frequent errors', async () => {
  const now = Date.now();
  const stuck = Array.from({ length: 9 }, (_, index) => ({
    attention: [{ reason: 'STUCK', since: now - 1000 * (index + 1), stepName: null }],
    error_code: `E${index}`,
    error_step: 's',
    updated_at: ago(index),
  }));
  const inserted = await insertSagas(db.pool, [
    ...stuck,
    {
      attention: [{ reason: 'COMPENSATION_FAILED', since: now - 10, stepName: null }],
      error_code: 'E8',
      error_step: 's',
      updated_at: ago(2),
    },
    { attention: [{ reason: 'ANOMALY', since: now + 60_000, stepName: null }], updated_at: ago(1) },
    { error_code: 'OLD', updated_at: ago(3000) },
  ]);
  const overview = await read('1h');
  expect(overview.attention.map((item) => item.sagaId)).toEqual([
    inserted[9],
    ...[8, 7, 6, 5, 4, 3, 2].map((n) => inserted[n]),
  ]);
  expect(overview.counts.attention).toEqual({ value: 10, capped: false });
  expect(overview.types[0]?.attention).toBe(10);
  expect(overview.errors).toHaveLength(6);
  expect(overview.errors[0]).toMatchObject({ code: 'E8', stepName: 's', count: 2 });
  expect(sum(overview.errors[0]?.series ?? [])).toBe(2);
  expect(overview.errors.some((error) => error.code === 'OLD')).toBe(false);
});
