import type { Query } from '@/server/db/query';

/** A transaction that may still fill a gap: it holds the table or its sequence. pid null: a prepared transaction. */
export interface Holder {
  /** Virtual transaction: backend and its local transaction number, never used twice while the server runs. */
  v: string;
  pid: number | null;
}

/** Who holds a lock that a writer of these relations takes, to the end of its transaction. Contract part 6. */
export function holdersOf(query: Query, relations: readonly string[]): Promise<Holder[]> {
  return query<Holder>(
    `SELECT DISTINCT virtualtransaction AS v, pid FROM pg_locks WHERE locktype = 'relation' AND granted
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND relation = ANY($1::oid[])
     AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')`,
    [relations],
  );
}

/** A name for a holder that no later transaction has. */
export const holderKey = ({ v, pid }: Holder): string => `${v} ${pid}`;

/** Prepared: it may end any time later. Ending: its rows are visible soon, its locks are not all gone. */
const isUncertain = (holder: Holder): boolean => holder.pid === null || isEnding(holder);
export const isEnding = ({ v }: Holder): boolean => v.endsWith('/0');

/** Who of `now` still stands between a gap and its end, given who held the locks when the gap was seen. None: it is over. */
export function blockersOf(before: readonly Holder[], now: readonly Holder[]): Holder[] {
  const keys = new Set(before.map(holderKey));
  return now.filter((holder) => isUncertain(holder) || keys.has(holderKey(holder)));
}

/** Since when these backends have had their transactions open (ISO); null where this role may not see it. */
export async function openSince(query: Query, holders: readonly Holder[]): Promise<Map<number, string | null>> {
  const pids = holders.flatMap(({ pid }) => pid ?? []);
  if (pids.length === 0) return new Map();
  const rows = await query<{ pid: number; started: number | null }>(
    `SELECT pid, (extract(epoch FROM xact_start) * 1000)::float8 AS started FROM pg_stat_activity WHERE pid = ANY($1::int[])`,
    [pids],
  );
  return new Map(rows.map((row) => [row.pid, row.started === null ? null : new Date(row.started).toISOString()]));
}
