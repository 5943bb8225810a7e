import { randomBytes } from 'node:crypto';
import { Client, Pool } from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  url: string;
  pool: Pool;
  /** Ends the pool, throws everybody else out, and drops the database. */
  drop(): Promise<void>;
}

/**
 * A fresh, migrated database of its own for a database test: call it in `beforeAll`, `drop` in `afterAll`. With
 * `empty` the database has nothing in it.
 */
export async function testDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const template = new URL(inject('templateDatabaseUrl'));
  const name = `test_${randomBytes(8).toString('hex')}`;
  const url = withDatabase(template, name);
  await asAdmin(template, `CREATE DATABASE ${name} TEMPLATE ${empty ? 'template0' : template.pathname.slice(1)}`);
  const pool = new Pool({ connectionString: url, max: 100 });
  // drop() and a test that stops the server cut idle connections; a running query still rejects.
  pool.on('error', () => undefined);
  return {
    url,
    pool,
    drop: async () => {
      await pool.end();
      await asAdmin(template, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function asAdmin(template: URL, sql: string): Promise<void> {
  const client = new Client({ connectionString: withDatabase(template, 'postgres') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function withDatabase(server: URL, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
