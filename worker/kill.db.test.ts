import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { verify } from './verify';

const KILLS = 5;
let db: TestDatabase;
let child: ChildProcess | undefined;
let isWriting = true;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(async () => {
  isWriting = false;
  child?.kill('SIGKILL');
  await db.drop();
});

const startProcess = (): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', path.join(import.meta.dirname, 'main.ts')], {
    env: { ...process.env, DATABASE_URL: db.url, SAGASCOPE_ROLE: 'worker' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
const progress = async () => {
  const { rows } = await db.pool.query(
    `SELECT coalesce((SELECT rows_applied FROM sagascope.checkpoint WHERE log = 'saga_log'), 0)::int AS applied,
       (SELECT count(*) FROM saga_log)::int AS rows, (SELECT count(*) FROM sagascope.open_gap)::int AS gaps,
       coalesce((SELECT rows_applied FROM sagascope.checkpoint WHERE log = 'event_store'), 0)::int AS read,
       (SELECT count(*) FROM event_store)::int AS events`,
  );
  return rows[0];
};

test('a worker killed five times while 48 writers write loses no row and counts none twice', async () => {
  const sagas = Array.from({ length: 400 }, () => randomUUID());
  const STEP = ['a', 'b', 'c'];
  const STATUS = ['PENDING', 'SUCCESS', 'FAILED', 'COMPENSATED'];
  const row = () => [sagas[randomInt(sagas.length)], STEP[randomInt(3)], STATUS[randomInt(4)]];
  const EVENT = `INSERT INTO event_store (aggregate_id, version, event_type, payload, metadata)
    VALUES ($1, 1, 'OrderPlacedV1', '{}', jsonb_build_object('correlation_id', $2::text))`;
  const INSERT = 'INSERT INTO saga_log (saga_id, step_name, status) VALUES ($1, $2, $3)';
  const writers = Array.from({ length: 48 }, async (_, n) => {
    const client = await db.pool.connect();
    while (isWriting) {
      if (n < 40) {
        await client.query(INSERT, row());
        await client.query(EVENT, [randomUUID(), `c${randomInt(50)}`]);
        await sleep(randomInt(0, 200));
        continue;
      }
      await client.query('BEGIN');
      for (let rows = randomInt(1, 10); rows > 0; rows -= 1) {
        await client.query(INSERT, row());
        await client.query(EVENT, [randomUUID(), `c${randomInt(50)}`]);
      }
      await sleep(randomInt(0, 100));
      await client.query(randomInt(4) > 0 ? 'COMMIT' : 'ROLLBACK');
    }
    client.release();
  });
  for (let kills = 0; kills < KILLS; kills += 1) {
    child = startProcess();
    const { applied, read } = await progress();
    for (let at = await progress(); at.applied < applied + 100 || at.read < read + 100; at = await progress())
      await sleep(10);
    await sleep(randomInt(0, 50)); // anywhere within its work, not always after a commit
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  isWriting = false;
  await Promise.all(writers);
  child = startProcess();
  for (let at = await progress(); at.applied !== at.rows || at.read !== at.events || at.gaps > 0; at = await progress())
    await sleep(20);
  const { rows } = await db.pool.query('SELECT sum(row_count)::int AS folded FROM sagascope.saga');
  expect(rows[0].folded).toBe((await progress()).rows);
  const { rows: indexed } = await db.pool.query('SELECT count(*)::int AS events FROM sagascope.event_index');
  expect(indexed[0].events).toBe((await progress()).events);
  expect((await verify({ databaseUrl: db.url, log: () => undefined })).differences).toEqual([]);
}, 180_000);
