import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { SearchResult } from '@/core/contract/search';
import { getJson, queryString } from './http';

export const searchQueries = {
  /**
   * What an id or value belongs to, while one types: the answer before stays until the next is there. It is not tried
   * again by itself: who waits wants to know.
   */
  find: (q: string) =>
    queryOptions({
      queryKey: ['search', q.trim()],
      queryFn: ({ signal }) => getJson<SearchResult>(`/api/v1/search${queryString({ q: q.trim() })}`, signal),
      enabled: q.trim() !== '',
      placeholderData: keepPreviousData,
      retry: false,
    }),
};

/** Longer texts are refused by the API: nothing that long is kept. Characters. */
export const LONGEST_SEARCH = 200;
