import { ATTENTION_REASONS, type SagaStatus } from '@/core/saga/saga';
import type { SagaFilters } from './sagas';
import { filterSet } from './url-filters';
import { writtenTime, writtenWord } from './written';

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

const STATUSES = Object.keys({
  RUNNING: 1,
  COMPLETED: 1,
  FAILED: 1,
  COMPENSATING: 1,
  COMPENSATED: 1,
} satisfies Record<SagaStatus, 1>);

/** What a person must look at, as the console shows it, where that is not as the log has it. */
const SHOWN: Readonly<Record<string, string>> = {
  ILLEGAL_TRANSITION: 'ANOMALY',
  NOT_COMPENSATED: 'FAILED_UNCOMPENSATED',
  FAILED_AFTER_THE_PIVOT: 'FAILED_AFTER_PIVOT',
};

/** The filters of the list of sagas. Status and attention are written in capitals, however they are typed. */
export const SAGA_FILTERS = filterSet(FIELDS, {
  aliases: { code: 'errorCode', after: 'from', since: 'from', before: 'to', until: 'to' },
  written: (field, value) => {
    if (field === 'status') return writtenWord('status', STATUSES, value);
    if (field === 'attention') return writtenWord('reason', ['any', 'none', ...ATTENTION_REASONS], value, SHOWN);
    if (field === 'from') return writtenTime('started after', value);
    return field === 'to' ? writtenTime('started before', value) : { value };
  },
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
