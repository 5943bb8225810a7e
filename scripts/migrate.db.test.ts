import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnsOf, inspectLogs, selectList } from '@/server/db/logs';
import { pgQuery } from '@/server/db/query';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { migrate, MIGRATIONS } from './migrate';

let database: TestDatabase;
const extra: TestDatabase[] = [];

async function emptyDatabase() {
  const made = await testDatabase({ empty: true });
  extra.push(made);
  return made;
}

function as(url: string, role: string) {
  const login = new URL(url);
  login.username = role;
  login.password = 'secret';
  return login.href;
}

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  for (const made of [database, ...extra]) await made.drop();
});

describe('migrate', () => {
  it('applies nothing the second time', async () => {
    expect((await migrate(database.url)).applied).toEqual([]);
  });

  it('lets two consoles start at once', async () => {
    const { url } = await emptyDatabase();
    const both = await Promise.all([migrate(url), migrate(url)]);
    expect(both.map(({ applied }) => applied.length).sort()).toEqual([0, (await readdir(MIGRATIONS)).length]);
  });

  it('records as Prisma does', async () => {
    const { rows } = await database.pool.query('SELECT * FROM sagascope._prisma_migrations ORDER BY migration_name');
    expect(rows[0]).toMatchObject({
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      applied_steps_count: 1,
      rolled_back_at: null,
      logs: null,
    });
    expect(rows[0].finished_at).toBeInstanceOf(Date);
  });

  it('refuses a migration that was changed after it was applied, and one it does not know', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'migrations-'));
    await cp(MIGRATIONS, folder, { recursive: true });
    const [first = ''] = (await readdir(folder)).sort();
    await writeFile(path.join(folder, first, 'migration.sql'), 'SELECT 1;');
    await expect(migrate(database.url, folder)).rejects.toThrow(/was changed after it was applied/);
    await rm(path.join(folder, first), { recursive: true });
    await expect(migrate(database.url, folder)).rejects.toThrow(/start a newer one/);
    await rm(folder, { recursive: true });
  });

  it('leaves nothing behind when a migration fails', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'migrations-'));
    await cp(MIGRATIONS, folder, { recursive: true });
    await cp(path.join(MIGRATIONS, (await readdir(MIGRATIONS))[0] ?? ''), path.join(folder, '99990101000000_broken'), {
      recursive: true,
    });
    await writeFile(
      path.join(folder, '99990101000000_broken', 'migration.sql'),
      'CREATE TABLE sagascope.half (a int); SELECT 1/0;',
    );
    await expect(migrate(database.url, folder)).rejects.toThrow(/failed and left nothing behind: division by zero/);
    const { rows } = await database.pool.query(`SELECT to_regclass('sagascope.half') AS half`);
    expect(rows[0].half).toBeNull();
    await rm(folder, { recursive: true });
  });

  it('says in one sentence that the database cannot be reached', async () => {
    await expect(migrate('postgres://nobody@127.0.0.1:1/none')).rejects.toThrow(
      /cannot be reached: .*ECONNREFUSED.*\. Check DATABASE_URL\./,
    );
  });
});

describe('the logs we create', () => {
  it('take the row that a service writes', async () => {
    await database.pool.query('INSERT INTO saga_log (saga_id, step_name, status) VALUES ($1, $2, $3)', [
      '018f0000-0000-7000-8000-000000000001',
      'reserve_inventory',
      'PENDING',
    ]);
    await expect(
      database.pool.query(`INSERT INTO saga_log (saga_id, step_name, status) VALUES (gen_random_uuid(), 'a', 'DONE')`),
    ).rejects.toThrow(/saga_log_status_check/);
  });

  it.each(['saga_log', 'event_store'])('refuse to change or lose a row of %s', async (table) => {
    const column = table === 'saga_log' ? 'step_name' : 'event_type';
    for (const sql of [`UPDATE ${table} SET ${column} = 'x'`, `DELETE FROM ${table}`, `TRUNCATE ${table}`]) {
      await expect(database.pool.query(sql)).rejects.toThrow(
        new RegExp(`${table} is append-only: (UPDATE|DELETE|TRUNCATE) is refused`),
      );
    }
  });

  it('have no trigger on INSERT', async () => {
    const { rows } = await database.pool.query(
      `SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 4 > 0`,
    );
    expect(rows).toEqual([]);
  });

  it('are known as ours', async () => {
    const { right, logs } = await inspectLogs(pgQuery(database.pool));
    expect(right).toBe('owner');
    for (const log of logs) {
      expect(log).toMatchObject({ exists: true, createdByUs: true, appendOnly: true, missingColumns: [] });
      expect([...log.columns].sort()).toEqual(columnsOf(log.table).sort());
    }
  });
});

describe('tables that are there already, with only the required columns', () => {
  const REQUIRED = `
    CREATE TABLE saga_log (id bigserial PRIMARY KEY, saga_id uuid NOT NULL, step_name varchar(64) NOT NULL,
      status varchar(16) NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE event_store (position bigserial PRIMARY KEY, aggregate_id text NOT NULL, version bigint NOT NULL,
      event_type text NOT NULL, payload jsonb NOT NULL);
    INSERT INTO saga_log (saga_id, step_name, status) VALUES (gen_random_uuid(), 'a', 'PENDING');
    INSERT INTO event_store (aggregate_id, version, event_type, payload) VALUES ('1', 1, 'Opened', '{}');`;

  it('get the optional columns from an owner, without a rewrite, and stay as free as they were', async () => {
    const { url, pool } = await emptyDatabase();
    await pool.query(REQUIRED);
    const files = `SELECT pg_relation_filenode('saga_log') AS s, pg_relation_filenode('event_store') AS e`;
    const before = (await pool.query(files)).rows;
    const { logs, right } = await migrate(url);
    expect(right).toBe('owner');
    expect(logs).toMatchObject([
      { createdByUs: false, appendOnly: false, missingColumns: [] },
      { createdByUs: false, appendOnly: false, missingColumns: [] },
    ]);
    expect((await pool.query(files)).rows).toEqual(before);
    const { rows } = await pool.query(
      'SELECT event_id, aggregate_type, event_version, metadata, occurred_at FROM event_store',
    );
    expect(rows).toEqual([{ event_id: null, aggregate_type: '', event_version: 1, metadata: {}, occurred_at: null }]);
    await pool.query(`UPDATE saga_log SET status = 'ODD'`);
  });

  it('waits for a transaction that holds the table instead of stopping its writers', async () => {
    const { url, pool } = await emptyDatabase();
    await pool.query(REQUIRED);
    const holder = await pool.connect();
    await holder.query('BEGIN');
    await holder.query(`INSERT INTO saga_log (saga_id, step_name, status) VALUES (gen_random_uuid(), 'b', 'PENDING')`);
    const migrated = migrate(url);
    await expect.poll(async () => (await pool.query(`SELECT 1 FROM pg_locks WHERE NOT granted`)).rowCount).toBe(1);
    await pool.query(`INSERT INTO saga_log (saga_id, step_name, status) VALUES (gen_random_uuid(), 'c', 'PENDING')`);
    await holder.query('COMMIT');
    holder.release();
    expect((await migrated).logs[0]?.missingColumns).toEqual([]);
  });

  it('are refused when a required column is missing', async () => {
    const { url, pool } = await emptyDatabase();
    await pool.query('CREATE TABLE saga_log (id bigserial PRIMARY KEY, saga_id uuid, status text)');
    await expect(migrate(url)).rejects.toThrow(
      'Table public.saga_log exists but has no column step_name, created_at: rename that table, or add the column.',
    );
  });

  it('serve a writer and a reader as they are', async () => {
    const { url, pool } = await emptyDatabase();
    await pool.query(REQUIRED);
    const name = new URL(url).pathname.slice(1);
    const [writer, reader] = [`${name}_writer`, `${name}_reader`];
    try {
      for (const role of [writer, reader]) {
        await pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'; REVOKE CREATE ON SCHEMA public FROM PUBLIC`);
      }
      const asWriter = as(url, writer);
      await expect(migrate(asWriter)).rejects.toThrow(
        `Role ${writer} may not create schema sagascope in database ${name}: as an owner of the database, run ` +
          `CREATE SCHEMA sagascope AUTHORIZATION ${writer}; CREATE SCHEMA sagascope_jobs AUTHORIZATION ${writer};`,
      );
      await pool.query(
        `CREATE SCHEMA sagascope AUTHORIZATION ${writer}; CREATE SCHEMA sagascope_jobs AUTHORIZATION ${writer}`,
      );
      await expect(migrate(asWriter)).rejects.toThrow(
        `Role ${writer} may not read public.saga_log: as its owner, run GRANT SELECT ON public.saga_log TO ${writer};`,
      );
      await pool.query(`GRANT SELECT, INSERT ON saga_log, event_store TO ${writer}`);
      expect((await migrate(asWriter)).right).toBe('reader'); // no right on the sequences: an INSERT would be refused
      await pool.query(`GRANT USAGE ON saga_log_id_seq, event_store_position_seq TO ${writer}`);
      const migrated = await migrate(asWriter);
      expect(migrated).toMatchObject({ right: 'writer', rightText: expect.stringMatching(/^writer: /) });
      expect(migrated.logs[0]?.missingColumns).toContain('saga_type');

      await pool.query(
        `ALTER SCHEMA sagascope OWNER TO ${reader}; REASSIGN OWNED BY ${writer} TO ${reader}; GRANT SELECT ON saga_log, event_store TO ${reader}`,
      );
      const asReader = as(url, reader);
      expect((await migrate(asReader)).right).toBe('reader');
      const client = new Client({ connectionString: asReader });
      await client.connect();
      const [sagaLog] = migrated.logs;
      const { rows } = await client.query(
        `SELECT ${selectList(sagaLog ?? { table: 'saga_log', columns: [] })} FROM saga_log`,
      );
      expect(rows[0]).toMatchObject({ step_name: 'a', saga_type: null, context: null });
      await client.end();
    } finally {
      await pool.query(`DROP OWNED BY ${writer}, ${reader} CASCADE; DROP ROLE ${writer}; DROP ROLE ${reader}`);
    }
  });
});
