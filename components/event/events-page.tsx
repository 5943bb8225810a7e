'use client';
import { useQuery } from '@tanstack/react-query';
import { EVENT_COLUMNS } from '@/client/event-columns';
import { EVENT_FILTERS, eventFiltersOf } from '@/client/event-filters';
import { eventExportPath, eventQueries } from '@/client/events';
import { importQueries } from '@/client/imports';
import { withFilter } from '@/client/url-filters';
import { viewFilters } from '@/client/views';
import type { EventList } from '@/core/contract/events';
import type { Choices } from '@/components/shell/add-filter';
import { Answer } from '@/components/shell/answer';
import { ColumnsMenu } from '@/components/shell/columns-menu';
import { DropFilters } from '@/components/shell/drop-filters';
import { ExportButton } from '@/components/shell/export-button';
import { ListFoot } from '@/components/shell/list-foot';
import { MatchCount } from '@/components/shell/match-count';
import { asWritten, QueryBar, type WordOf } from '@/components/shell/query-bar';
import { SavedViews, useOpenView } from '@/components/shell/saved-views';
import { useSteadyList } from '@/components/shell/steady-list';
import { UrlLink } from '@/components/shell/url-link';
import { useUrlState } from '@/components/shell/url-state';
import { useMay } from '@/components/shell/use-may';
import { WaitingRows } from '@/components/shell/waiting-rows';
import { Button } from '@/components/ui/button';
import { countWords } from '@/components/ui/number-words';
import { spanWords } from '@/components/ui/span-words';
import { EmptyState } from '@/components/ui/states';
import { EventTable } from './event-table';

const DAY_MS = 86_400_000;

export function EventsPage() {
  const { params } = useUrlState();
  const filters = eventFiltersOf(params);
  const query = useQuery(eventQueries.list(filters));
  const open = useOpenView('events');
  const choicesOf = useEventChoices();
  const wordOf = useImportWord(filters.import !== undefined);
  const key = query.isPlaceholderData ? 'before' : JSON.stringify(filters);
  return (
    <div className="page">
      <div className="page-head sagas-head events-head">
        <h1>Events</h1>
        <MatchCount query={query} />
        <WaitingRows />
        <span className="grow" />
        <ColumnsMenu set={EVENT_COLUMNS} beside="time and event" />
        <ExportButton
          what="events"
          permission="events.export"
          count={query.isPlaceholderData ? null : (query.data?.count ?? null)}
          filters={EVENT_FILTERS}
          wordOf={wordOf}
          pathOf={(format) => eventExportPath(filters, format)}
        />
      </div>
      <nav className="views" aria-label="Views">
        <UrlLink
          to={new URLSearchParams()}
          aria-current={open === null && viewFilters(params) === '' ? 'page' : undefined}
        >
          All <ViewCount to={new URLSearchParams()} />
        </UrlLink>
        <SavedViews list="events" Count={ViewCount} />
      </nav>
      <QueryBar
        label="Events"
        placeholder="Word or value of the payload, or field:value"
        filters={EVENT_FILTERS}
        wordOf={wordOf}
        choicesOf={choicesOf}
      >
        {filters.q === undefined ? null : <MatchSwitch anywhere={filters.match === 'contains'} />}
      </QueryBar>
      {query.data === undefined || query.isPlaceholderData ? null : <PassedOver count={query.data.passedOver} />}
      <section className="panel sagas-panel" aria-label="Events" aria-busy={query.isPlaceholderData}>
        <Answer query={query} what="The list of events" rows={16}>
          {(list) =>
            list.items.length === 0 ? <NoEvents /> : <Rows key={key} list={list} dim={query.isPlaceholderData} />
          }
        </Answer>
      </section>
    </div>
  );
}

function ViewCount({ to }: { to: URLSearchParams }) {
  const { cursor: _, ...filters } = eventFiltersOf(to);
  const count = useQuery(eventQueries.count(filters)).data;
  return count === undefined ? null : <span className="n">{countWords(count)}</span>;
}

function Rows({ list, dim }: { list: EventList; dim: boolean }) {
  const steady = useSteadyList(list.items, (event) => event.position);
  const { params } = useUrlState();
  const [first, last] = [list.items[0], list.items.at(-1)];
  return (
    <>
      <EventTable list={steady} dim={dim} columns={EVENT_COLUMNS.of(params)} />
      <ListFoot
        previous={list.previous}
        next={list.next}
        span={
          first === undefined || last === undefined
            ? ''
            : spanWords(first.occurredAt, last.occurredAt, Date.parse(list.asOf))
        }
        words={['Newer', 'Older']}
      />
    </>
  );
}

const suggest = (values: readonly string[] | undefined): Choices | undefined =>
  values === undefined ? undefined : { all: false, mono: true, values: values.map((value) => [value, value]) };

/** What filters may be set to: suggestions from the newest events, beside what is typed. */
function useEventChoices(): (field: string) => Choices | undefined {
  const facets = useQuery(eventQueries.facets()).data;
  return (field) => {
    if (field === 'type') return suggest(facets?.names);
    if (field === 'aggregateType') return suggest(facets?.aggregateTypes.map((type) => (type === '' ? '~' : type)));
    if (field === 'eventVersion')
      return suggest(facets?.versions.filter((version) => version > 0).map((version) => `V${version}`));
    if (field === 'tenant') return suggest(facets?.tenants);
    return field === 'service' ? suggest(facets?.services) : undefined;
  };
}

/** An import by the name of its file, as far as the newest ones are known to who looks; else by its id. */
function useImportWord(wanted: boolean): WordOf {
  const may = useMay('logs.import') === null;
  const imports = useQuery({ ...importQueries.list(), enabled: wanted && may }).data?.items;
  return (field, value) =>
    (field === 'import' ? imports?.find(({ id }) => id === value.toLowerCase())?.file : undefined) ?? value;
}

/** What a search by word has not looked into, so that nothing found is not taken for nothing there. */
function PassedOver({ count }: { count: EventList['passedOver'] }) {
  if (count.value === 0) return null;
  const events = count.value === 1 && !count.capped ? '1 event' : `${countWords(count)} events`;
  return (
    <p className="fs12 t2">
      <output>
        Not looked for in {events} whose payload is too large for its words to be kept: look anywhere in the payload, in
        a time range, to have them read too.
      </output>
    </p>
  );
}

/** From the beginning of a word, at any size; anywhere in the payload, within a time range. */
function MatchSwitch({ anywhere }: { anywhere: boolean }) {
  const url = useUrlState();
  const turn = () => {
    let next = url.now();
    if (anywhere) next.delete('match');
    else {
      next.set('match', 'contains');
      const now = Date.now();
      if (!next.has('from')) next = withFilter(next, 'from', [new Date(now - DAY_MS).toISOString()]);
      if (!next.has('to')) next = withFilter(next, 'to', [new Date(now).toISOString()]);
    }
    next.delete('cursor');
    url.push(next);
  };
  return (
    <Button small variant="ghost" onClick={turn}>
      {anywhere ? 'Anywhere in the payload: back to beginnings' : 'Look anywhere in the payload…'}
    </Button>
  );
}

function NoEvents() {
  const { params } = useUrlState();
  const newest = EVENT_FILTERS.filtersOf(params).at(-1);
  const filters = eventFiltersOf(params);
  if (newest === undefined && filters.q === undefined && filters.cursor === undefined) {
    return (
      <EmptyState title="There are no events yet">
        Whatever your services insert into <code>event_store</code> appears here within a second. Logs of other systems
        can be imported with <code>npm run import -- FILE</code>.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="No event matches"
      action={<DropFilters filters={EVENT_FILTERS} all="All events" wordOf={asWritten} />}
    >
      {filters.cursor === undefined
        ? 'Words and values of a payload are found from their beginning, ids and names in full.'
        : 'This page is empty now: its rows have moved on.'}
    </EmptyState>
  );
}
