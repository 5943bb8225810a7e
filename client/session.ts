import { queryOptions } from '@tanstack/react-query';
import type { SessionWire } from '@/core/contract/session';
import { getJson } from './http';

/** Who is signed in and what they may do. */
export const sessionQueries = {
  me: () =>
    queryOptions({
      queryKey: ['session'],
      queryFn: ({ signal }) => getJson<SessionWire>('/api/v1/session', signal),
      staleTime: 30_000,
    }),
};
