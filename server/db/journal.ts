import { createHash } from 'node:crypto';
import {
  chain,
  type ChainedEntry,
  type ChainFault,
  firstFault,
  GENESIS,
  type JournalEntry,
} from '@/core/journal/entry';
import { Params } from './params';
import type { Query } from './query';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What is appended: the number and the hashes are given here. */
export type NewEntry = Omit<JournalEntry, 'seq'>;

// One writer of the chain at a time, to the end of its transaction. The number is this journal's own.
const CHAIN_LOCK = 7_310_416_000_001n;
const VERIFY_BATCH = 5_000;

/**
 * Appends entries to the chain, in the caller's transaction: they stand exactly if that commits. Call it last, since it
 * holds every other writer of the journal back until then.
 */
export async function appendJournal(query: Query, entries: readonly NewEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await query(`select 1 as locked from (select pg_advisory_xact_lock($1::text::bigint)) x`, [CHAIN_LOCK.toString()]);
  const [last] = await query<{ seq: string; hash: string }>(
    `select j.seq::text as seq, j.hash from sagascope.journal j order by j.seq desc limit 1`,
  );
  let seq = BigInt(last?.seq ?? '0');
  let hash = last?.hash ?? GENESIS;
  for (const entry of entries) {
    seq += 1n;
    const link = chain({ ...entry, seq }, hash, sha256);
    hash = link.hash;
    await query(
      `insert into sagascope.journal
         (seq, at, type, tenant_id, saga_id, intervention_id, actor, role, origin, body, prev_hash, hash)
       values ($1::text::bigint, to_timestamp($2::float8 / 1000), $3, $4, $5::text::uuid, $6::text::uuid, $7, $8, $9, $10, $11, $12)`,
      [
        link.seq.toString(),
        link.at,
        link.type,
        link.tenantId,
        link.sagaId,
        link.interventionId,
        link.actor,
        link.role,
        link.origin,
        link.body,
        link.prevHash,
        link.hash,
      ],
    );
  }
}

type Row = Omit<ChainedEntry, 'seq'> & { seq: string };
const toEntry = (row: Row): ChainedEntry => ({ ...row, seq: BigInt(row.seq) });
const COLUMNS = `seq::text as seq, round(extract(epoch from at) * 1000)::float8 as at, type, tenant_id as "tenantId",
  saga_id::text as "sagaId", intervention_id::text as "interventionId", actor, role, origin, body,
  prev_hash as "prevHash", hash`;

export interface JournalFilter {
  sagaId?: string;
  interventionId?: string;
  /** Keyset: entries older (or newer) than this number. */
  from?: { seq: bigint; newer: boolean };
  limit: number;
  /** SQL condition over `j`: which entries the reader may see. */
  seen: (params: Params) => string;
}

/** Entries of the journal, newest first; before a place in it (`newer`) nearest first. */
export async function readJournal(query: Query, filter: JournalFilter): Promise<ChainedEntry[]> {
  const [beyond, direction] = filter.from?.newer ? ['>', 'asc'] : ['<', 'desc'];
  const params = new Params([
    filter.sagaId ?? null,
    filter.interventionId ?? null,
    filter.from?.seq.toString() ?? null,
    filter.limit,
  ]);
  const rows = await query<Row>(
    `select ${COLUMNS} from sagascope.journal j
      where ${filter.seen(params)} and ($1::text is null or saga_id = $1::text::uuid)
        and ($2::text is null or intervention_id = $2::text::uuid)
        and ($3::text is null or seq ${beyond} $3::text::bigint)
      order by j.seq ${direction} limit $4::int`,
    params.values,
  );
  return rows.map(toEntry);
}

/** Walks the whole chain in batches. `entries`: how many were checked. */
export async function verifyJournal(query: Query): Promise<{ entries: bigint; fault: ChainFault | null }> {
  let before: { seq: bigint; hash: string } | null = null;
  for (;;) {
    const rows: Row[] = await query<Row>(
      `select ${COLUMNS} from sagascope.journal j where j.seq > $1::text::bigint order by j.seq limit $2::int`,
      [(before?.seq ?? 0n).toString(), VERIFY_BATCH],
    );
    const entries = rows.map(toEntry);
    const fault = firstFault(entries, before, sha256);
    if (fault) return { entries: before?.seq ?? 0n, fault };
    const last = entries.at(-1);
    if (!last) return { entries: before?.seq ?? 0n, fault: null };
    before = { seq: last.seq, hash: last.hash };
  }
}
