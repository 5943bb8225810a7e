import { mutationOptions, queryOptions } from '@tanstack/react-query';
import type { ChooseTenantInput, SessionWire } from '@/core/contract/session';
import { getJson, postJson } from './http';

/** Who is signed in and what they may do. */
export const sessionQueries = {
  me: () =>
    queryOptions({
      queryKey: ['session'],
      queryFn: ({ signal }) => getJson<SessionWire>('/api/v1/session', signal),
      staleTime: 30_000,
    }),
};

export const sessionMutations = {
  /** Looks at one tenant, or at all (null), from now on: every answer read before is another's. */
  chooseTenant: () =>
    mutationOptions({
      mutationFn: (input: ChooseTenantInput) => postJson<SessionWire>('/api/v1/session/tenant', input),
      networkMode: 'always',
    }),
};
