import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Overview } from '@/core/contract/overview';
import { getJson, queryString } from './http';

export type OverviewRange = Overview['range'];

export const overviewQueries = {
  /** Counts, queue, series, types and errors of the last `range`, in one answer. */
  of: (range: OverviewRange) =>
    queryOptions({
      queryKey: ['overview', range],
      queryFn: ({ signal }) => getJson<Overview>(`/api/v1/overview${queryString({ range })}`, signal),
      placeholderData: keepPreviousData,
    }),
};
