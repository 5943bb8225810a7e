import type { Query } from '@/server/db/query';

/** What a follower needs of a row: its position, and when its writer says that it happened (epoch ms). */
export interface LogRow {
  id: bigint;
  createdAt: number;
}

/** When the console first looked at this log: what is older is history. */
export interface FirstStart {
  at: number;
  lastId: bigint;
}

export interface Work<Row> {
  /** In log order. */
  rows: readonly Row[];
  /** These rows turned up below rows that were applied already. */
  late: boolean;
  /** Everything up to here is applied once this work is. */
  upTo: bigint;
  first: FirstStart;
  /** The database's now() of this transaction, epoch ms. */
  now: number;
  /** This work failed once on its data: keep what fails apart from the rest. */
  careful: boolean;
}

/**
 * A table with a bigserial that can be followed, and what becomes of its rows. `Raw` is what the select list answers.
 * `apply` runs in the transaction that moves the checkpoint; `forget` drops whatever was remembered of rolled back work.
 */
export interface LogSource<Row extends LogRow, Raw extends { id: string }> {
  /** Key of its checkpoint. */
  log: string;
  /** As SQL: `public.saga_log`. */
  table: string;
  idColumn: string;
  /** SQL over alias `l` that tells this row from the one that a restored log may have in its place. */
  fingerprint: string;
  /** Called in every loop before anything is read, outside a transaction. */
  prepare(query: Query): Promise<void>;
  /** Select list and joins over alias `l`; its parameters are $1… */
  select(): { list: string; joins: string; params: unknown[] };
  parse(raw: Raw): Row;
  apply(query: Query, work: Work<Row>): Promise<void>;
  /** One portion of work that waits for a quiet moment, in its own transaction; false: there is none. */
  hasSpareWork(): boolean;
  spareWork(query: Query, place: { first: FirstStart; last: bigint }): Promise<void>;
  forget(): void;
}

export interface FollowerOptions {
  /** Rows per transaction at most. */
  batch: number;
  /** How long a gap holds the rows behind it, ms. */
  passAfter: number;
  /** How long gaps without lock evidence stay open, and skipped positions are looked up, ms. */
  keep: number;
  /** Between two look-ups of skipped positions, ms. */
  skippedEvery: number;
  /** Polling when busy, and at most when idle, ms. */
  busyPoll: number;
  idlePoll: number;
}

export const FOLLOWER_DEFAULTS: FollowerOptions = {
  batch: 5_000,
  passAfter: 1_000,
  keep: 24 * 3_600_000,
  skippedEvery: 60_000,
  busyPoll: 20,
  idlePoll: 250,
};
