import { getEventFacets } from '@/server/events/get-event-facets';
import { NoInput } from '@/server/http/no-input';
import { route } from '@/server/http/route';

export const GET = route(NoInput, getEventFacets);
