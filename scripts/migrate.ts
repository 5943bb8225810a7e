import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { installJobs } from '@/server/db/jobs';
import { ensureLogs, type InspectedLogs } from '@/server/db/logs';
import { OperatorError } from '@/server/operator-error';

/** Where the migrations of this checkout lie. */
export const MIGRATIONS = path.join(import.meta.dirname, '..', 'prisma', 'migrations');

// The number under which Prisma's own migrate command locks: neither runs beside the other.
const MIGRATION_LOCK = 72_707_369;

// Prisma's own table, character for character, so that its command line could take over.
const CREATE_HISTORY = `
  CREATE TABLE IF NOT EXISTS sagascope._prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
  )`;

export interface Migrated extends InspectedLogs {
  /** names of the migrations applied by this call */
  applied: string[];
}

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/**
 * Brings the database at `url` to this checkout: the read models of schema sagascope, then the two logs as far as the
 * role may. Two consoles may call it at once, the second waits. Throws an OperatorError in one sentence where the
 * database cannot be used as it is.
 */
export async function migrate(url: string, directory = MIGRATIONS): Promise<Migrated> {
  const client = new Client({ connectionString: url, application_name: 'sagascope migrate' });
  client.on('error', () => undefined); // a lost connection also rejects the query that waits for it
  try {
    await client.connect();
  } catch (error) {
    throw new OperatorError(`The database cannot be reached: ${message(error)}. Check DATABASE_URL.`, { cause: error });
  }
  try {
    await checkServer(client);
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await ensureSchema(client);
    const applied = await applyAll(client, await readMigrations(directory));
    const logs = await ensureLogs(client);
    await installJobs(url);
    return { ...logs, applied };
  } finally {
    await client.end();
  }
}

async function checkServer(client: Client): Promise<void> {
  const { rows } = await client.query<{ version: number; name: string; standby: boolean; encoding: string }>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name,
            pg_is_in_recovery() AS standby, current_setting('server_encoding') AS encoding`,
  );
  const [server] = rows;
  if (server === undefined) throw new Error('the server answered no row about itself');
  if (server.version < 140_000)
    throw new OperatorError(`Sagascope needs PostgreSQL 14 or newer, this server is ${server.name}.`);
  if (server.standby)
    throw new OperatorError(
      'DATABASE_URL names a replica: it must name the primary. Put the replica in DATABASE_REPLICA_URL.',
    );
  if (server.encoding !== 'UTF8')
    throw new OperatorError(`The database's encoding is ${server.encoding}: Sagascope needs UTF8.`);
}

async function ensureSchema(client: Client): Promise<void> {
  const { rows } = await client.query<{
    schema: string;
    role: string;
    database: string;
    exists: boolean;
    creates: boolean;
    uses: boolean;
  }>(
    `SELECT s.schema, quote_ident(current_user) AS role, quote_ident(current_database()) AS database,
            to_regnamespace(s.schema) IS NOT NULL AS exists,
            has_database_privilege(current_database(), 'CREATE') AS creates,
            coalesce(has_schema_privilege(to_regnamespace(s.schema), 'CREATE'), true) AS uses
     FROM unnest(ARRAY['sagascope', 'sagascope_jobs']) WITH ORDINALITY AS s(schema, place) ORDER BY s.place`,
  );
  const refused = rows.filter(({ exists, creates, uses }) => (exists ? !uses : !creates));
  const [may] = refused;
  if (may !== undefined) {
    const sql = refused.map(({ schema, role, exists }) =>
      exists ? `ALTER SCHEMA ${schema} OWNER TO ${role};` : `CREATE SCHEMA ${schema} AUTHORIZATION ${role};`,
    );
    throw new OperatorError(
      may.exists
        ? `Role ${may.role} may not create tables in schema ${may.schema}: as an owner of the schema, run ${sql.join(' ')}`
        : `Role ${may.role} may not create schema ${may.schema} in database ${may.database}: as an owner of the database, run ${sql.join(' ')}`,
    );
  }
  for (const { schema, exists } of rows) if (!exists) await client.query(`CREATE SCHEMA ${schema}`);
  await client.query(CREATE_HISTORY);
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(path.join(directory, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function applyAll(client: Client, migrations: Migration[]): Promise<string[]> {
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished: boolean }>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
     FROM sagascope._prisma_migrations WHERE rolled_back_at IS NULL`,
  );
  const history = new Map(rows.map((row) => [row.migration_name, row]));
  const known = new Set(migrations.map((migration) => migration.name));
  const newer = rows.find((row) => !known.has(row.migration_name));
  if (newer !== undefined) {
    throw new OperatorError(
      `The database has migration ${newer.migration_name}, which this Sagascope does not know: start a newer one.`,
    );
  }
  const applied: string[] = [];
  for (const migration of migrations) {
    const before = history.get(migration.name);
    if (before === undefined) {
      await apply(client, migration);
      applied.push(migration.name);
    } else if (!before.finished) {
      throw new OperatorError(
        `Migration ${migration.name} was begun by another tool and not finished: repair it, then delete its row from sagascope._prisma_migrations.`,
      );
    } else if (before.checksum !== migration.checksum) {
      throw new OperatorError(
        `Migration ${migration.name} was changed after it was applied: restore the file, and put the change into a new migration.`,
      );
    }
  }
  return applied;
}

// A failed migration leaves nothing behind: its statements and its record commit together.
async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    const startedAt = new Date();
    await client.query(sql);
    await client.query(
      `INSERT INTO sagascope._prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, $4, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name, startedAt],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new OperatorError(`Migration ${name} failed and left nothing behind: ${message(error)}`, { cause: error });
  }
}

function message(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(message).join(', ');
  return error instanceof Error ? error.message : String(error);
}
