import type { Query } from './query';

/** What must be watched to know who may still fill a gap, or why nothing can tell. Contract part 6. */
export interface Watched {
  /** oids of the table, its partitions and the sequence of its id. */
  relations: string[];
  /** null: locks are evidence. Else why they are not, in words for people, without a capital or a full stop. */
  noEvidence: string | null;
}

interface Sequence {
  seq: string | null;
  name: string | null;
  cache: string | null;
  increment: string | null;
  cycle: boolean | null;
  subscribed: boolean;
  replica: boolean;
}

/**
 * Looks up the relations to watch for a table, given as `schema.table`, and whether their locks prove anything: only on
 * a primary, with a sequence of CACHE 1, INCREMENT 1, NO CYCLE. Rejects where there is no such table. Contract part 6.
 */
export async function watchedRelations(query: Query, table: string, idColumn: string): Promise<Watched> {
  const parts = await query<{ oid: string }>(
    `SELECT relid::oid::text AS oid FROM pg_partition_tree($1::text::regclass) UNION SELECT $1::text::regclass::oid::text`,
    [table],
  );
  const [sequence] = await query<Sequence>(
    `SELECT s.oid::text AS seq, s.oid::regclass::text AS name, q.seqcache::text AS cache,
            q.seqincrement::text AS increment, q.seqcycle AS cycle, pg_is_in_recovery() AS replica,
            EXISTS (SELECT FROM pg_subscription_rel WHERE srrelid = $1::text::regclass) AS subscribed
     FROM (SELECT coalesce(pg_get_serial_sequence($1::text, $2::text)::regclass::oid,
       (SELECT d.refobjid FROM pg_attrdef f JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
        JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass
        JOIN pg_class c ON c.oid = d.refobjid AND c.relkind = 'S'
        WHERE f.adrelid = $1::text::regclass AND a.attname = $2::text LIMIT 1)) AS oid) s
     LEFT JOIN pg_sequence q ON q.seqrelid = s.oid`,
    [table, idColumn],
  );
  const relations = parts.map((part) => part.oid);
  if (sequence?.seq) relations.push(sequence.seq);
  return { relations, noEvidence: whyNoEvidence(table, sequence) };
}

function whyNoEvidence(table: string, sequence: Sequence | undefined): string | null {
  if (sequence?.replica) return 'this server is a replica, where writers hold no locks; connect to the primary';
  if (!sequence?.seq) return `${table} takes its ids from no sequence of this database`;
  if (sequence.subscribed) return `${table} is filled by logical replication`;
  if (sequence.cache !== '1') return `sequence ${sequence.name} has CACHE ${sequence.cache}; ALTER it to CACHE 1`;
  if (sequence.increment !== '1') return `sequence ${sequence.name} has INCREMENT ${sequence.increment}, not 1`;
  if (sequence.cycle) return `sequence ${sequence.name} starts over when it ends (CYCLE)`;
  return null;
}
