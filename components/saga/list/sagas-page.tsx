'use client';
import { useQuery } from '@tanstack/react-query';
import type { SagaFilters } from '@/client/sagas';
import { SAGA_FILTERS, sagaFiltersOf } from '@/client/saga-filters';
import { SAGA_COLUMNS } from '@/client/saga-columns';
import { sagaExportPath, sagaQueries } from '@/client/sagas';
import type { SagaList } from '@/core/contract/sagas';
import { EmptyConsole } from '@/components/overview/empty-console';
import { Answer } from '@/components/shell/answer';
import { ColumnsMenu } from '@/components/shell/columns-menu';
import { DropFilters } from '@/components/shell/drop-filters';
import { ExportButton } from '@/components/shell/export-button';
import { ListFoot } from '@/components/shell/list-foot';
import { MatchCount } from '@/components/shell/match-count';
import { QueryBar } from '@/components/shell/query-bar';
import { useSteadyList } from '@/components/shell/steady-list';
import { UrlLink } from '@/components/shell/url-link';
import { useUrlState } from '@/components/shell/url-state';
import { WaitingRows } from '@/components/shell/waiting-rows';
import { countWords } from '@/components/ui/number-words';
import { EmptyState } from '@/components/ui/states';
import { sagaFilterWord } from './filter-words';
import { useSagaChoices } from './saga-choices';
import { SagaTable } from './saga-table';
import { spanWords } from '@/components/ui/span-words';
import { viewOf, Views } from './views';

export function SagasPage() {
  const { params } = useUrlState();
  const choicesOf = useSagaChoices();
  const filters = sagaFiltersOf(params);
  const query = useQuery(sagaQueries.list(filters));
  // The page of another filter is shown dimmed until its own rows are here.
  const key = query.isPlaceholderData ? 'before' : JSON.stringify(filters);
  return (
    <div className="page">
      <div className="page-head sagas-head">
        <h1>Sagas</h1>
        <MatchCount query={query} />
        <WaitingRows />
        <span className="grow" />
        <ColumnsMenu set={SAGA_COLUMNS} beside="status and business key" />
        <ExportButton
          what="sagas"
          permission="sagas.export"
          count={query.isPlaceholderData ? null : (query.data?.count ?? null)}
          filters={SAGA_FILTERS}
          wordOf={sagaFilterWord}
          pathOf={(format) => sagaExportPath(filters, format)}
        />
      </div>
      <Views />
      <QueryBar
        label="Sagas"
        placeholder="Business key, id or field:value"
        filters={SAGA_FILTERS}
        shown={viewOf(params)?.field}
        wordOf={sagaFilterWord}
        choicesOf={choicesOf}
      />
      <section className="panel sagas-panel" aria-label="Sagas" aria-busy={query.isPlaceholderData}>
        <Answer query={query} what="The list of sagas" rows={16}>
          {(list) =>
            list.items.length === 0 ? (
              <NoSagas filters={filters} />
            ) : (
              <Rows key={key} list={list} filters={filters} dim={query.isPlaceholderData} />
            )
          }
        </Answer>
      </section>
    </div>
  );
}

function Rows({ list, filters, dim }: { list: SagaList; filters: SagaFilters; dim: boolean }) {
  const steady = useSteadyList(list.items, (saga) => saga.sagaId);
  const { params } = useUrlState();
  const sort = filters.sort ?? '-updatedAt';
  return (
    <>
      <SagaTable list={steady} sort={sort} dim={dim} columns={SAGA_COLUMNS.of(params)} />
      <Foot list={list} sort={sort} />
    </>
  );
}

function Foot({ list, sort }: { list: SagaList; sort: string }) {
  const [first, last] = [list.items[0], list.items.at(-1)];
  const field = sort.endsWith('startedAt') ? 'startedAt' : 'updatedAt';
  const oldestFirst = !sort.startsWith('-') && sort !== 'risk';
  const span =
    first === undefined || last === undefined ? '' : spanWords(first[field], last[field], Date.parse(list.asOf));
  return (
    <ListFoot
      previous={list.previous}
      next={list.next}
      span={sort === 'risk' ? 'highest risk first' : span}
      words={sort === 'risk' ? ['Higher risk', 'Lower risk'] : oldestFirst ? ['Older', 'Newer'] : ['Newer', 'Older']}
    />
  );
}

/** Nothing matched: the way back is to drop what was added last; with nothing to drop the console itself is empty. */
function NoSagas({ filters }: { filters: SagaFilters }) {
  const { params } = useUrlState();
  const set = SAGA_FILTERS.filtersOf(params);
  const newest = set.at(-1);
  const all = useQuery(sagaQueries.count({})).data;
  if (newest === undefined && filters.q === undefined && filters.cursor === undefined) return <EmptyConsole />;
  const everything = all === undefined ? '' : `${countWords(all)} ${all.value === 1 ? 'saga' : 'sagas'} in all.`;
  if (set.length === 1 && newest?.field === 'attention' && newest.values[0] === 'any' && filters.q === undefined) {
    return (
      <EmptyState
        title="Nothing needs attention"
        action={
          <UrlLink className="btn sm" to={new URLSearchParams()}>
            All sagas
          </UrlLink>
        }
      >
        A saga comes here when its compensation failed, when it stopped with effects still in the world, or when it is
        stuck. {everything}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="No saga matches"
      action={<DropFilters filters={SAGA_FILTERS} all="All sagas" wordOf={sagaFilterWord} />}
    >
      {filters.cursor === undefined
        ? `Ids match in full, business keys from their beginning. ${everything}`
        : 'This page is empty now: its rows have moved on.'}
    </EmptyState>
  );
}
