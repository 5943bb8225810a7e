import { applyEvent, combined, emptyFold, MOST_PAYLOAD_BYTES, type StreamFold } from '@/core/stream/fold';
import type { Change } from '@/core/stream/leaves';
import type { NamedReducer } from '@/core/stream/reducer';
import type { Query } from './query';
import { type Narrowing, readStreamEvents, type StreamKey, type StreamSource } from './stream-events';
import { keepSnapshot, nearestSnapshot, snapshotSize } from './stream-snapshots';

/** A snapshot is due after this many events, or this many bytes of payloads, whichever is first. */
export const SNAPSHOT_EVENTS = 256;
const SNAPSHOT_BYTES = 2_097_152;

const BATCH = { limit: 256, payloadBytes: MOST_PAYLOAD_BYTES, batchBytes: 4_194_304 } as const;

/** Which stream is folded, how far, and by what. */
export interface Folding {
  source: StreamSource;
  key: StreamKey;
  /** The last version taken in. */
  upTo: bigint;
  reducer: NamedReducer | null;
  /** Some of its events only: then no snapshot is used or made. */
  narrowing?: Narrowing;
}

/**
 * Folds a stream up to a version, from the nearest snapshot below it, and keeps the snapshots that are due on the way.
 * `changes` are those of the events of that last version. Reads the primary: what is there is in it.
 * @throws ReducerFailed
 */
export async function foldStream(
  query: Query,
  { source, key, upTo, reducer, narrowing }: Folding,
): Promise<{ fold: StreamFold; changes: Change[] }> {
  const kept = narrowing ? null : await nearestSnapshot(query, source, key, upTo, reducer);
  const fold = kept ?? emptyFold();
  let events = 0;
  let bytes = 0;
  let changes: Change[] = [];
  for (;;) {
    const { last, lastPosition } = fold.course;
    const after = last === null ? {} : { after: { version: last, position: lastPosition } };
    const batch = await readStreamEvents(query, source, key, { ...BATCH, ...after, upTo }, narrowing);
    for (const event of batch) {
      const isNext = event.version !== fold.course.last;
      if (isNext && !narrowing && isDue(fold, events, bytes)) {
        await keepSnapshot(query, source, key, fold, reducer);
        events = 0;
        bytes = 0;
      }
      const made = applyEvent(fold, event, reducer);
      changes = isNext ? made : [...changes, ...made];
      events += 1;
      bytes += event.payloadBytes;
    }
    // A batch may be cut by its bytes: only an empty one is the end, or the last version where it stands once.
    if (batch.length === 0 || (source.unique && fold.course.last === upTo)) return { fold, changes: combined(changes) };
  }
}

/** Never more snapshots than events in bytes: a large state waits until as much was written since. */
const isDue = (fold: StreamFold, events: number, bytes: number): boolean =>
  (events >= SNAPSHOT_EVENTS || bytes >= SNAPSHOT_BYTES) && bytes >= snapshotSize(fold);
