import { queryOptions } from '@tanstack/react-query';
import type { Diagnostics, Health } from '@/core/contract/health';
import { getJson, getReport } from './http';

export const healthQueries = {
  /** How the console is. A database that does not answer is an answer here; only a console that does not is an error. */
  now: () =>
    queryOptions({
      queryKey: ['health', 'now'],
      queryFn: ({ signal }) => getReport<Health>('/api/health', signal),
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
