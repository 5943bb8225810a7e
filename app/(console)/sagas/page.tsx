import { HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { type SearchParams, urlSearchParams } from '@/app/search-params';
import { sagaFiltersOf } from '@/client/saga-filters';
import { sagaQueries } from '@/client/sagas';
import { SagasPage } from '@/components/saga/list/sagas-page';
import { BrowserOnly } from '@/components/shell/browser-only';
import { SagaListInput } from '@/core/contract/sagas';
import { prefetch } from '@/server/http/prefetch';
import { listSagas } from '@/server/sagas/list-sagas';

export const metadata: Metadata = { title: 'Sagas' };

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const filters = sagaFiltersOf(await urlSearchParams(searchParams));
  // A filter that the API refuses is left to it: the browser asks, and shows what is wrong with it.
  const input = SagaListInput.safeParse(filters);
  const state = await prefetch(
    ...(input.success
      ? [
          {
            queryKey: sagaQueries.list(filters).queryKey,
            load: (ctx: Parameters<typeof listSagas>[0]) => listSagas(ctx, input.data),
          },
        ]
      : []),
  );
  return (
    <HydrationBoundary state={state}>
      <BrowserOnly>
        <SagasPage />
      </BrowserOnly>
    </HydrationBoundary>
  );
}
