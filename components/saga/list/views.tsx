'use client';
import { useQuery } from '@tanstack/react-query';
import { SAGA_FILTERS, sagaFiltersOf } from '@/client/saga-filters';
import { withFilter } from '@/client/url-filters';
import { sagaQueries } from '@/client/sagas';
import { SavedViews } from '@/components/shell/saved-views';
import { UrlLink } from '@/components/shell/url-link';
import { useUrlState } from '@/components/shell/url-state';
import { countWords } from '@/components/ui/number-words';

interface View {
  label: string;
  field: 'status' | 'attention' | null;
  value: string;
}

export const VIEWS: View[] = [
  { label: 'Needs attention', field: 'attention', value: 'any' },
  { label: 'Running', field: 'status', value: 'RUNNING' },
  { label: 'Failed', field: 'status', value: 'FAILED' },
  { label: 'Compensating', field: 'status', value: 'COMPENSATING' },
  { label: 'Compensated', field: 'status', value: 'COMPENSATED' },
  { label: 'All', field: null, value: '' },
];

/** The URL of a view: its own filter, with every other filter kept. */
export function viewParams(view: View, params: URLSearchParams): URLSearchParams {
  let next = withFilter(withFilter(params, 'status', []), 'attention', []);
  next.delete('sort');
  if (view.field !== null) next = withFilter(next, view.field, [view.value]);
  return next;
}

/** The view that a URL shows, or null where its status and attention filters are no view's. */
export function viewOf(params: URLSearchParams): View | null {
  const own = SAGA_FILTERS.filtersOf(params).filter(({ field }) => field === 'status' || field === 'attention');
  const [only] = own;
  if (only === undefined) return VIEWS.find((view) => view.field === null) ?? null;
  if (own.length > 1 || only.values.length > 1) return null;
  return VIEWS.find((view) => view.field === only.field && view.value === only.values[0]) ?? null;
}

/** The saved views as tabs; each counts what matches it together with the other filters. */
export function Views() {
  const { params } = useUrlState();
  const current = viewOf(params);
  return (
    <nav className="views" aria-label="Views">
      {VIEWS.map((view) => (
        <ViewLink key={view.label} view={view} to={viewParams(view, params)} here={view === current} />
      ))}
      <SavedViews list="sagas" Count={ViewCount} />
    </nav>
  );
}

function ViewLink({ view, to, here }: { view: View; to: URLSearchParams; here: boolean }) {
  return (
    <UrlLink to={to} aria-current={here ? 'page' : undefined}>
      {view.label} <ViewCount to={to} />
    </UrlLink>
  );
}

function ViewCount({ to }: { to: URLSearchParams }) {
  const { sort: _, cursor: __, ...filters } = sagaFiltersOf(to);
  const count = useQuery(sagaQueries.count(filters)).data;
  return count === undefined ? null : <span className="n">{countWords(count)}</span>;
}
