import type { SagaFilters } from './sagas';

/** The filters of the list in the order that people read them; `many`: several values mean any of them. */
export const FILTER_FIELDS = {
  status: { word: 'status', many: true },
  attention: { word: 'attention', many: true },
  type: { word: 'type', many: true },
  errorCode: { word: 'error', many: false },
  step: { word: 'step', many: false },
  tenant: { word: 'tenant', many: false },
  from: { word: 'started after', many: false },
  to: { word: 'started before', many: false },
} as const;
export type FilterField = keyof typeof FILTER_FIELDS;

export const FILTER_NAMES = Object.keys(FILTER_FIELDS) as FilterField[];

/** One filter as the URL has it; `values` are never empty. */
export interface Filter {
  field: FilterField;
  values: string[];
}

function isField(name: string): name is FilterField {
  return Object.hasOwn(FILTER_FIELDS, name);
}

function valuesOf(field: FilterField, text: string): string[] {
  return (FILTER_FIELDS[field].many ? text.split(',') : [text]).filter((value) => value !== '');
}

/** The filters of a URL, oldest first: a URL keeps the order in which they were set. */
export function filtersOf(params: URLSearchParams): Filter[] {
  const filters: Filter[] = [];
  for (const [name, text] of params) {
    if (!isField(name) || filters.some((filter) => filter.field === name)) continue;
    const values = valuesOf(name, text);
    if (values.length > 0) filters.push({ field: name, values });
  }
  return filters;
}

/** The same URL with one field set (newest last) or dropped (no values). Another filter is another list: its page ends. */
export function withFilter(params: URLSearchParams, field: FilterField, values: readonly string[]): URLSearchParams {
  const next = new URLSearchParams(params);
  const text = values.filter((value) => value !== '').join(',');
  if (text === '' || !next.has(field)) next.delete(field);
  if (text !== '') next.set(field, text);
  next.delete('cursor');
  return next;
}

/** The same URL with another free text, or none. */
export function withText(params: URLSearchParams, text: string): URLSearchParams {
  const next = new URLSearchParams(params);
  if (text.trim() === '') next.delete('q');
  else next.set('q', text.trim());
  next.delete('cursor');
  return next;
}

const ALIASES: Record<string, FilterField> = { error: 'errorCode', errorcode: 'errorCode', code: 'errorCode' };

/** `field:value` as it is typed into the query bar; null when it is free text. Status and attention are written in capitals. */
export function typedFilter(text: string): Filter | null {
  const match = /^\s*([a-zA-Z]+):(\S.*)$/.exec(text);
  if (match === null) return null;
  const name = (match[1] ?? '').toLowerCase();
  const field = isField(name) ? name : ALIASES[name];
  if (field === undefined) return null;
  const values = valuesOf(field, (match[2] ?? '').trim());
  if (values.length === 0) return null;
  const capital = field === 'status' || (field === 'attention' && !['any', 'none'].includes(values[0] ?? ''));
  return { field, values: capital ? values.map((value) => value.toUpperCase().replaceAll(' ', '_')) : values };
}

/** What the API is asked for a URL of the list: its filters, text, order and page. What needs a person comes by risk. */
export function sagaFiltersOf(params: URLSearchParams): SagaFilters {
  const filters: SagaFilters = {};
  for (const { field, values } of filtersOf(params)) {
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
