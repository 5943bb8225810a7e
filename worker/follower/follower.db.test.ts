import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { pgQuery, type Query } from '@/server/db/query';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { runFollower } from './run';
import type { FollowerOptions, LogRow, LogSource, Work } from './source';

interface Raw {
  id: string;
  created_ms: number;
}

/** Follows any table; writes down what it was given, in the order it was given. A row given twice is an error. */
class Recorder implements LogSource<LogRow, Raw> {
  readonly log: string;
  readonly idColumn = 'id';
  readonly fingerprint = `concat_ws('|', l.id, l.saga, l.note)`;
  constructor(readonly table: string) {
    this.log = table;
  }
  async prepare(): Promise<void> {}
  select() {
    return { list: 'l.id::text AS id, 0::float8 AS created_ms', joins: '', params: [] };
  }
  parse(raw: Raw): LogRow {
    return { id: BigInt(raw.id), createdAt: raw.created_ms };
  }
  async apply(query: Query, { rows, late }: Work<LogRow>): Promise<void> {
    await query(
      `INSERT INTO ${this.table}_applied (id, late) SELECT id, $2 FROM unnest($1::bigint[]) WITH ORDINALITY r(id, n) ORDER BY n`,
      [rows.map(({ id }) => id.toString()), late],
    );
  }
  hasSpareWork(): boolean {
    return false;
  }
  async spareWork(): Promise<void> {}
  forget(): void {}
}

let db: TestDatabase;
const stops: (() => Promise<void>)[] = [];
let tables = 0;

beforeAll(async () => {
  db = await testDatabase();
  // Waits until the test lets go of the lock with this number: a slow writer without a clock.
  await db.pool.query(`CREATE FUNCTION wait_for(n int) RETURNS text LANGUAGE plpgsql VOLATILE AS
    $$ BEGIN PERFORM pg_advisory_xact_lock_shared(n); RETURN 'waited'; END $$`);
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(() => db.drop());

async function log(): Promise<string> {
  const table = `public.log_${(tables += 1)}`;
  await db.pool.query(`CREATE TABLE ${table} (id bigserial PRIMARY KEY, saga int NOT NULL DEFAULT 1, note text);
    CREATE TABLE ${table}_applied (id bigint PRIMARY KEY, late boolean, at timestamptz DEFAULT clock_timestamp(), n bigserial)`);
  return table;
}

function follow(table: string, options: Partial<FollowerOptions> = {}) {
  const stopping = new AbortController();
  const said: string[] = [];
  const done = runFollower({
    databaseUrl: db.url,
    source: new Recorder(table),
    say: (line) => said.push(line),
    signal: stopping.signal,
    options,
  });
  const stop = () => {
    stopping.abort();
    return done;
  };
  stops.push(stop);
  return { stop, said };
}

async function until(holds: () => Promise<boolean>, what: string, ms = 30_000): Promise<void> {
  for (const end = Date.now() + ms; !(await holds()); await sleep(10)) {
    if (Date.now() > end) throw new Error(`still not after ${ms} ms: ${what}`);
  }
}

const ids = async (sql: string): Promise<number[]> =>
  (await db.pool.query<{ id: string }>(sql)).rows.map(({ id }) => Number(id));
const applied = (table: string) => ids(`SELECT id FROM ${table}_applied ORDER BY id`);
const late = (table: string) => ids(`SELECT id FROM ${table}_applied WHERE late ORDER BY id`);
const insert = async (table: string, note = 'x'): Promise<number> =>
  Number(
    (await db.pool.query<{ id: string }>(`INSERT INTO ${table} (note) VALUES ($1) RETURNING id`, [note])).rows[0]!.id,
  );
const isApplied = (table: string, wanted: number[], ms?: number) =>
  until(async () => (await applied(table)).join() === wanted.join(), `${table} applied ${wanted.join()}`, ms);
const isAllApplied = (table: string) =>
  until(async () => {
    const left = await ids(`SELECT id FROM ${table} EXCEPT SELECT id FROM ${table}_applied LIMIT 1`);
    return left.length === 0;
  }, `all of ${table} applied`);
const state = async (table: string) =>
  (await db.pool.query(`SELECT state, state_text AS text FROM sagascope.checkpoint WHERE log = $1`, [table])).rows[0];
const gaps = async (table: string) =>
  (
    await db.pool.query(
      `SELECT from_id::int AS from, to_id::int AS to, holders, why FROM sagascope.open_gap WHERE log = $1`,
      [table],
    )
  ).rows;
const skipped = (table: string) =>
  ids(`SELECT generate_series(from_id, to_id) AS id FROM sagascope.skipped_position WHERE log = '${table}' ORDER BY 1`);

async function session<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await db.pool.connect();
  try {
    return await work(client);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

describe('writers that commit out of order', () => {
  test('forty in autocommit and eight with delays and rollbacks, 20,000 rows: none lost, none twice, order kept', async () => {
    const table = await log();
    follow(table);
    const autocommit = Array.from({ length: 40 }, () =>
      session(async (client) => {
        for (let n = 0; n < 350; n += 1) await client.query(`INSERT INTO ${table} (saga) VALUES (${n % 100})`);
      }),
    );
    const slow = Array.from({ length: 8 }, () =>
      session(async (client) => {
        for (let written = 0; written < 750;) {
          const rows = Math.min(randomInt(1, 40), 750 - written);
          await client.query('BEGIN');
          await client.query(`INSERT INTO ${table} (saga) SELECT g FROM generate_series(1, ${Math.ceil(rows / 2)}) g`);
          await sleep(randomInt(0, 30));
          await client.query(`INSERT INTO ${table} (saga) SELECT g FROM generate_series(1, ${Math.floor(rows / 2)}) g`);
          const isKept = randomInt(0, 4) > 0;
          await client.query(isKept ? 'COMMIT' : 'ROLLBACK');
          if (isKept) written += rows;
        }
      }),
    );
    await Promise.all([...autocommit, ...slow]);
    await isAllApplied(table);
    const [counted] = (
      await db.pool.query(
        `SELECT count(*)::int AS rows, count(a.id)::int AS applied,
         (SELECT count(*)::int FROM (SELECT a.n < lag(a.n) OVER (PARTITION BY l.saga ORDER BY l.id) AS back
            FROM ${table} l JOIN ${table}_applied a USING (id) WHERE NOT a.late) o WHERE back) AS disordered
       FROM ${table} l FULL JOIN ${table}_applied a USING (id)`,
      )
    ).rows;
    expect(counted).toEqual({ rows: 20_000, applied: 20_000, disordered: 0 });
    await until(async () => (await gaps(table)).length === 0, 'no gap is left open');
  });
});

/** The id is taken, then the writer waits: others go on, its row comes late. */
async function waitingWriter(table: string, lock: number, write: (client: PoolClient) => Promise<unknown>) {
  await session(async (gate) => {
    await gate.query('BEGIN');
    await gate.query(`SELECT pg_advisory_xact_lock(${lock})`);
    await session(async (client) => {
      const written = write(client);
      await until(
        async () => (await ids(`SELECT last_value AS id FROM ${table}_id_seq WHERE is_called`)).length === 1,
        'its id is taken',
      );
      await insert(table);
      await isApplied(table, [2]);
      await gate.query('COMMIT');
      await written;
    });
  });
  await isApplied(table, [1, 2]);
  expect(await late(table)).toEqual([1]);
}

describe('a gap by force', () => {
  test('an id taken long before its INSERT', async () => {
    const table = await log();
    follow(table);
    await session(async (client) => {
      await client.query('BEGIN');
      await client.query(`SELECT nextval('${table}_id_seq')`);
      const others = [await insert(table), await insert(table)];
      await isApplied(table, others);
      expect(await late(table)).toEqual([]);
      await client.query(`INSERT INTO ${table} (id) VALUES (1)`);
      await client.query('COMMIT');
    });
    await isApplied(table, [1, 2, 3]);
    expect(await late(table)).toEqual([1]);
  });

  test('a slow value in the INSERT', async () => {
    const table = await log();
    follow(table);
    await waitingWriter(table, 11, (client) => client.query(`INSERT INTO ${table} (note) VALUES (wait_for(11))`));
  });

  test('a BEFORE INSERT trigger that waits', async () => {
    const table = await log();
    await db.pool.query(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF NEW.note = 'slow' THEN PERFORM wait_for(12); END IF; RETURN NEW; END $$;
      CREATE TRIGGER slow BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION slow()`);
    follow(table);
    await waitingWriter(table, 12, (client) => client.query(`INSERT INTO ${table} (note) VALUES ('slow')`));
  });

  test('an id reused after ROLLBACK TO', async () => {
    const table = await log();
    follow(table);
    await session(async (client) => {
      await client.query(`BEGIN; SAVEPOINT a; INSERT INTO ${table} DEFAULT VALUES; ROLLBACK TO a`);
      await insert(table);
      await isApplied(table, [2]);
      await client.query(`INSERT INTO ${table} (id) VALUES (1); COMMIT`);
    });
    await isApplied(table, [1, 2]);
  });

  test('a prepared transaction', async () => {
    const table = await log();
    follow(table);
    await session((client) =>
      client.query(`BEGIN; INSERT INTO ${table} DEFAULT VALUES; PREPARE TRANSACTION '${table}'`),
    );
    await insert(table);
    await isApplied(table, [2]);
    expect((await gaps(table))[0]).toMatchObject({ from: 1, to: 1, why: expect.stringContaining('prepared') });
    await db.pool.query(`COMMIT PREPARED '${table}'`);
    await isApplied(table, [1, 2]);
  });

  test('a writer idle in another database or on another table does not hold us back', async () => {
    const table = await log();
    const other = await log();
    const elsewhere = await testDatabase({ empty: true });
    await elsewhere.pool.query('CREATE TABLE log_1 (id bigserial PRIMARY KEY)');
    follow(table, { passAfter: 60_000 });
    const far = await elsewhere.pool.connect();
    await far.query('BEGIN; INSERT INTO log_1 DEFAULT VALUES');
    await session(async (near) => {
      await near.query(`BEGIN; INSERT INTO ${other} DEFAULT VALUES`);
      await session((client) => client.query(`BEGIN; INSERT INTO ${table} DEFAULT VALUES; ROLLBACK`));
      await insert(table);
      await isApplied(table, [2], 10_000);
    });
    far.release(true);
    await elsewhere.drop();
    expect(await skipped(table)).toEqual([1]);
  });

  test('a writer idle after its INSERT: the others go on, it is named, its row comes late and right', async () => {
    const table = await log();
    follow(table);
    await session(async (client) => {
      await client.query(`BEGIN; INSERT INTO ${table} DEFAULT VALUES`);
      const { pid } = (await client.query('SELECT pg_backend_pid() AS pid')).rows[0];
      const began = performance.now();
      await insert(table);
      await isApplied(table, [2]);
      // One second by rule; the rest is for a busy machine.
      expect(performance.now() - began).toBeLessThan(4_000);
      expect((await gaps(table))[0]).toMatchObject({ from: 1, to: 1, holders: [{ pid, started: expect.any(String) }] });
      expect(await state(table)).toMatchObject({ state: 'held', text: expect.stringContaining(`pid ${pid}`) });
      // It was waited for once: new gaps behind it wait for nobody.
      for (let n = 0; n < 5; n += 1) {
        await session((aborted) => aborted.query(`BEGIN; INSERT INTO ${table} DEFAULT VALUES; ROLLBACK`));
        await insert(table);
      }
      await isApplied(table, [2, 4, 6, 8, 10, 12]);
      await client.query('COMMIT');
    });
    await isApplied(table, [1, 2, 4, 6, 8, 10, 12]);
    await until(async () => (await gaps(table)).length === 0, 'the gaps are closed');
    expect(await late(table)).toEqual([1]);
    expect(await skipped(table)).toEqual([3, 5, 7, 9, 11]);
    expect(await state(table)).toMatchObject({ state: 'running', text: null });
  });

  test('a row between two gaps of a range is seen while another still waits', async () => {
    const table = await log();
    follow(table);
    await session(async (first) => {
      await first.query(`BEGIN; INSERT INTO ${table} DEFAULT VALUES`);
      await session(async (second) => {
        await second.query(`BEGIN; INSERT INTO ${table} DEFAULT VALUES`);
        await insert(table);
        await isApplied(table, [3]);
        await second.query('COMMIT');
      });
      await isApplied(table, [2, 3]);
      await first.query('COMMIT');
    });
    await isApplied(table, [1, 2, 3]);
  });
});

describe('without lock evidence', () => {
  test('a sequence with CACHE 50: gaps stay open, say why, and every row comes', async () => {
    const table = await log();
    await db.pool.query(`ALTER SEQUENCE ${table}_id_seq CACHE 50`);
    const { said } = follow(table);
    await session((a) =>
      session(async (b) => {
        for (let n = 0; n < 3; n += 1) {
          await b.query(`INSERT INTO ${table} DEFAULT VALUES`);
          await a.query(`INSERT INTO ${table} DEFAULT VALUES`);
        }
      }),
    );
    await isApplied(table, [1, 2, 3, 51, 52, 53]);
    expect(said.join()).toContain('CACHE 50');
    const [gap] = await gaps(table);
    expect(gap).toMatchObject({ holders: null, why: expect.stringContaining('CACHE 50') });
  });

  test('a skipped position that turns up is applied late and reported', async () => {
    const table = await log();
    const { said } = follow(table, { skippedEvery: 20 });
    await session((client) => client.query(`BEGIN; INSERT INTO ${table} DEFAULT VALUES; ROLLBACK`));
    await insert(table);
    await isApplied(table, [2]);
    expect(await skipped(table)).toEqual([1]);
    await db.pool.query(`INSERT INTO ${table} (id) VALUES (1)`);
    await isApplied(table, [1, 2]);
    expect(said.join()).toContain('no transaction could fill');
    expect(await ids(`SELECT unnest(found) AS id FROM sagascope.skipped_position WHERE log = '${table}'`)).toEqual([1]);
  });
});

describe('place and company', () => {
  test('a second follower waits and takes over, with the open gap', async () => {
    const table = await log();
    const first = follow(table);
    await session(async (client) => {
      await client.query(`BEGIN; INSERT INTO ${table} DEFAULT VALUES`);
      await insert(table);
      await isApplied(table, [2]);
      follow(table);
      await first.stop();
      await insert(table);
      await isApplied(table, [2, 3]);
      await client.query('COMMIT');
    });
    await isApplied(table, [1, 2, 3]);
  });

  test('a database that goes away and comes back: it goes on from its place', async () => {
    const table = await log();
    follow(table);
    await insert(table);
    await isApplied(table, [1]);
    const elsewhere = await testDatabase({ empty: true });
    const name = new URL(db.url).pathname.slice(1);
    await elsewhere.pool.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await elsewhere.pool.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    await elsewhere.pool.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await elsewhere.drop();
    await insert(table);
    await isApplied(table, [1, 2]);
  });

  test('a log that was emptied and started again stops it until a rebuild', async () => {
    const table = await log();
    const { said } = follow(table);
    for (let n = 0; n < 3; n += 1) await insert(table);
    await isApplied(table, [1, 2, 3]);
    await db.pool.query(`TRUNCATE ${table} RESTART IDENTITY`);
    for (let n = 0; n < 5; n += 1) await insert(table, 'another');
    await until(async () => (await state(table))?.state === 'needs_rebuild', 'it stopped');
    expect((await state(table))?.text).toContain('npm run rebuild');
    expect(said.join()).toContain('restored or replaced');
    expect(await applied(table)).toEqual([1, 2, 3]);
    await db.pool.query(`TRUNCATE ${table}_applied`);
    await db.pool.query(
      `UPDATE sagascope.checkpoint SET last_id = 0, row_hash = NULL, rows_applied = 0, state = 'running' WHERE log = $1`,
      [table],
    );
    await isApplied(table, [1, 2, 3, 4, 5]);
  });

  test('a checkpoint of another server stops it', async () => {
    const table = await log();
    const first = follow(table);
    await insert(table);
    await isApplied(table, [1]);
    await first.stop();
    await db.pool.query(`UPDATE sagascope.checkpoint SET system_identifier = '1' WHERE log = $1`, [table]);
    follow(table);
    await until(async () => (await state(table))?.state === 'needs_rebuild', 'it stopped');
  });

  test('it shows that it lives at least once a second while nothing happens', async () => {
    const table = await log();
    follow(table);
    const polled = async () =>
      (
        await pgQuery(db.pool)<{ at: number }>(
          `SELECT extract(epoch FROM polled_at)::float8 AS at FROM sagascope.checkpoint WHERE log = $1`,
          [table],
        )
      )[0]?.at ?? 0;
    await until(async () => (await polled()) > 0, 'it has begun');
    const before = await polled();
    await until(async () => (await polled()) > before, 'a heartbeat', 5_000);
  });

  test('a row written for a time long ago did not wait since then', async () => {
    const table = await log();
    follow(table);
    await insert(table);
    await isApplied(table, [1]);
    // Every row of this log says that it was created in 1970.
    await insert(table);
    await isApplied(table, [1, 2]);
    const { rows } = await db.pool.query<{ lag: string }>(
      `SELECT lag_ms::text AS lag FROM sagascope.checkpoint WHERE log = $1 AND last_id = 2`,
      [table],
    );
    expect(Number(rows[0]?.lag)).toBeLessThan(3_600_000);
  });
});
