import { EventInput } from '@/core/contract/events';
import { getEvent } from '@/server/events/get-event';
import { route } from '@/server/http/route';

export const GET = route(EventInput, getEvent);
