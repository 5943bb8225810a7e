import { queryOptions } from '@tanstack/react-query';
import type { Diagnostics, Health } from '@/core/contract/health';
import { ApiError, getJson, getReport } from './http';
import { healthSeen, type HealthSeen } from './live-state';

export const healthQueries = {
  /** How far behind the lists are, what holds them back, or since when nothing answers. Asked every 2 s while the page is seen. */
  now: () =>
    queryOptions({
      queryKey: ['health', 'now'],
      queryFn: async ({ signal, client, queryKey }): Promise<HealthSeen> => {
        const before = client.getQueryData<HealthSeen>(queryKey);
        try {
          return healthSeen(before, await getReport<Health>('/api/health', signal), Date.now());
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          return healthSeen(before, null, Date.now());
        }
      },
      refetchInterval: 2_000,
      staleTime: 1_000,
    }),
  diagnostics: () =>
    queryOptions({
      queryKey: ['health', 'diagnostics'],
      queryFn: ({ signal }) => getJson<Diagnostics>('/api/v1/diagnostics', signal),
      refetchInterval: 5_000,
    }),
};
