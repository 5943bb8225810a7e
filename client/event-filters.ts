import type { EventFilters } from './events';
import { filterSet } from './url-filters';
import { writtenImport, writtenTime, writtenVersion } from './written';

/** The filters of the list of events, as its URL and the API name them. */
export const EVENT_FILTERS = filterSet(
  {
    type: { word: 'event type', many: false },
    aggregateType: { word: 'aggregate type', many: false },
    aggregateId: { word: 'aggregate id', many: false },
    eventVersion: { word: 'schema version', many: false },
    service: { word: 'service', many: false },
    correlationId: { word: 'correlation', many: false },
    sagaId: { word: 'saga', many: false },
    traceId: { word: 'trace', many: false },
    tenant: { word: 'tenant', many: false },
    import: { word: 'import', many: false },
    from: { word: 'occurred after', many: false },
    to: { word: 'occurred before', many: false },
  } as const,
  {
    aliases: {
      name: 'type',
      event: 'type',
      aggregate: 'aggregateId',
      stream: 'aggregateId',
      id: 'aggregateId',
      schema: 'eventVersion',
      version: 'eventVersion',
      v: 'eventVersion',
      correlation: 'correlationId',
      saga: 'sagaId',
      trace: 'traceId',
      after: 'from',
      since: 'from',
      before: 'to',
      until: 'to',
    },
    written: (field, value) => {
      if (field === 'eventVersion') return writtenVersion(value);
      if (field === 'import') return writtenImport(value);
      if (field === 'from') return writtenTime('occurred after', value);
      return field === 'to' ? writtenTime('occurred before', value) : { value };
    },
  },
);

/** What the API is asked for a URL of the list of events. */
export function eventFiltersOf(params: URLSearchParams): EventFilters {
  const filters: EventFilters = {};
  for (const { field, values } of EVENT_FILTERS.filtersOf(params)) {
    const value = values[0] ?? '';
    const way = EVENT_FILTERS.written(field, value);
    // What an address has wrong is the server's to refuse.
    filters[field] = 'value' in way ? way.value : value;
  }
  const q = params.get('q')?.trim();
  if (q) filters.q = q;
  if (q && params.get('match') === 'contains') filters.match = 'contains';
  const cursor = params.get('cursor');
  if (cursor) filters.cursor = cursor;
  return filters;
}
