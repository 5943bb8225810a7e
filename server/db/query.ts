import type { ClientBase, Pool } from 'pg';

/**
 * Runs one SQL statement with `$1…` parameters and answers its rows. The one seam between our SQL and the two drivers:
 * the worker hands in a pg client, use cases a Prisma transaction. SQL that passes here casts what drivers disagree on:
 * 64-bit numbers and json as `::text`, times as epoch ms (`(extract(epoch from t) * 1000)::float8`).
 */
export type Query = <Row>(sql: string, params?: readonly unknown[]) => Promise<Row[]>;

/** A {@link Query} over a pg client or pool. */
export const pgQuery =
  (client: ClientBase | Pool): Query =>
  async <Row>(sql: string, params: readonly unknown[] = []) =>
    (await client.query(sql, [...params])).rows as Row[];

/** Runs `work` in one transaction on a connection of the pool. */
export async function poolTransaction<T>(pool: Pool, work: (query: Query) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('BEGIN');
    const result = await work(pgQuery(client));
    await client.query('COMMIT');
    broken = false;
    return result;
  } finally {
    // One that failed is closed, which rolls back whatever it was in.
    client.release(broken);
  }
}

interface RawQueries {
  $queryRawUnsafe<T>(sql: string, ...params: unknown[]): PromiseLike<T>;
}

/** A {@link Query} over Prisma, inside or outside a transaction. */
export const prismaQuery =
  (db: RawQueries): Query =>
  async <Row>(sql: string, params: readonly unknown[] = []) =>
    db.$queryRawUnsafe<Row[]>(sql, ...params);
