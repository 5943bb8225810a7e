import { QueryClient } from '@tanstack/react-query';
import { isTransient } from './http';

/**
 * The defaults of every query: what is shown stays while it is read again, changes arrive through the live stream,
 * and only what may pass by itself is tried again.
 */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        gcTime: 5 * 60_000,
        retry: (count, error) => isTransient(error) && count < 2,
        retryDelay: (count) => 500 * 2 ** count,
        // 'always': a console on loopback works without the network that the browser asks about.
        networkMode: 'always',
        refetchOnWindowFocus: true,
        refetchOnReconnect: 'always',
      },
    },
  });
}
