import type { StreamFold } from '@/core/stream/fold';
import type { NamedReducer } from '@/core/stream/reducer';
import { Params } from './params';
import type { Query } from './query';
import { inStream, type Narrowing, type StreamKey, type StreamSource } from './stream-events';
import { dropSnapshots, snapshotOf, snapshotSql } from './stream-snapshots';

/** How far a stream goes, and the snapshots to fold on from; null: from its first event. */
export interface StreamBounds {
  first: bigint;
  last: bigint;
  /** The last version that is not above the one asked for. */
  at: bigint;
  belowLast: StreamFold | null;
  belowAt: StreamFold | null;
}

/** Finds a stream, by one statement; null: it has no event. `narrowing`: only some of its events, and no snapshots. */
export async function streamBounds(
  query: Query,
  of: { source: StreamSource; key: StreamKey; reducer: NamedReducer | null; narrowing?: Narrowing },
  asked: bigint | null,
): Promise<StreamBounds | null> {
  const { source, key, reducer, narrowing } = of;
  const params = new Params();
  const where = `${inStream(source, key, params)} AND ${narrowing?.(params) ?? 'true'}`;
  const edge = (direction: 'ASC' | 'DESC', also = ''): string =>
    `(SELECT e.version FROM public.event_store e WHERE ${where}${also} ORDER BY e.version ${direction} LIMIT 1)`;
  const upTo = asked === null ? '' : ` AND e.version <= ${params.add(asked.toString())}::bigint`;
  const below = (version: string): string =>
    narrowing ? 'NULL::text' : snapshotSql({ source, key, reducer, below: version }, params);
  const [row] = await query<Record<'first' | 'last' | 'at' | 'below_last' | 'below_at', string | null>>(
    `SELECT b.first::text AS first, b.last::text AS last, b.at::text AS at, ${below('b.last')} AS below_last,
       ${asked === null ? 'NULL::text' : `CASE WHEN b.at <> b.last THEN ${below('b.at')} END`} AS below_at
     FROM (SELECT ${edge('ASC')} AS first, ${edge('DESC')} AS last, coalesce(${edge('DESC', upTo)}, ${edge('ASC')}) AS at
           OFFSET 0) b`,
    params.values,
  );
  if (!row || row.first === null || row.last === null || row.at === null) return null;
  const [belowLast, belowAt] = [snapshotOf(row.below_last), snapshotOf(row.below_at)];
  const outrun = belowLast === 'outrun' || belowAt === 'outrun';
  if (outrun) await dropSnapshots(query, key);
  return {
    first: BigInt(row.first),
    last: BigInt(row.last),
    at: BigInt(row.at),
    belowLast: outrun ? null : belowLast,
    belowAt: outrun ? null : belowAt,
  };
}
