import type { SagaFilters } from './sagas';
import { filterSet } from './url-filters';

const FIELDS = {
  status: { word: 'status', many: true },
  attention: { word: 'attention', many: true },
  type: { word: 'type', many: true },
  errorCode: { word: 'error', many: false },
  step: { word: 'step', many: false },
  tenant: { word: 'tenant', many: false },
  from: { word: 'started after', many: false },
  to: { word: 'started before', many: false },
} as const;

/** The filters of the list of sagas. Status and attention are written in capitals, however they are typed. */
export const SAGA_FILTERS = filterSet(FIELDS, {
  aliases: { error: 'errorCode', code: 'errorCode' },
  written: (field, value) =>
    field === 'status' || (field === 'attention' && !['any', 'none'].includes(value))
      ? value.toUpperCase().replaceAll(' ', '_')
      : value,
});

/** What the API is asked for a URL of the list: its filters, text, order and page. What needs a person comes by risk. */
export function sagaFiltersOf(params: URLSearchParams): SagaFilters {
  const filters: SagaFilters = {};
  for (const { field, values } of SAGA_FILTERS.filtersOf(params)) {
    if (field === 'status' || field === 'attention' || field === 'type') filters[field] = values;
    else filters[field] = values[0] ?? '';
  }
  const q = params.get('q')?.trim();
  if (q) filters.q = q;
  filters.sort = params.get('sort') ?? (filters.attention?.includes('any') ? 'risk' : '-updatedAt');
  const cursor = params.get('cursor');
  if (cursor) filters.cursor = cursor;
  return filters;
}
