import { type NamedReducer, ReducerFailed } from '@/core/stream/reducer';
import { sees, visible } from '@/server/auth/visible';
import { metadataWord } from '@/server/db/event-store';
import type { Query } from '@/server/db/query';
import { type StreamBounds, streamBounds } from '@/server/db/stream-bounds';
import { type Narrowing, type StreamKey, type StreamSource, streamSource } from '@/server/db/stream-events';
import { type FoldedStream, type Folding, foldStream, SNAPSHOT_EVENTS, StillFolding } from '@/server/db/stream-fold';
import { courseUpTo } from '@/server/db/stream-page';
import { findReducer, type FoundReducer } from '@/server/db/stream-reducers';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';

/** The longest that a request folds a stream that has no snapshots yet; the next one goes on from there. */
const PATIENCE_MS = 1_200;

/** Versions that are folded without looking for a nearer snapshot first. */
const NEAR = BigInt(4 * SNAPSHOT_EVENTS);

/** A stream as a caller sees it: where it is read from, and which of its events are theirs. */
export interface FoundStream {
  query: Query;
  source: StreamSource;
  key: StreamKey;
  found: FoundReducer;
  /** By which snapshots are made; null: by merge. */
  reducer: NamedReducer | null;
  /** Only some of its events are theirs to see. */
  narrowing?: Narrowing;
}

/** A stream that the caller may see, folded to its end. */
export interface OpenStream extends FoundStream {
  first: bigint;
  last: bigint;
  at: bigint;
  whole: Folded;
  atFold: FoldedStream;
}

/** A fold, by which reducer, and what was wrong with one. */
export interface Folded extends FoldedStream {
  reducer: NamedReducer | null;
  told: { file: string; error: string | null; version: bigint | null } | null;
}

/** The address of a stream: `~` is the empty type. */
export const keyOf = (input: { aggregateType: string; aggregateId: string }): StreamKey => ({
  aggregateType: input.aggregateType === '~' ? '' : input.aggregateType,
  aggregateId: input.aggregateId,
});

const narrowingOf =
  (ctx: Ctx, { columns }: StreamSource): Narrowing =>
  (params) =>
    visible(ctx, 'streams.read', params, { tenant: `coalesce(${metadataWord(columns, 'tenant_id')}, '')` });

/** Whether every event of every stream is the caller's to see: then nothing needs to be known of this one. */
export const seesEverything = (ctx: Ctx): boolean => sees(ctx, 'streams.read', { tenantId: '' });

/** Where a stream is read from. @throws Problem `not_found` where there is no table that has streams */
export async function findStream(ctx: Ctx, key: StreamKey): Promise<FoundStream> {
  const query = ctx.db.primary;
  const [source, found] = await Promise.all([streamSource(query), findReducer(key.aggregateType)]);
  if (source === null) throw new Problem('not_found', 'There is no table event_store that streams could be read from.');
  return { query, source, key, found, reducer: found !== null && 'reduce' in found ? found : null };
}

/**
 * Finds a stream in event_store and folds it to its end and to a version. A caller who may not see all of it is given
 * the events of the tenants that they see; one who sees none of them learns nothing.
 * @throws Problem `not_found`; `unavailable` while a long stream is folded for the first time
 */
export async function openStream(ctx: Ctx, stream: FoundStream, asked: bigint | null): Promise<OpenStream> {
  const { query, source, key } = stream;
  if (seesEverything(ctx)) {
    const bounds = await streamBounds(query, stream, asked);
    if (bounds === null) throw notFound(key);
    return foldBoth(stream, bounds);
  }
  const seen = narrowingOf(ctx, source);
  // First of all whether any of it is theirs: a stream of others is as if it were not there.
  const [own, bounds] = await Promise.all([
    streamBounds(query, { ...stream, narrowing: seen }, asked),
    streamBounds(query, stream, asked),
  ]);
  if (own === null || bounds === null) throw notFound(key);
  const open = await foldBoth(stream, bounds);
  const { tenantId, mixedTenants } = open.whole.fold.course;
  if (sees(ctx, 'streams.read', { tenantId: mixedTenants ? '' : tenantId })) return open;
  return foldBoth({ ...stream, narrowing: seen }, own);
}

/**
 * A stream without its state, for pages of its events.
 * @throws Problem `not_found` where there is none, or none of its events is the caller's to see
 */
export async function seenStream(ctx: Ctx, stream: FoundStream): Promise<FoundStream> {
  const { query, source, key } = stream;
  const everything = seesEverything(ctx);
  const seen = narrowingOf(ctx, source);
  const bounds = await streamBounds(query, { ...stream, narrowing: seen }, null);
  if (bounds === null) throw notFound(key);
  if (everything) return stream;
  // Its end by all of its events, not by theirs.
  const end = { version: 2n ** 63n - 1n, position: 2n ** 63n - 1n };
  const { tenantId, mixedTenants } = await courseUpTo(query, stream, end);
  const seesAll = sees(ctx, 'streams.read', { tenantId: mixedTenants ? '' : tenantId });
  return seesAll ? stream : { ...stream, narrowing: seen };
}

/**
 * Folded to its end and to the version asked for, both in the same way: side by side where both go on from near, else the
 * second from the snapshots that the first has made.
 */
async function foldBoth(stream: FoundStream, bounds: StreamBounds): Promise<OpenStream> {
  const { first, last, at } = bounds;
  const isNear = at - (bounds.belowAt?.course.last ?? first) <= NEAR;
  const byVersion = (upTo: bigint, from: Folding['from'], reducer: NamedReducer | null) =>
    foldStream(stream.query, { ...stream, upTo, from, reducer, patienceMs: PATIENCE_MS });
  try {
    const [whole, asked] = await Promise.all([
      foldBest(stream, bounds),
      at === last || !isNear ? null : byVersion(at, bounds.belowAt, stream.reducer).catch(unlessReducer),
    ]);
    // By another way than it was begun in, where the reducer failed on the way to the end.
    const isSame = whole.reducer === stream.reducer;
    const atFold = at === last ? whole : ((isSame ? asked : null) ?? (await byVersion(at, undefined, whole.reducer)));
    return { ...stream, first, last, at, reducer: whole.reducer, whole, atFold };
  } catch (error) {
    if (error instanceof StillFolding) throw stillFolding(error.version, last);
    throw error;
  }
}

function unlessReducer(error: unknown): null {
  if (error instanceof ReducerFailed) return null;
  throw error;
}

/** By the reducer of the type; where it cannot be used, or fails at some event, by merge, and the reason is told. */
async function foldBest(stream: FoundStream, { last, belowLast }: StreamBounds): Promise<Folded> {
  const { query, found, reducer } = stream;
  const of = { ...stream, upTo: last, patienceMs: PATIENCE_MS };
  const file = found?.file ?? '';
  const error = found !== null && 'error' in found ? found.error : null;
  try {
    const folded = await foldStream(query, { ...of, from: belowLast });
    return { ...folded, reducer, told: found && { file, error, version: null } };
  } catch (thrown) {
    if (!(thrown instanceof ReducerFailed)) throw thrown;
    const merged = await foldStream(query, { ...of, reducer: null });
    return { ...merged, reducer: null, told: { file, error: thrown.message, version: thrown.version } };
  }
}

const stillFolding = (version: bigint, last: bigint): Problem =>
  new Problem(
    'unavailable',
    `The stream is being folded for the first time: version ${version.toLocaleString('en')} of ${last.toLocaleString('en')} is done. The next request goes on from there.`,
    { retryAfterS: 0 },
  );

const notFound = ({ aggregateType, aggregateId }: StreamKey): Problem =>
  new Problem('not_found', `No event has aggregate type '${aggregateType}' and id '${aggregateId}'.`);
