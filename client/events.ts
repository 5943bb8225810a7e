import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { EventDetail, EventFacets, EventList, EventListItem } from '@/core/contract/events';
import type { Count } from '@/core/contract/wire';
import { getJson, queryString } from './http';
import { sharedRows } from './shared-rows';

/** Filters of a set of events as the API takes them; absent means any. Contract part 5, GET /events. */
export type EventFilters = Partial<
  Record<
    | 'type'
    | 'aggregateType'
    | 'aggregateId'
    | 'eventVersion'
    | 'service'
    | 'correlationId'
    | 'sagaId'
    | 'traceId'
    | 'tenant'
    | 'import'
    | 'from'
    | 'to'
    | 'q'
    | 'match'
    | 'cursor',
    string
  >
>;

/** Every query on events. Live key `events` names the lists; an event itself never changes. */
export const eventQueries = {
  list: (filters: EventFilters) =>
    queryOptions({
      queryKey: ['events', 'list', filters],
      queryFn: ({ signal }) => getJson<EventList>(`/api/v1/events${queryString(filters)}`, signal),
      placeholderData: keepPreviousData,
      structuralSharing: sharedRows<EventListItem>(({ position }) => position),
    }),
  /** How many match, capped at 10,000. Not live: asked every 5 s. */
  count: (filters: EventFilters) =>
    queryOptions({
      queryKey: ['events', 'count', filters],
      queryFn: async ({ signal }): Promise<Count> =>
        (await getJson<EventList>(`/api/v1/events${queryString({ ...filters, limit: 1 })}`, signal)).count,
      refetchInterval: 5_000,
      placeholderData: keepPreviousData,
    }),
  detail: (eventId: string) =>
    queryOptions({
      queryKey: ['events', 'detail', eventId],
      queryFn: ({ signal }) => getJson<EventDetail>(`/api/v1/events/${encodeURIComponent(eventId)}`, signal),
    }),
  facets: () =>
    queryOptions({
      queryKey: ['events', 'facets'],
      queryFn: ({ signal }) => getJson<EventFacets>('/api/v1/events/facets', signal),
      staleTime: 60_000,
    }),
};

/** Where a filtered set is downloaded from; the page and its order have no part in it. */
export function eventExportPath(filters: EventFilters, format: 'csv' | 'jsonl'): string {
  return `/api/v1/events/export${queryString({ ...filters, cursor: undefined, format })}`;
}

/** The page of an aggregate's stream; `~` stands for the type that is empty. */
export const streamHref = (aggregateType: string, aggregateId: string, version?: string): string =>
  `/events/streams/${encodeURIComponent(aggregateType === '' ? '~' : aggregateType)}/${encodeURIComponent(aggregateId)}${
    version === undefined ? '' : `?at=${version}`
  }`;

/** The page of a flow; `tenant`: of which one, where several may have the same correlation. */
export const flowHref = (correlationId: string, tenant?: string): string =>
  `/flows/${encodeURIComponent(correlationId)}${tenant === undefined ? '' : queryString({ tenant })}`;
