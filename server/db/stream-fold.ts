import { applyEvent, combined, emptyFold, MOST_PAYLOAD_BYTES, type StreamFold } from '@/core/stream/fold';
import type { Change } from '@/core/stream/leaves';
import type { NamedReducer } from '@/core/stream/reducer';
import type { Query } from './query';
import { type Narrowing, readStreamEvents, type StreamKey, type StreamRow, type StreamSource } from './stream-events';
import {
  canBeKept,
  keepSnapshots,
  type KeptFold,
  nearestSnapshot,
  snapshotRow,
  snapshotSize,
} from './stream-snapshots';

/** A snapshot is due after this many events, or this many bytes of payloads, whichever is first. */
export const SNAPSHOT_EVENTS = 128;
const SNAPSHOT_BYTES = 2_097_152;

const BATCH = { payloadBytes: MOST_PAYLOAD_BYTES, batchBytes: 4_194_304 } as const;
const FIRST_BATCH = 256;
const NEXT_BATCH = 2_048;
/** Snapshots that are written in one statement: as many, or as many characters. */
const KEPT_AT_ONCE = 64;
const KEPT_CHARACTERS = 4_194_304;

/** Which stream is folded, how far, and by what. */
export interface Folding {
  source: StreamSource;
  key: StreamKey;
  /** The last version taken in. */
  upTo: bigint;
  reducer: NamedReducer | null;
  /** Some of its events only: then no snapshot is used or made. */
  narrowing?: Narrowing;
  /** The snapshot to go on from, where it has been looked up; null: there is none. */
  from?: StreamFold | null;
  /** Stops after this long, with what it has kept, where a next call goes on from there. */
  patienceMs?: number;
}

export interface FoldedStream {
  fold: StreamFold;
  /** Of the events of the last version. */
  changes: Change[];
  /** The last event. */
  event: StreamRow | null;
}

/** A long stream was folded up to a version only: the next call goes on from there. */
export class StillFolding extends Error {
  constructor(readonly version: bigint) {
    super(`folded up to version ${version}`);
  }
}

/**
 * Folds a stream up to a version, from the nearest snapshot below it, and keeps the snapshots that are due on the way.
 * Reads the primary: what is there is in it. The next batch is read while one is folded.
 * @throws ReducerFailed; StillFolding when its patience is over
 */
export async function foldStream(query: Query, folding: Folding): Promise<FoldedStream> {
  const { source, key, upTo, reducer, narrowing } = folding;
  const fold = (await begunFrom(query, folding)) ?? emptyFold();
  const keeper = narrowing || !canBeKept(key) ? null : new Keeper(query, source, key, reducer);
  const until = keeper === null || folding.patienceMs === undefined ? Infinity : performance.now() + folding.patienceMs;
  const read = (after: { version: bigint; position: bigint } | null, limit: number): Promise<StreamRow[]> => {
    const batch = readStreamEvents(query, source, key, { ...BATCH, ...(after && { after }), upTo, limit }, narrowing);
    // Waited for below; until then its failure is nobody's.
    batch.catch(() => undefined);
    return batch;
  };
  const { last, lastPosition } = fold.course;
  let next = read(last === null ? null : { version: last, position: lastPosition }, FIRST_BATCH);
  let changes: Change[] = [];
  let event: StreamRow | null = null;
  for (;;) {
    const batch = await next;
    const end = batch.at(-1);
    // A batch may be cut by its bytes: only an empty one is the end, or the last version where it stands once.
    const isEnd = end === undefined || (source.unique && end.version === upTo);
    if (!isEnd) next = read(end, NEXT_BATCH);
    for (const one of batch) {
      const isNext = one.version !== fold.course.last;
      // Between two versions only: a snapshot has all events of its last one.
      if (isNext) await keeper?.keepIfDue(fold);
      if (isNext && performance.now() > until && (await keeper?.stopAt(fold))) {
        throw new StillFolding(fold.course.last ?? 0n);
      }
      const made = applyEvent(fold, one, reducer);
      changes = isNext ? made : [...changes, ...made];
      keeper?.count(one);
      event = one;
    }
    if (isEnd) {
      await keeper?.flush();
      return { fold, changes: combined(changes), event };
    }
  }
}

async function begunFrom(query: Query, { from, narrowing, upTo, ...of }: Folding): Promise<StreamFold | null> {
  if (narrowing) return null;
  return from === undefined ? nearestSnapshot(query, { ...of, below: upTo }) : from;
}

/** Keeps the snapshots of one fold, many in a statement. */
class Keeper {
  /** Events since the fold began, and since its last snapshot. */
  private counted = 0;
  private events = 0;
  private bytes = 0;
  private due: KeptFold[] = [];
  private characters = 0;

  constructor(
    private readonly query: Query,
    private readonly source: StreamSource,
    private readonly key: StreamKey,
    private readonly reducer: NamedReducer | null,
  ) {}

  count({ payloadBytes }: StreamRow): void {
    this.counted += 1;
    this.events += 1;
    this.bytes += payloadBytes;
  }

  /** Never more snapshots than events in bytes: a large state waits until as much was written since. */
  async keepIfDue(fold: StreamFold): Promise<void> {
    if (this.events < SNAPSHOT_EVENTS && this.bytes < SNAPSHOT_BYTES) return;
    if (this.bytes < snapshotSize(fold)) return;
    this.take(fold);
    if (this.due.length >= KEPT_AT_ONCE || this.characters >= KEPT_CHARACTERS) await this.flush();
  }

  /** Keeps what is due, and the fold as far as it is; false: it has hardly begun, and goes on. */
  async stopAt(fold: StreamFold): Promise<boolean> {
    if (this.counted < SNAPSHOT_EVENTS) return false;
    // Kept a moment ago, where one was due here as well.
    if (this.events > 0) this.take(fold);
    await this.flush();
    return true;
  }

  private take(fold: StreamFold): void {
    const row = snapshotRow(this.source, this.key, fold);
    this.events = 0;
    this.bytes = 0;
    if (row === null) return;
    this.due.push(row);
    this.characters += (row.state?.length ?? 0) + row.blame.length + row.course.length;
  }

  async flush(): Promise<void> {
    const rows = this.due;
    this.due = [];
    this.characters = 0;
    await keepSnapshots(this.query, this.key, this.reducer, rows);
  }
}
