import { queryOptions } from '@tanstack/react-query';
import type { ChangeViewInput, ListName, NewViewInput, ViewList, ViewWire } from '@/core/contract/views';
import { getJson, postJson, putJson, queryString } from './http';

/** The saved views of a list: one's own, and those that others share. */
export const viewQueries = {
  of: (list: ListName) =>
    queryOptions({
      queryKey: ['views', list],
      queryFn: ({ signal }) => getJson<ViewList>(`/api/v1/views${queryString({ list })}`, signal),
      staleTime: 30_000,
    }),
};

export const viewMutations = {
  save: (view: NewViewInput) => postJson<ViewWire>('/api/v1/views', view),
  change: ({ id, ...view }: ChangeViewInput) => putJson<ViewWire>(`/api/v1/views/${id}`, view),
  remove: (id: string) => postJson<ViewWire>(`/api/v1/views/${id}/remove`, {}),
};

/** The part of a list's address that a view keeps: filters, order and columns, in one order; never the page. */
export function viewQuery(params: URLSearchParams): string {
  const kept = new URLSearchParams(params);
  kept.delete('cursor');
  kept.sort();
  return kept.toString();
}

/** The part of it that says which rows: without the columns. */
export function viewFilters(params: URLSearchParams): string {
  const kept = new URLSearchParams(params);
  kept.delete('cols');
  return viewQuery(kept);
}
