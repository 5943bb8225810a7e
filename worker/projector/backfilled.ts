import type { DefinitionVersion } from '@/core/definition/definition';
import type { SagaRow } from '@/core/saga/row';
import type { Query } from '@/server/db/query';
import type { FirstStart } from '@/worker/follower/source';
import { type CounterName, project, type Projected } from './record';

interface Range {
  from: bigint;
  to: bigint;
}

/**
 * What the metric counters may count of these sagas: without what rows of `?backfill=1` brought about (contract part 5).
 * That is marked as counted, so that no later fold counts it either.
 * @param rowsOf all rows of each saga, in the order of `sagas`
 */
export async function countedLive(
  query: Query,
  sagas: readonly Projected[],
  rowsOf: readonly (readonly SagaRow[])[],
  how: { versions: readonly DefinitionVersion[]; first: FirstStart },
): Promise<readonly Projected[]> {
  const [any] = await query<{ any: boolean }>('SELECT EXISTS (SELECT FROM sagascope.backfilled_rows) AS any');
  if (!any?.any) return sagas;
  const found = await query<{ id: string; from: string; to: string }>(
    `SELECT saga_id::text AS id, from_id::text AS from, to_id::text AS to FROM sagascope.backfilled_rows
     WHERE saga_id = ANY($1::uuid[])`,
    [sagas.map(({ record }) => record.saga_id)],
  );
  if (found.length === 0) return sagas;
  const ranges = new Map<string, Range[]>();
  for (const { id, from, to } of found) {
    ranges.set(id, [...(ranges.get(id) ?? []), { from: BigInt(from), to: BigInt(to) }]);
  }
  const silent: { id: string; name: CounterName }[] = [];
  const live = sagas.map((saga, index) => {
    const own = ranges.get(saga.record.saga_id);
    if (!own || saga.counts.length === 0) return saga;
    const names = namesOfBackfill(rowsOf[index] ?? [], own, (rows) => project(rows, how.versions, how.first).counts);
    silent.push(...names.map((name) => ({ id: saga.record.saga_id, name })));
    return { ...saga, counts: saga.counts.filter((name) => !names.includes(name)) };
  });
  await query(
    `INSERT INTO sagascope.metric_counted (saga_id, name)
     SELECT * FROM unnest($1::uuid[], $2::text[]) ORDER BY 1, 2 ON CONFLICT DO NOTHING`,
    [silent.map(({ id }) => id), silent.map(({ name }) => name)],
  );
  return live;
}

/**
 * The names that came up while rows of a backfill were folded. Rows are taken stretch by stretch: those of one kind
 * (backfilled or live) that follow each other.
 */
export function namesOfBackfill(
  rows: readonly SagaRow[],
  ranges: readonly Range[],
  countsOf: (rows: readonly SagaRow[]) => readonly CounterName[],
): CounterName[] {
  const isBackfilled = ({ id }: SagaRow): boolean => ranges.some(({ from, to }) => id >= from && id <= to);
  const seen = new Set<CounterName>();
  const names: CounterName[] = [];
  rows.forEach((row, n) => {
    const next = rows[n + 1];
    const is = isBackfilled(row);
    if (next && isBackfilled(next) === is) return;
    for (const name of countsOf(rows.slice(0, n + 1))) {
      if (is && !seen.has(name)) names.push(name);
      seen.add(name);
    }
  });
  return names;
}
