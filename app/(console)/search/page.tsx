import { HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { type SearchParams, urlSearchParams } from '@/app/search-params';
import { searchQueries } from '@/client/search';
import { SearchPage } from '@/components/search/search-page';
import { BrowserOnly } from '@/components/shell/browser-only';
import { SearchInput } from '@/core/contract/search';
import { prefetch } from '@/server/http/prefetch';
import { search } from '@/server/search/search';

export const metadata: Metadata = { title: 'Search' };

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const q = (await urlSearchParams(searchParams)).get('q') ?? '';
  const input = SearchInput.safeParse({ q: q.slice(0, 200) });
  const state = await prefetch(
    ...(input.success
      ? [
          {
            queryKey: searchQueries.find(input.data.q).queryKey,
            load: (ctx: Parameters<typeof search>[0]) => search(ctx, input.data),
          },
        ]
      : []),
  );
  return (
    <HydrationBoundary state={state}>
      <BrowserOnly>
        <SearchPage />
      </BrowserOnly>
    </HydrationBoundary>
  );
}
