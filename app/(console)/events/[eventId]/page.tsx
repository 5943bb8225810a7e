import { HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { eventQueries } from '@/client/events';
import { EventPage } from '@/components/event/event-page';
import { BrowserOnly } from '@/components/shell/browser-only';
import { EventInput } from '@/core/contract/events';
import { getEvent } from '@/server/events/get-event';
import { prefetch } from '@/server/http/prefetch';

export const metadata: Metadata = { title: 'Event' };

export default async function Page({ params }: { params: Promise<{ eventId: string }> }) {
  const { eventId } = await params;
  const input = EventInput.safeParse({ eventId });
  const state = await prefetch(
    ...(input.success
      ? [
          {
            queryKey: eventQueries.detail(eventId).queryKey,
            load: (ctx: Parameters<typeof getEvent>[0]) => getEvent(ctx, input.data),
          },
        ]
      : []),
  );
  return (
    <HydrationBoundary state={state}>
      <BrowserOnly>
        <EventPage key={eventId} eventId={eventId} />
      </BrowserOnly>
    </HydrationBoundary>
  );
}
