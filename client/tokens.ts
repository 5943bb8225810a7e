import { mutationOptions, queryOptions } from '@tanstack/react-query';
import type { MadeToken, MakeTokenInput, TokenList, TokenWire } from '@/core/contract/tokens';
import { getJson, postJson, queryString } from './http';

/** What the list of tokens is asked for. */
export interface TokenFilters {
  state: 'active' | 'ended';
  cursor: string;
}

/** Live key `people` names these too. */
export const tokenQueries = {
  list: (filters: TokenFilters) =>
    queryOptions({
      queryKey: ['tokens', 'list', filters],
      queryFn: ({ signal }) => getJson<TokenList>(`/api/v1/tokens${queryString({ ...filters })}`, signal),
    }),
};

export const tokenMutations = {
  make: () =>
    mutationOptions({
      mutationFn: (input: MakeTokenInput) => postJson<MadeToken>('/api/v1/tokens', input),
      // The secret is in the answer alone: it is not kept for a later look.
      gcTime: 0,
      networkMode: 'always',
    }),
  revoke: (id: string) =>
    mutationOptions({
      mutationFn: () => postJson<TokenWire>(`/api/v1/tokens/${encodeURIComponent(id)}/revoke`, {}),
      networkMode: 'always',
    }),
};
