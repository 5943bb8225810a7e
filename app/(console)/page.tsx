import { HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { type SearchParams, urlSearchParams } from '@/app/search-params';
import { overviewQueries } from '@/client/overview';
import { OverviewPage } from '@/components/overview/overview-page';
import { rangeOf } from '@/components/overview/range';
import { BrowserOnly } from '@/components/shell/browser-only';
import { prefetch } from '@/server/http/prefetch';
import { getOverview } from '@/server/overview/get-overview';

export const metadata: Metadata = { title: 'Overview' };

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const range = rangeOf((await urlSearchParams(searchParams)).get('range'));
  const state = await prefetch({
    queryKey: overviewQueries.of(range).queryKey,
    load: (ctx) => getOverview(ctx, { range }),
  });
  return (
    <HydrationBoundary state={state}>
      <BrowserOnly>
        <OverviewPage />
      </BrowserOnly>
    </HydrationBoundary>
  );
}
