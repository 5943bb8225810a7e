import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Stream, StreamVersions } from '@/core/contract/streams';
import { getJson, queryString } from './http';

/** A stream as its address has it: `~` is the empty type. */
export interface StreamName {
  aggregateType: string;
  aggregateId: string;
}

const pathOf = ({ aggregateType, aggregateId }: StreamName): string =>
  `/api/v1/streams/${encodeURIComponent(aggregateType)}/${encodeURIComponent(aggregateId)}`;

/** Every query on a stream. Live key `stream:<type>/<id>` names all of one. */
export const streamQueries = {
  /** The stream at a version; null: its latest, which moves on by itself. */
  at: (name: StreamName, at: string | null) =>
    queryOptions({
      queryKey: ['stream', name.aggregateType, name.aggregateId, 'at', at],
      queryFn: ({ signal }) => getJson<Stream>(`${pathOf(name)}${queryString({ at })}`, signal),
      placeholderData: keepPreviousData,
    }),
  /** Its events in pages, beginning around a version. */
  versions: (name: StreamName, around: string) =>
    infiniteQueryOptions({
      queryKey: ['stream', name.aggregateType, name.aggregateId, 'versions', around],
      queryFn: ({ signal, pageParam }): Promise<StreamVersions> =>
        pageParam === null
          ? getJson<Stream>(`${pathOf(name)}${queryString({ at: around })}`, signal)
          : getJson<StreamVersions>(`${pathOf(name)}/versions${queryString({ cursor: pageParam })}`, signal),
      initialPageParam: null as string | null,
      getNextPageParam: ({ next }) => next,
      getPreviousPageParam: ({ previous }) => previous,
    }),
};
