import { EventListInput } from '@/core/contract/events';
import { IngestEventsInput } from '@/core/contract/ingest';
import { listEvents } from '@/server/events/list-events';
import { route } from '@/server/http/route';
import { ingestEvents } from '@/server/ingest/ingest-events';
import { INGEST_BYTES } from '@/server/ingest/items';

export const GET = route(EventListInput, listEvents);
export const POST = route(IngestEventsInput, ingestEvents, {
  body: 'items',
  maxBytes: INGEST_BYTES,
  status: ({ items }) => (items.every(({ known }) => known) ? 200 : 201),
});
