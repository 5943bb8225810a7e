import type { StreamFold } from '@/core/stream/fold';
import type { Change } from '@/core/stream/leaves';
import { type NamedReducer, ReducerFailed } from '@/core/stream/reducer';
import { sees, visible } from '@/server/auth/visible';
import { metadataWord } from '@/server/db/event-store';
import type { Query } from '@/server/db/query';
import {
  type Narrowing,
  streamBounds,
  type StreamKey,
  type StreamSource,
  streamSource,
} from '@/server/db/stream-events';
import { foldStream } from '@/server/db/stream-fold';
import { findReducer } from '@/server/db/stream-reducers';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';

/** A stream that the caller may see: where it is read from, and how far it goes. */
export interface OpenStream {
  query: Query;
  source: StreamSource;
  key: StreamKey;
  first: bigint;
  last: bigint;
  at: bigint;
  /** Only some of its events are theirs to see. */
  narrowing?: Narrowing;
  /** Folded to the end. */
  whole: Folded;
}

/** A fold, by which reducer, and what was wrong with one. */
export interface Folded {
  fold: StreamFold;
  changes: Change[];
  reducer: NamedReducer | null;
  told: { file: string; error: string | null; version: bigint | null } | null;
}

/** The address of a stream: `~` is the empty type. */
export const keyOf = (input: { aggregateType: string; aggregateId: string }): StreamKey => ({
  aggregateType: input.aggregateType === '~' ? '' : input.aggregateType,
  aggregateId: input.aggregateId,
});

/**
 * Finds a stream in event_store and folds it to its end. A caller who may not see all of it is given the events of the
 * tenants that they see; one who sees none of them learns nothing.
 * @throws Problem `not_found`
 */
export async function openStream(ctx: Ctx, key: StreamKey, at: bigint | null): Promise<OpenStream> {
  const query = ctx.db.primary;
  const source = await streamSource(query);
  if (source === null) throw new Problem('not_found', 'There is no table event_store that streams could be read from.');
  const tenant = metadataWord(source.columns, 'tenant_id');
  const seen: Narrowing = (params) => visible(ctx, 'streams.read', params, { tenant: `coalesce(${tenant}, '')` });
  const bounds = await streamBounds(query, source, key, at, seen);
  if (bounds === null) throw notFound(key);
  const all = { query, source, key, ...bounds };
  const whole = await foldBest(query, { source, key, upTo: bounds.last });
  const { tenantId, mixedTenants } = whole.fold.course;
  const seesAll = sees(ctx, 'streams.read', { tenantId: mixedTenants ? '' : tenantId });
  if (seesAll) return { ...all, whole };
  return { ...all, narrowing: seen, whole: await foldBest(query, { source, key, upTo: bounds.last, narrowing: seen }) };
}

/** The stream folded to an earlier version, in the way in which it was folded to its end. */
export async function foldAt({ query, source, key, narrowing, whole }: OpenStream, upTo: bigint) {
  return foldStream(query, { source, key, upTo, reducer: whole.reducer, narrowing });
}

/** By the reducer of the type; where it cannot be used, or fails at some event, by merge, and the reason is told. */
async function foldBest(
  query: Query,
  of: { source: StreamSource; key: StreamKey; upTo: bigint; narrowing?: Narrowing },
): Promise<Folded> {
  const found = await findReducer(of.key.aggregateType);
  const byMerge = async (told: Folded['told']): Promise<Folded> => ({
    ...(await foldStream(query, { ...of, reducer: null })),
    reducer: null,
    told,
  });
  if (found === null) return byMerge(null);
  const { file } = found;
  if ('error' in found) return byMerge({ file, error: found.error, version: null });
  try {
    const told = { file, error: null, version: null };
    return { ...(await foldStream(query, { ...of, reducer: found })), reducer: found, told };
  } catch (error) {
    if (!(error instanceof ReducerFailed)) throw error;
    return byMerge({ file, error: error.message, version: error.version });
  }
}

const notFound = ({ aggregateType, aggregateId }: StreamKey): Problem =>
  new Problem('not_found', `No event has aggregate type '${aggregateType}' and id '${aggregateId}'.`);
