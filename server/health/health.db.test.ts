import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Diagnostics, Health } from '@/core/contract/health';
import { SagaDefinition } from '@/core/definition/definition';
import { putDefinition } from '@/server/db/definitions';
import { pgQuery } from '@/server/db/query';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { contextOf } from '@/server/auth/test-actors';
import { insertSagas } from '@/server/sagas/saga-row.fixture';
import { getDiagnostics } from './get-diagnostics';
import { getHealth } from './get-health';

let db: TestDatabase;
beforeAll(async () => {
  db = await servedDatabase();
});
afterAll(async () => {
  process.env.DATABASE_URL = db.url;
  await db.drop();
});
beforeEach(async () => {
  process.env.DATABASE_URL = db.url;
  await db.pool.query('truncate sagascope.checkpoint, sagascope.open_gap, sagascope.saga, sagascope.skipped_position');
});

const read = async () => Health.parse(await getHealth(contextOf()));
const checkpoint = (lastId: number | string, state = 'running', silent = '0 s', text: string | null = null) =>
  db.pool.query(
    `insert into sagascope.checkpoint (log, last_id, state, state_text, polled_at, applied_at, lag_ms) values ('saga_log', $1, $2, $3, now() - $4::interval, now(), 12), ('event_store', 0, 'running', null, now(), now(), 11)`,
    [lastId, state, text, silent],
  );

describe('health', () => {
  it('is unhealthy until a worker polls, and ok while one does', async () => {
    expect(await read()).toMatchObject({ status: 'unhealthy', saga_coordinator: 'stopped', database: 'ok' });
    await checkpoint(0);
    expect(await read()).toMatchObject({
      status: 'ok',
      saga_coordinator: 'running',
      compensation_queue: { pending: 0, dead: 0 },
      last_failure_time: null,
      projection: {
        source: 'saga_log',
        lag_rows: 0,
        lag_ms: 12,
        open_gaps: 0,
        held_back_by: [],
        refold: { types: [], sagas: { value: 0, capped: false } },
      },
      problems: [],
    });
  });

  it('says when the worker is silent, held, or needs a rebuild', async () => {
    await checkpoint(0, 'running', '11 s');
    expect(await read()).toMatchObject({ status: 'unhealthy', saga_coordinator: 'stopped' });
    await db.pool.query('truncate sagascope.checkpoint');
    await checkpoint(0, 'needs_rebuild', '0 s', 'Row 5 is gone. Run npm run rebuild.');
    expect(await read()).toMatchObject({
      status: 'unhealthy',
      saga_coordinator: 'needs_rebuild',
      problems: ['Row 5 is gone. Run npm run rebuild.'],
    });
    await db.pool.query('truncate sagascope.checkpoint');
    await checkpoint(0, 'held', '0 s', 'A writer is slow.');
    expect(await read()).toMatchObject({ status: 'degraded', saga_coordinator: 'held' });
  });

  it('forgets a slow row once there was nothing more to wait for', async () => {
    await checkpoint(0);
    await db.pool.query(`update sagascope.checkpoint set lag_ms = 90000, applied_at = now() - interval '5 s'`);
    expect((await read()).projection?.lag_ms).toBe(90_000);
    await db.pool.query(`update sagascope.checkpoint set applied_at = now() - interval '11 s', polled_at = now()`);
    expect((await read()).projection?.lag_ms).toBeLessThan(9_000);
  });

  it('counts rows that wait and how long the oldest does', async () => {
    await db.pool.query(`insert into saga_log (id, saga_id, step_name, status, created_at)
      select n, gen_random_uuid(), 'a', 'PENDING', now() - interval '5 s' from generate_series(1, 3) n`);
    await checkpoint(1);
    const { projection } = await read();
    expect(projection?.lag_rows).toBe(2);
    expect(projection?.lag_ms).toBeGreaterThanOrEqual(5_000);
    expect(projection?.lag_ms).toBeLessThan(30_000);
  });

  it('is unhealthy while events are not followed, and names the log that is further behind', async () => {
    await checkpoint(0);
    await db.pool.query(
      `update sagascope.checkpoint set polled_at = now() - interval '11 s' where log = 'event_store'`,
    );
    expect(await read()).toMatchObject({ status: 'unhealthy', saga_coordinator: 'stopped' });
    await db.pool.query(`update sagascope.checkpoint set polled_at = now();
      insert into event_store (aggregate_id, version, event_type, payload, occurred_at)
        select n, 1, 'E', '{}', now() - interval '7 s' from generate_series(1, 4) n`);
    const { projection } = await read();
    expect(projection).toMatchObject({ source: 'event_store', lag_rows: expect.any(Number) });
    expect(projection?.lag_rows).toBeGreaterThanOrEqual(4);
    expect(projection?.lag_ms).toBeGreaterThanOrEqual(7_000);
    await db.pool.query(`update sagascope.checkpoint set last_id = 4 where log = 'event_store'`);
  });

  it('counts no wait before the log was last read to its end: an import tells of years ago', async () => {
    await checkpoint(1_000);
    await db.pool
      .query(`update sagascope.checkpoint set caught_up_at = now() - interval '3 s' where log = 'event_store';
      insert into event_store (aggregate_id, version, event_type, payload, occurred_at) values ('old', 1, 'E', '{}', '2011-01-01')`);
    const { projection } = await read();
    expect(projection?.source).toBe('event_store');
    expect(projection?.lag_ms).toBeGreaterThanOrEqual(3_000);
    expect(projection?.lag_ms).toBeLessThan(20_000);
  });

  it('reads event_store where others made it without a time', async () => {
    await checkpoint(1_000);
    await db.pool.query('alter table event_store rename column occurred_at to happened');
    await db.pool.query(
      `insert into event_store (aggregate_id, version, event_type, payload) values ('undated', 1, 'E', '{}')`,
    );
    expect((await read()).projection?.lag_rows).toBeGreaterThan(0);
    await db.pool.query('alter table event_store rename column happened to occurred_at');
  });

  it('says which sagas lists still show as they were before their definition', async () => {
    await checkpoint(0);
    await insertSagas(db.pool, [{ saga_type: 'order' }, { saga_type: 'order' }, { saga_type: 'other' }]);
    await putDefinition(pgQuery(db.pool), {
      body: SagaDefinition.parse({ saga: 'order', steps: [{ name: 'charge', kind: 'none' }] }),
      source: 'declared',
      createdBy: 'test',
    });
    expect((await read()).projection?.refold).toEqual({ types: ['order'], sagas: { value: 2, capped: false } });
    expect((await read()).status).toBe('ok');
    await db.pool.query(`insert into sagascope.definition_applied (type, version, done_at) values ('order', 1, now())`);
    expect((await read()).projection?.refold.types).toEqual([]);
    await db.pool.query('truncate sagascope.definition, sagascope.definition_applied');
  });

  it('is degraded, not down, by a gap that is open for more than a minute, and names who holds it', async () => {
    await checkpoint(10);
    await db.pool.query(
      `insert into sagascope.open_gap (log, from_id, to_id, holders, why, since) values
        ('saga_log', 4, 6, $1, 'lock', now() - interval '61 s'), ('saga_log', 8, 8, null, 'no evidence', now())`,
      [JSON.stringify([{ v: '3/7', pid: 4711, since: '2026-01-01T00:00:00.000Z', started: null }])],
    );
    const health = await read();
    expect(health).toMatchObject({ status: 'degraded', projection: { open_gaps: 2 } });
    expect(health.projection?.held_back_by).toEqual([
      { log: 'saga_log', pid: 4711, age_ms: null, first_seen: '2026-01-01T00:00:00.000Z', ids: '4–6' },
      { log: 'saga_log', pid: null, age_ms: null, first_seen: expect.any(String), ids: '8' },
    ]);
    expect(health.problems?.[0]).toContain('process 4711');
  });

  it('knows when a saga failed last, and that no intervention waits', async () => {
    await checkpoint(0);
    const past = Date.now() - 1000;
    await insertSagas(db.pool, [
      {
        status: 'COMPENSATING',
        going_back: true,
        outstanding: 1,
        attention: [{ reason: 'STUCK', since: Date.now() + 60_000, stepName: null }],
        updated_at: '2026-02-01T00:00:00Z',
      },
      {
        status: 'COMPENSATING',
        going_back: true,
        outstanding: 2,
        attention: [{ reason: 'COMPENSATION_FAILED', since: past, stepName: null }],
      },
      { status: 'FAILED', going_back: true, outstanding: 0 },
    ]);
    expect(await read()).toMatchObject({
      compensation_queue: { pending: 0, dead: 0 },
      last_failure_time: '2026-02-01T00:00:00.000Z',
    });
  });

  it('answers quickly when the database is gone', async () => {
    process.env.DATABASE_URL = 'postgres://nobody@127.0.0.1:1/none';
    const started = Date.now();
    expect(await read()).toMatchObject({ status: 'unhealthy', database: 'unreachable' });
    expect(Date.now() - started).toBeLessThan(3_000);
  });
});

describe('diagnostics', () => {
  it('say how each log stands', async () => {
    await checkpoint(7);
    await db.pool.query(
      `insert into sagascope.skipped_position (log, from_id, to_id) values ('saga_log', 1, 3), ('saga_log', 5, 5)`,
    );
    const found = Diagnostics.parse(await getDiagnostics(contextOf()));
    expect(found.database).toMatchObject({ right: 'owner', primary: true });
    expect(found.logs.map((log) => log.table)).toEqual(['saga_log', 'event_store']);
    expect(found.logs[0]).toMatchObject({
      exists: true,
      createdByUs: true,
      appendOnly: true,
      missingColumns: [],
      checkpoint: '7',
      lockEvidence: { ok: true },
      rows: { exact: true },
      skipped: { ranges: 2, ids: '4' },
    });
    await db.pool.query('alter sequence saga_log_id_seq cache 10');
    expect((await getDiagnostics(contextOf())).logs[0]?.lockEvidence).toEqual({
      ok: false,
      why: 'Gaps stay open for 24 hours: sequence saga_log_id_seq has CACHE 10; ALTER it to CACHE 1.',
    });
  });
});
