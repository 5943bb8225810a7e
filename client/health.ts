import { queryOptions } from '@tanstack/react-query';
import type { Diagnostics, Health } from '@/core/contract/health';
import { getJson, getReport } from './http';

export const healthQueries = {
  /** How far behind the lists are and what holds them back. Asked every 2 s while the page is seen. */
  now: () =>
    queryOptions({
      queryKey: ['health', 'now'],
      queryFn: ({ signal }) => getReport<Health>('/api/health', signal),
      refetchInterval: 2_000,
      retry: false,
      staleTime: 1_000,
    }),
  diagnostics: () =>
    queryOptions({
      queryKey: ['health', 'diagnostics'],
      queryFn: ({ signal }) => getJson<Diagnostics>('/api/v1/diagnostics', signal),
      refetchInterval: 5_000,
    }),
};
