import type { Query } from '@/server/db/query';

/** A transaction that may still fill a gap: it holds the table or its sequence. pid null: a prepared transaction. */
export interface Holder {
  /** Virtual transaction: backend and its local transaction number, never used twice while the server runs. */
  v: string;
  pid: number | null;
}

/** What must be watched to know who may still fill a gap, or why nothing can tell. Contract part 6. */
export interface Watched {
  /** oids of the table, its partitions and the sequence of its id. */
  relations: string[];
  /** null: locks are evidence. Else why they are not, in words for people. */
  noEvidence: string | null;
}

interface Sequence {
  seq: string | null;
  name: string | null;
  cache: string | null;
  increment: string | null;
  cycle: boolean | null;
  subscribed: boolean;
}

/** Looks up the relations to watch for a table, given as `schema.table`, and whether their locks prove anything. */
export async function watchedRelations(query: Query, table: string, idColumn: string): Promise<Watched> {
  const parts = await query<{ oid: string }>(
    `SELECT relid::oid::text AS oid FROM pg_partition_tree($1::regclass) UNION SELECT $1::regclass::oid::text`,
    [table],
  );
  const [sequence] = await query<Sequence>(
    `SELECT s.oid::text AS seq, s.oid::regclass::text AS name, q.seqcache::text AS cache,
            q.seqincrement::text AS increment, q.seqcycle AS cycle,
            EXISTS (SELECT FROM pg_subscription_rel WHERE srrelid = $1::regclass) AS subscribed
     FROM (SELECT coalesce(pg_get_serial_sequence($1::text, $2::text)::regclass::oid,
       (SELECT d.refobjid FROM pg_attrdef f JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
        JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass
        JOIN pg_class c ON c.oid = d.refobjid AND c.relkind = 'S'
        WHERE f.adrelid = $1::regclass AND a.attname = $2::text LIMIT 1)) AS oid) s
     LEFT JOIN pg_sequence q ON q.seqrelid = s.oid`,
    [table, idColumn],
  );
  const relations = parts.map((part) => part.oid);
  if (sequence?.seq) relations.push(sequence.seq);
  return { relations, noEvidence: whyNoEvidence(table, sequence) };
}

function whyNoEvidence(table: string, sequence: Sequence | undefined): string | null {
  if (!sequence?.seq) return `${table} takes its ids from no sequence of this database`;
  if (sequence.subscribed) return `${table} is filled by logical replication`;
  if (sequence.cache !== '1') return `sequence ${sequence.name} has CACHE ${sequence.cache}; ALTER it to CACHE 1`;
  if (sequence.increment !== '1') return `sequence ${sequence.name} has INCREMENT ${sequence.increment}, not 1`;
  if (sequence.cycle) return `sequence ${sequence.name} starts over when it ends (CYCLE)`;
  return null;
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
