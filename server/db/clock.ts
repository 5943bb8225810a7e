import type { Query } from './query';

/** The database's clock, epoch ms: the one that all processes share. */
export async function databaseNow(query: Query): Promise<number> {
  const [row] = await query<{ now: number }>(
    'select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as now',
  );
  if (!row) throw new Error('the database told no time');
  return row.now;
}
