import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pgQuery } from '@/server/db/query';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { verify } from '../verify';
import { startWorker } from '../main';
import { verifyStreams } from '../verify-streams';
import { keepDue, keepSnapshots } from './keep-snapshots';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

const appended = async (aggregateId: string, from: number, to: number): Promise<void> => {
  await db.pool.query(
    `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload, metadata)
     SELECT 'Counter', $1, v, 'CounterMovedV1', jsonb_build_object('n', v, 'text', 'payload of some length'), '{"tenant_id": "acme"}'
     FROM generate_series($2::int, $3::int) v`,
    [aggregateId, from, to],
  );
};
const kept = async (aggregateId: string): Promise<number[]> =>
  (
    await db.pool.query<{ version: number }>(
      'SELECT version::int AS version FROM sagascope.stream_snapshot WHERE aggregate_id = $1 ORDER BY 1',
      [aggregateId],
    )
  ).rows.map(({ version }) => version);
const silent = (): void => undefined;

test('snapshots are kept while a stream grows, and short streams have none', async () => {
  const [long, short] = [randomUUID(), randomUUID()];
  await appended(long, 1, 1_000);
  await appended(short, 1, 100);
  const query = pgQuery(db.pool);
  expect(await keepDue(query)).toEqual({ more: false });
  expect(await kept(long)).toEqual([128, 256, 384, 512, 640, 768, 896]);
  expect(await kept(short)).toEqual([]);
  await appended(long, 1_001, 1_500);
  await keepDue(query);
  expect(await kept(long)).toEqual(Array.from({ length: 11 }, (_, n) => (n + 1) * 128));
});

test('a running worker does it by itself, and a rebuild begins again', async () => {
  const id = randomUUID();
  await appended(id, 1, 600);
  const worker = await startWorker({ databaseUrl: db.url, log: silent, dispatch: false });
  try {
    await expect.poll(() => kept(id), { timeout: 20_000 }).toEqual([128, 256, 384, 512]);
    await db.pool.query('TRUNCATE sagascope.stream_snapshot, sagascope.stream_snapshot_progress');
    await expect.poll(() => kept(id), { timeout: 20_000 }).toEqual([128, 256, 384, 512]);
  } finally {
    await worker.stop();
  }
});

test('it waits for a database that is away, and says so once', async () => {
  const lines: string[] = [];
  const stopping = new AbortController();
  const running = keepSnapshots({
    databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
    say: (line) => lines.push(line),
    signal: stopping.signal,
  });
  await expect.poll(() => lines.length).toBe(1);
  stopping.abort();
  await running;
  expect(lines).toEqual([expect.stringMatching(/^Snapshots of streams: /)]);
});

test('verify replays: a snapshot that was changed is named, one that its events have outrun is not', async () => {
  const [changed, outrun] = [randomUUID(), randomUUID()];
  await appended(changed, 1, 600);
  await appended(outrun, 2, 600);
  const query = pgQuery(db.pool);
  await keepDue(query);
  expect(await verifyStreams(query, silent)).toEqual([]);
  await db.pool.query(
    `UPDATE sagascope.stream_snapshot SET state = '{"n":0}' WHERE aggregate_id = $1 AND version = 512`,
    [changed],
  );
  await appended(outrun, 1, 1);
  expect(await verifyStreams(query, silent)).toEqual([
    `Stream Counter ${changed}: its snapshot at version 512 differs in state.`,
  ]);
  const { differences } = await verify({ databaseUrl: db.url, log: silent });
  expect(differences.filter((line) => line.startsWith('Stream '))).toHaveLength(1);
});
