import { dehydrate, type DehydratedState, QueryClient, type QueryKey } from '@tanstack/react-query';
import { headers } from 'next/headers';
import { randomUUID } from 'node:crypto';
import { type Ctx, requestContext } from './context';
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
  // Reading headers makes the page dynamic; proxy.ts has sent those without a session to sign in.
  return dehydrated(queries, await requestContext(await headers(), randomUUID()));
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
