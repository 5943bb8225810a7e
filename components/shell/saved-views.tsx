'use client';
import { useQuery } from '@tanstack/react-query';
import { useRef, type ComponentType } from 'react';
import { viewFilters, viewQueries, viewQuery } from '@/client/views';
import type { ListName, ViewWire } from '@/core/contract/views';
import { Icon } from '@/components/ui/icon';
import { UrlLink } from './url-link';
import { useUrlState } from './url-state';
import { ViewDialog } from './view-dialog';

/** The saved view that an address shows: to the column, else with other columns, which make no other view. */
export function useOpenView(list: ListName): ViewWire | null {
  const { params } = useUrlState();
  const views = useQuery(viewQueries.of(list)).data?.items ?? [];
  const [here, filters] = [viewQuery(params), viewFilters(params)];
  const exact = views.find((view) => viewQuery(new URLSearchParams(view.query)) === here);
  if (exact !== undefined || filters === '') return exact ?? null;
  return views.find((view) => viewFilters(new URLSearchParams(view.query)) === filters) ?? null;
}

/** The saved views of a list as tabs beside its own, and the way to save one more, or to change the one that is open. */
export function SavedViews({ list, Count }: { list: ListName; Count: ComponentType<{ to: URLSearchParams }> }) {
  const { params } = useUrlState();
  const query = useQuery(viewQueries.of(list));
  const views = query.data?.items ?? [];
  const dialog = useRef<HTMLDialogElement>(null);
  const here = viewQuery(params);
  const open = useOpenView(list);
  const isChanged = open !== null && viewQuery(new URLSearchParams(open.query)) !== here;
  // Other columns of a view that one may not change become a view of one's own.
  const edited = isChanged && open.fixed !== null ? null : open;
  const words = edited === null ? 'Save view' : isChanged ? 'Save columns' : 'Edit view';
  return (
    <>
      {views.map((view) => {
        const to = new URLSearchParams(view.query);
        return (
          <UrlLink
            key={view.id}
            to={to}
            aria-current={view === open ? 'page' : undefined}
            title={view.mine ? view.name : `${view.name}, shared by ${view.owner}`}
          >
            <span className="trunc view-name">{view.name}</span>
            {view.shared ? <Icon name="people" size={12} /> : null}
            <Count to={to} />
          </UrlLink>
        );
      })}
      {query.isError && query.data === undefined ? (
        <output className="fs12 t3 view-lost">The saved views did not answer</output>
      ) : null}
      <button type="button" className="view-save" onClick={() => dialog.current?.showModal()}>
        <Icon name={edited === null ? 'plus' : 'save'} size={14} />
        {words}
      </button>
      <ViewDialog key={edited?.id ?? here} ref={dialog} list={list} view={edited} others={views} query={here} />
    </>
  );
}
