import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Stream, StreamVersions } from '@/core/contract/streams';
import { getJson, isInProgress, isTransient, queryString } from './http';

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
      retry: retryWhileFolding,
      retryDelay,
    }),
  /** Its events in pages, beginning around a version; `types`: of these names only, none: all. */
  versions: (name: StreamName, around: string, types: readonly string[] = []) =>
    infiniteQueryOptions({
      queryKey: ['stream', name.aggregateType, name.aggregateId, 'versions', around, types],
      queryFn: ({ signal, pageParam }) => {
        const asked = new URLSearchParams(pageParam === null ? { around } : { cursor: pageParam });
        for (const type of types) asked.append('types', type);
        return getJson<StreamVersions>(`${pathOf(name)}/versions?${asked.toString()}`, signal);
      },
      initialPageParam: null as string | null,
      getNextPageParam: ({ next }) => next,
      getPreviousPageParam: ({ previous }) => previous,
    }),
};

/** A stream that is folded for the first time is asked for again at once: each answer has taken it further. */
const retryWhileFolding = (count: number, error: Error): boolean =>
  isInProgress(error) || (isTransient(error) && count < 2);
const retryDelay = (count: number, error: Error): number => (isInProgress(error) ? 0 : 500 * 2 ** count);
