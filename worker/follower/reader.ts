import type { Query } from '@/server/db/query';
import type { Range } from './range';
import type { LogRow, LogSource } from './source';

/** Rows above `after`, up to `upTo` where given, in log order. One statement: what commits during it is not seen. */
export async function readOn<Row extends LogRow, Raw extends { id: string }>(
  query: Query,
  source: LogSource<Row, Raw>,
  { after, upTo, limit }: { after: bigint; upTo?: bigint; limit: number },
): Promise<Row[]> {
  const { list, joins, params } = source.select();
  const n = params.length;
  const id = `l.${source.idColumn}`;
  const rows = await query<Raw>(
    `SELECT ${list} FROM ${source.table} l ${joins} WHERE ${id} > $${n + 1}::bigint AND ${id} <= $${n + 2}::bigint
     ORDER BY ${id} LIMIT $${n + 3}::int`,
    [...params, after.toString(), (upTo ?? 9223372036854775807n).toString(), limit],
  );
  return rows.map((row) => source.parse(row));
}

/** Rows inside the given ranges in log order, `limit` at most; that many mean that there may be more. */
export async function readWithin<Row extends LogRow, Raw extends { id: string }>(
  query: Query,
  source: LogSource<Row, Raw>,
  ranges: readonly Range[],
  limit: number,
): Promise<Row[]> {
  if (ranges.length === 0) return [];
  const { list, joins, params } = source.select();
  const n = params.length;
  // LIMIT inside: without it the planner may walk the whole log and compare each row with each range.
  const rows = await query<Raw>(
    `SELECT ${list} FROM unnest($${n + 1}::bigint[], $${n + 2}::bigint[]) AS g(low, high)
     CROSS JOIN LATERAL (SELECT t.* FROM ${source.table} t WHERE t.${source.idColumn} BETWEEN g.low AND g.high
       ORDER BY t.${source.idColumn} LIMIT $${n + 3}::int) l ${joins} LIMIT $${n + 3}::int`,
    [...params, ranges.map((range) => range.from.toString()), ranges.map((range) => range.to.toString()), limit],
  );
  return rows.map((row) => source.parse(row)).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
