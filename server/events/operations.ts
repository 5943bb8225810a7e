import {
  EventDetail,
  EventExportInput,
  EventFacets,
  EventInput,
  EventList,
  EventListInput,
} from '@/core/contract/events';
import { NoInput } from '@/server/http/no-input';
import { READ, READ_ONE, type Operation } from '@/server/http/operation';

/** The routes that read events. */
export const EVENT_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/v1/events',
    summary: 'A page of events by filters, newest first; payloads begin, and say how long they are',
    input: EventListInput,
    answer: { schema: EventList },
    problems: READ,
  },
  {
    method: 'get',
    path: '/api/v1/events/{eventId}',
    summary: 'One event whole, with its cause and its first effects',
    input: EventInput,
    answer: { schema: EventDetail },
    problems: READ_ONE,
  },
  {
    method: 'get',
    path: '/api/v1/events/export',
    summary: 'All events of a filtered set, oldest first, written while they are read',
    input: EventExportInput,
    answer: {
      type: 'application/jsonl',
      description:
        'One event in each line, payload and metadata as JSON values with every digit (a payload that is a string: as JSON text in a string); text/csv with format=csv. An import takes both, and knows the events again by their ids. X-Total-Count says how many; a download that breaks off is not whole.',
    },
    problems: READ,
  },
  {
    method: 'get',
    path: '/api/v1/events/facets',
    summary: 'Names, aggregate types and services among the newest events, as suggestions for filters',
    input: NoInput,
    answer: { schema: EventFacets },
    problems: READ,
  },
];
