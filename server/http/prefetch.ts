import { dehydrate, type DehydratedState, QueryClient, type QueryKey } from '@tanstack/react-query';
import { connection } from 'next/server';
import { type Ctx, createContext } from './context';
import { toValue } from './json-text';
import { Problem } from './problem';

/** A query of client/ and the use case that answers it on the server. */
export interface Prefetch {
  queryKey: QueryKey;
  load: (ctx: Ctx) => Promise<unknown>;
}

/**
 * Runs use cases for a page and answers the state for its HydrationBoundary, under the keys that the client uses. One
 * that fails is left out: the client asks itself and shows the error in its own panel. Never at build time.
 */
export async function prefetch(...queries: Prefetch[]): Promise<DehydratedState> {
  await connection();
  return dehydrated(queries, createContext());
}

/** {@link prefetch} with a given context. */
export async function dehydrated(queries: readonly Prefetch[], ctx: Ctx): Promise<DehydratedState> {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  await Promise.all(
    queries.map(async ({ queryKey, load }) => {
      try {
        client.setQueryData(queryKey, toValue(await load(ctx)));
      } catch (error) {
        if (error instanceof Problem && error.code !== 'internal') return;
        console.error(`prefetch of ${JSON.stringify(queryKey)} failed`, error);
      }
    }),
  );
  return dehydrate(client);
}
