import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'pg';
import { type Actor, everywhere } from '@/server/auth/actor';
import { pgQuery } from '@/server/db/query';
import type { Stream } from '@/core/contract/streams';
import { createContext } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { primary } from '@/server/db/prisma';
import { getStream } from '@/server/streams/get-stream';
import { listStreamVersions } from '@/server/streams/list-stream-versions';
import type { Lifetime } from '@/scripts/lifetime';
import { keepDue } from '@/worker/streams/keep-snapshots';
import { type Api, newDatabase, openApi } from './bed';
import { ms, quantile, type Table, timed } from './table';

const SIZES = [100, 10_000, 100_000] as const;
const RUNS = 100;
const WARM_UP = 30;

const engineer: Actor = {
  kind: 'person',
  id: 'bench',
  name: 'bench',
  grants: [everywhere('engineer')],
  origin: 'bench',
};
const TYPE = 'Account';
const idOf = (size: number): string => `account-${size}`;

type Question = readonly [name: string, ask: (size: number, run: number) => Promise<unknown>];

/** What is asked of a stream of `size` events in the run-th round. */
const questions = (api: Api): readonly Question[] => [
  ['anchor: SELECT 1', async () => createContext(engineer).db.primary('select 1')],
  ['opened at its end', (size) => open(size)],
  ['opened at a version anywhere', (size, run) => open(size, 1 + ((run * 7_919) % size))],
  ['opened at version 50', (size) => open(size, 50)],
  ['a page of 100 versions from the middle', (size) => page(size, `after.${size / 2}.${startOf(size) + size / 2}`)],
  // As many as the smallest stream has.
  ['a page of 30 versions of one type', (size) => page(size, undefined, ['MoneyWithdrawn'], 30)],
  ['opened at its end, by the API', (size) => api.getStream(TYPE, idOf(size))],
];

const open = (size: number, at?: number): Promise<Stream> =>
  getStream(createContext(engineer), { aggregateType: TYPE, aggregateId: idOf(size), at: at?.toString() });

function page(size: number, cursor: string | undefined, types: string[] = [], limit = 100): Promise<unknown> {
  const name = { aggregateType: TYPE, aggregateId: idOf(size) };
  const around = cursor === undefined ? String(size / 2) : undefined;
  return listStreamVersions(createContext(engineer), { ...name, cursor, around, limit, types });
}

/** The position before a stream's first event: they are written one after the other. */
const startOf = (size: number): number => SIZES.reduce((sum, other) => (other < size ? sum + other : sum), 0);

/** Opens a stream as its page does while it has no snapshots: asks again at once until it is folded; answers how often. */
async function openAtLast(size: number): Promise<number> {
  for (let asked = 1; ; asked += 1) {
    try {
      await open(size);
      return asked;
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'unavailable') throw error;
    }
  }
}

/** Streams of three sizes side by side, each question in turn to each: how long until its page has what it shows. */
export async function streams(life: Lifetime): Promise<Table> {
  const databaseUrl = await newDatabase(life);
  process.env.DATABASE_URL = databaseUrl;
  process.env.SAGASCOPE_REDUCERS = '/nonexistent';
  const pool = new Pool({ connectionString: databaseUrl });
  life.onEnd(() => pool.end());
  for (const size of SIZES) await append(pool, size);
  await pool.query('VACUUM ANALYZE event_store');
  await open(100);
  let asked = 0;
  const first = await timed(async () => {
    asked = await openAtLast(100_000);
  });
  await pool.query('TRUNCATE sagascope.stream_snapshot');
  const query = pgQuery(pool);
  const kept = await timed(async () => {
    for (let more = true; more;) ({ more } = await keepDue(query));
  });
  await pool.query('VACUUM ANALYZE sagascope.stream_snapshot');
  const api = await openApi(life, databaseUrl, 'all');
  await indexed(pool);
  const asks = questions(api);
  const times = asks.map(() => SIZES.map((): number[] => []));
  for (let run = -WARM_UP; run < RUNS; run += 1) {
    for (const [row, [, ask]] of asks.entries()) {
      for (const [column, size] of SIZES.entries()) {
        const took = await timed(() => ask(size, run + WARM_UP));
        if (run >= 0) times[row]?.[column]?.push(took);
      }
    }
  }
  const [snapshots] = await query<{ rows: number; bytes: string }>(
    `SELECT count(*)::int AS rows, pg_size_pretty(pg_total_relation_size('sagascope.stream_snapshot')) AS bytes FROM sagascope.stream_snapshot`,
  );
  await primary().$disconnect();
  return {
    title: `stream: its page at ${SIZES.map((size) => size.toLocaleString('en')).join(', ')} events, ${RUNS} times each, ms`,
    head: ['', ...SIZES.flatMap((size) => [`${size.toLocaleString('en')} p50`, 'p95']), 'last to first'],
    rows: asks.map(([name], row) => {
      const columns = times[row] ?? [];
      const ratio = quantile(columns.at(-1) ?? [], 0.5) / quantile(columns[0] ?? [], 0.5);
      const cells = columns.flatMap((samples) => [ms(quantile(samples, 0.5)), ms(quantile(samples, 0.95))]);
      return [name, ...cells, `${ratio.toFixed(2)}x`];
    }),
    note: `The use case in this process, over a pool, sizes in turn; by the API: ${api.where}. Without any snapshot 100,000 events are folded once in ${ms(first)} ms, over ${asked} requests; the worker made all ${snapshots?.rows ?? 0} snapshots (${snapshots?.bytes ?? ''}) in ${ms(kept)} ms.`,
  };
}

/** Until the worker of the console has nothing left to do beside what is measured; without one nobody indexes. */
async function indexed(pool: Pool): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ busy: boolean }>(
      `SELECT last_id < (SELECT max(position) FROM event_store) AS busy FROM sagascope.checkpoint WHERE log = 'event_store'`,
    );
    if (rows[0]?.busy !== true) return;
    await pause(100);
  }
}

/** Like a bank account: a few fields that each event changes in part, and one list. */
async function append(pool: Pool, size: number): Promise<void> {
  await pool.query(
    `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload, metadata)
     SELECT $1, $2, v, CASE v % 3 WHEN 0 THEN 'MoneyWithdrawnV1' ELSE 'MoneyDepositedV2' END,
       jsonb_build_object('balance', (v * 1.10)::numeric(20, 2), 'last', jsonb_build_object('amount', v % 500, 'reference', md5(v::text)),
         'months', jsonb_build_object('m' || v % 12, v)), '{"tenant_id": "acme", "service": "ledger"}'
     FROM generate_series(1, $3::int) v`,
    [TYPE, idOf(size), size],
  );
}
