import type { Client } from 'pg';
import type { Watched } from '@/server/db/lock-evidence';
import { pgQuery, type Query } from '@/server/db/query';
import {
  type Checkpoint,
  CheckpointMoved,
  type Gap,
  loadGaps,
  loadSkipped,
  moveCheckpoint,
  readCheckpoint,
  replaceGaps,
  saveBeat,
  saveFound,
  saveSkipped,
  saveState,
} from './checkpoint';
import { isDataFault } from './data-fault';
import { gapState, mergeGaps, openGaps, settleGaps } from './gaps';
import { blockersOf, type Holder, holderKey, holdersOf, isEnding } from './locks';
import { gaplessCount, missingRanges, type Range, rangeWithout } from './range';
import { readOn, readWithin } from './reader';
import type { FollowerOptions, LogRow, LogSource } from './source';

export type Say = (line: string) => void;

const LOWEST = -9223372036854775808n;
const SKIPPED_PAGE = 5_000;
const BEAT_MS = 500;
const ago = (at: number | null): number | null => (at === null ? null : performance.now() - at);

interface Applied<Row> {
  rows: readonly Row[];
  late: boolean;
  last: bigint;
  removed?: readonly Gap[];
  added?: readonly Gap[];
  skipped?: readonly Range[];
  found?: readonly bigint[];
}

/**
 * Follows one log over one connection without losing a row: contract part 6, step by step. Holds its place in memory
 * and in the checkpoint, which moves in the transaction that applies the rows. Not for use by two callers at once.
 */
export class LogFollower<Row extends LogRow, Raw extends { id: string }> {
  private readonly query: Query;
  private place: Checkpoint = { last: 0n, rowsApplied: 0n, state: 'running', first: { at: 0, lastId: 0n } };
  private gaps: Gap[] = [];
  private readonly waited = new Set<string>();
  private batch: number;
  private lastBeat = 0;
  /** When the log was last read to its end, and when it was before the read at hand: its rows became visible since. */
  private readToEndAt: number | null = null;
  private visibleSince: number | null = null;
  private nextLook = 0;
  private skippedAfter: bigint | null = LOWEST;
  private nextSkipped = 0;

  constructor(
    private readonly client: Client,
    private readonly source: LogSource<Row, Raw>,
    private readonly watched: Watched,
    private readonly options: FollowerOptions,
    private readonly say: Say,
    private readonly pause: (ms: number) => Promise<void>,
  ) {
    this.query = pgQuery(client);
    this.batch = options.batch;
  }

  /** Takes its place from the checkpoint; open gaps get the holders of now. Throws LogReplaced. */
  async load(): Promise<void> {
    this.source.forget();
    this.place = await readCheckpoint(this.query, this.source);
    const open = await loadGaps(this.query, this.source.log);
    this.gaps = await this.opened(open);
    await this.transaction(async (query) => {
      await this.lockPlace(query);
      await replaceGaps(query, this.source.log, this.gaps, this.gaps);
      await this.saveGapState(query, this.gaps);
    });
  }

  /** One loop; answers how long to wait before the next, or null: there is nothing to do. */
  async cycle(): Promise<number | null> {
    await this.source.prepare(this.query);
    const late = await this.lookAtGaps();
    const { read, full } = await this.readHead();
    const skipped = await this.lookAtSkipped();
    if (this.source.hasSpareWork()) {
      await this.transaction(async (query) => {
        await this.lockPlace(query);
        await this.source.spareWork(query, this.place);
      });
      return 0;
    }
    await this.beat();
    if (full || skipped) return 0;
    return read || late ? this.options.busyPoll : null;
  }

  /** Contract part 6, steps 1 to 5. */
  private async readHead(): Promise<{ read: boolean; full: boolean }> {
    const started = performance.now();
    const rows = await readOn(this.query, this.source, { after: this.place.last, limit: this.batch });
    const high = rows.at(-1)?.id;
    const full = rows.length >= this.batch;
    this.visibleSince = this.readToEndAt;
    if (!full) this.readToEndAt = started;
    if (high === undefined) return { read: false, full: false };
    const gapless = gaplessCount(
      this.place.last,
      rows.map((row) => row.id),
    );
    if (gapless === rows.length) await this.apply({ rows, late: false, last: high });
    else await this.readPastGap(rows.slice(0, gapless), high);
    this.adapt(performance.now() - started, full);
    return { read: true, full };
  }

  private async readPastGap(prefix: Row[], high: bigint): Promise<void> {
    if (this.watched.noEvidence !== null) return this.readUpTo(high, null);
    const before = await holdersOf(this.query, this.watched.relations);
    if (before.length === 0) return this.readUpTo(high, []);
    const prefixEnd = prefix.at(-1)?.id;
    if (prefixEnd !== undefined) await this.apply({ rows: prefix, late: false, last: prefixEnd });
    await this.readUpTo(high, await this.waitFor(before));
  }

  /** Waits until none of `before` can fill a gap any more; answers who still can after a second. */
  private async waitFor(before: readonly Holder[]): Promise<Holder[]> {
    const end = performance.now() + this.options.passAfter;
    for (let delay = 10; ; delay = Math.min(delay * 2, 250)) {
      const now = await holdersOf(this.query, this.watched.relations);
      const blockers = blockersOf(before, now);
      const present = new Set(now.map(holderKey));
      for (const key of this.waited) if (!present.has(key)) this.waited.delete(key);
      // Whoever was waited for once has had its second.
      const isPassed = performance.now() >= end || blockers.every((holder) => this.waited.has(holderKey(holder)));
      if (isPassed) {
        for (const holder of blockers) if (!isEnding(holder)) this.waited.add(holderKey(holder));
        return blockers;
      }
      await this.beat();
      await this.pause(Math.min(delay, Math.max(end - performance.now(), 1)));
    }
  }

  /** Reads once more up to `high`. What is missing then is skipped where nobody can fill it, and stays open otherwise. */
  private async readUpTo(high: bigint, blockers: readonly Holder[] | null): Promise<void> {
    while (this.place.last < high) {
      const rows = await readOn(this.query, this.source, { after: this.place.last, upTo: high, limit: this.batch });
      const last = rows.length < this.batch ? high : (rows.at(-1)?.id ?? high);
      const missing = missingRanges(
        this.place.last,
        rows.map((row) => row.id),
        last,
      );
      if (blockers?.length === 0) {
        await this.apply({ rows, late: false, last, skipped: missing });
      } else {
        const at = Date.now();
        const added = await this.opened(
          missing.map((range) => ({ ...range, since: at })),
          blockers ?? undefined,
        );
        await this.apply({ rows, late: false, last, added });
      }
    }
  }

  private opened(ranges: readonly (Range & { since: number })[], known?: readonly Holder[]): Promise<Gap[]> {
    return openGaps(this.query, this.watched, ranges, { known, before: this.gaps, keep: this.options.keep });
  }

  /** Evidence, then look, then close: in this order. Rows found are applied late. */
  private async lookAtGaps(): Promise<boolean> {
    if (this.gaps.length === 0 || performance.now() < this.nextLook) return false;
    const started = performance.now();
    const now = this.watched.noEvidence === null ? await holdersOf(this.query, this.watched.relations) : [];
    const isOver = (gap: Gap): boolean =>
      gap.holders === null ? Date.now() - gap.since > this.options.keep : blockersOf(gap.holders, now).length === 0;
    const over = new Set(this.gaps.filter(isOver));
    const rows = await readWithin(this.query, this.source, this.gaps, this.batch);
    // Looking may cost a tenth of the time, no more, however many gaps there are.
    this.nextLook = performance.now() + 10 * Math.max(performance.now() - started - 2, 0);
    if (rows.length >= this.batch) over.clear();
    const ids = rows.map((row) => row.id);
    const change = settleGaps(this.gaps, over, ids);
    if (change.removed.length === 0) return false;
    await this.apply({ rows, late: true, last: this.place.last, ...change });
    return true;
  }

  /** Skipped positions are looked up for a day: one that turns up is a fault of the source, applied late. */
  private async lookAtSkipped(): Promise<boolean> {
    if (this.skippedAfter === null) {
      if (performance.now() < this.nextSkipped) return false;
      this.skippedAfter = LOWEST;
    }
    const page = { after: this.skippedAfter, keepMs: this.options.keep, limit: SKIPPED_PAGE };
    const ranges = await loadSkipped(this.query, this.source.log, page);
    const isLast = ranges.length < SKIPPED_PAGE;
    this.skippedAfter = isLast ? null : (ranges.at(-1)?.from ?? null);
    if (isLast) this.nextSkipped = performance.now() + this.options.skippedEvery;
    const missing = ranges.flatMap((range) => rangeWithout(range, range.found));
    const rows = await readWithin(this.query, this.source, missing, this.batch);
    if (rows.length > 0) {
      const found = rows.map((row) => row.id);
      this.say(
        `${this.source.table}: ${found.length} rows appeared at positions that no transaction could fill any more (first ${found[0]}). Their writer breaks the order of the log; they were applied late.`,
      );
      await this.apply({ rows, late: true, last: this.place.last, found });
    }
    return !isLast;
  }

  private async apply(work: Applied<Row>): Promise<void> {
    try {
      await this.applyOnce(work, false);
    } catch (error) {
      if (!isDataFault(error)) throw error;
      this.say(`A batch of ${this.source.log} failed on its data, once more row by row: ${String(error)}`);
      await this.applyOnce(work, true);
    }
  }

  private async applyOnce(work: Applied<Row>, careful: boolean): Promise<void> {
    const { rows, late, last, removed = [], added = [], skipped = [], found = [] } = work;
    const gaps = removed.length + added.length === 0 ? this.gaps : mergeGaps(this.gaps, removed, added);
    const { log } = this.source;
    await this.transaction(async (query) => {
      const locked = await this.lockPlace(query);
      if (rows.length > 0) {
        await this.source.apply(query, { rows, late, upTo: last, first: locked.first, now: locked.now, careful });
      }
      await replaceGaps(query, log, removed, added);
      await saveSkipped(query, log, skipped);
      if (found.length > 0) await saveFound(query, log, found);
      const newestAt = rows.at(-1)?.createdAt ?? null;
      const waited = { waitedMs: late ? null : ago(this.visibleSince), readToEndMs: ago(this.readToEndAt) };
      await moveCheckpoint(query, this.source, { last, rows: rows.length, newestAt, ...waited });
      if (gaps !== this.gaps) await this.saveGapState(query, gaps);
    });
    this.gaps = gaps;
    this.place = { ...this.place, last, rowsApplied: this.place.rowsApplied + BigInt(rows.length) };
    this.lastBeat = performance.now();
  }

  private saveGapState(query: Query, gaps: readonly Gap[]): Promise<void> {
    const { state, text } = gapState(this.source.table, gaps);
    return saveState(query, this.source.log, state, text);
  }

  /** At least once a second, also while nothing happens: the follower lives, and its log is still the same. */
  private async beat(): Promise<void> {
    if (performance.now() - this.lastBeat < BEAT_MS) return;
    this.checkPlace(await readCheckpoint(this.query, this.source));
    await saveBeat(this.query, this.source.log, ago(this.readToEndAt));
    this.lastBeat = performance.now();
  }

  /** First in every transaction: a rebuild takes the same lock before it empties anything. */
  private async lockPlace(query: Query): Promise<Checkpoint & { now: number }> {
    const found = await readCheckpoint(query, this.source, true);
    this.checkPlace(found);
    return found;
  }

  private checkPlace({ last, rowsApplied }: Checkpoint): void {
    if (last === this.place.last && rowsApplied === this.place.rowsApplied) return;
    throw new CheckpointMoved(`the checkpoint of ${this.source.log} moved to ${last}`);
  }

  private async transaction(work: (query: Query) => Promise<void>): Promise<void> {
    await this.client.query('BEGIN');
    try {
      await work(this.query);
      await this.client.query('COMMIT');
    } catch (error) {
      // What the source remembers of a transaction that may not have happened is worth nothing.
      this.source.forget();
      await this.client.query('ROLLBACK');
      throw error;
    }
  }

  // Large contexts make a batch slow: others would wait for its commit, so it shrinks, and grows again afterwards.
  private adapt(tookMs: number, full: boolean): void {
    if (tookMs > 2_000) this.batch = Math.max(100, Math.floor(this.batch / 2));
    else if (tookMs < 1_000 && full) this.batch = Math.min(this.options.batch, this.batch * 2);
  }
}
