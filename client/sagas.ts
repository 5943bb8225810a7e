import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { SagaDetail, SagaDiagram, SagaList, SagaListItem } from '@/core/contract/sagas';
import type { SagaTypeList } from '@/core/contract/saga-types';
import type { Count } from '@/core/contract/wire';
import { getJson, queryString } from './http';
import { sharedRows } from './shared-rows';

/** Filters of a list as the API takes them; absent means any. Contract part 5, GET /sagas. */
export interface SagaFilters {
  status?: string[];
  attention?: string[];
  type?: string[];
  step?: string;
  errorCode?: string;
  tenant?: string;
  q?: string;
  from?: string;
  to?: string;
  sort?: string;
  cursor?: string;
  limit?: number;
}

/** Only what is set, in one order, so that the same filters are the same key. */
function keyOf(filters: SagaFilters): SagaFilters {
  return Object.fromEntries(
    Object.entries(filters)
      .filter(([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Every query on sagas: keys and fetchers, defined once. Live key `sagas` names the lists, `saga:<id>` one saga. */
export const sagaQueries = {
  list: (filters: SagaFilters) =>
    queryOptions({
      queryKey: ['sagas', 'list', keyOf(filters)],
      queryFn: ({ signal }) => getJson<SagaList>(`/api/v1/sagas${queryString({ ...filters })}`, signal),
      placeholderData: keepPreviousData,
      structuralSharing: sharedRows<SagaListItem>(({ sagaId }) => sagaId),
    }),
  /** How many match, capped at 10,000. Not live: asked every 5 s, since a dozen of them may stand on a page. */
  count: (filters: SagaFilters) =>
    queryOptions({
      queryKey: ['sagas', 'count', keyOf(filters)],
      queryFn: async ({ signal }): Promise<Count> =>
        (await getJson<SagaList>(`/api/v1/sagas${queryString({ ...filters, limit: 1 })}`, signal)).count,
      refetchInterval: 5_000,
      placeholderData: keepPreviousData,
    }),
  /** One saga, read from the log itself; `null` placeholder data is never used: another saga is another page. */
  detail: (sagaId: string) =>
    queryOptions({
      queryKey: ['saga', sagaId, 'detail'],
      queryFn: ({ signal }) => getJson<SagaDetail>(`/api/v1/sagas/${encodeURIComponent(sagaId)}`, signal),
    }),
  diagram: (sagaId: string, direction: 'LR' | 'TB') =>
    queryOptions({
      queryKey: ['saga', sagaId, 'diagram', direction],
      queryFn: ({ signal }) =>
        getJson<SagaDiagram>(
          `/api/v1/sagas/${encodeURIComponent(sagaId)}/diagram${queryString({ direction })}`,
          signal,
        ),
      placeholderData: keepPreviousData,
    }),
  types: () =>
    queryOptions({
      queryKey: ['sagas', 'types'],
      queryFn: ({ signal }) => getJson<SagaTypeList>('/api/v1/saga-types', signal),
      staleTime: 60_000,
    }),
};

/** Where a filtered list is downloaded from; its page and order have no part in it. */
export function sagaExportPath(filters: SagaFilters, format: 'csv' | 'jsonl'): string {
  return `/api/v1/sagas/export${queryString({ ...filters, sort: undefined, cursor: undefined, limit: undefined, format })}`;
}
