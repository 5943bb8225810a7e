import { HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { type SearchParams, urlSearchParams } from '@/app/search-params';
import { eventFiltersOf } from '@/client/event-filters';
import { eventQueries } from '@/client/events';
import { EventsPage } from '@/components/event/events-page';
import { BrowserOnly } from '@/components/shell/browser-only';
import { EventListInput } from '@/core/contract/events';
import { listEvents } from '@/server/events/list-events';
import { prefetch } from '@/server/http/prefetch';

export const metadata: Metadata = { title: 'Events' };

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const filters = eventFiltersOf(await urlSearchParams(searchParams));
  // A filter that the API refuses is left to it: the browser asks, and shows what is wrong with it.
  const input = EventListInput.safeParse(filters);
  const state = await prefetch(
    ...(input.success
      ? [
          {
            queryKey: eventQueries.list(filters).queryKey,
            load: (ctx: Parameters<typeof listEvents>[0]) => listEvents(ctx, input.data),
          },
        ]
      : []),
  );
  return (
    <HydrationBoundary state={state}>
      <BrowserOnly>
        <EventsPage />
      </BrowserOnly>
    </HydrationBoundary>
  );
}
