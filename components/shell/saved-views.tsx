'use client';
import { useQuery } from '@tanstack/react-query';
import { useRef, type ComponentType } from 'react';
import { viewQueries, viewQuery } from '@/client/views';
import type { ListName } from '@/core/contract/views';
import { Icon } from '@/components/ui/icon';
import { UrlLink } from './url-link';
import { useUrlState } from './url-state';
import { ViewDialog } from './view-dialog';

/** The saved views of a list as tabs beside its own, and the way to save one more, or to change the one that is open. */
export function SavedViews({ list, Count }: { list: ListName; Count: ComponentType<{ to: URLSearchParams }> }) {
  const { params } = useUrlState();
  const query = useQuery(viewQueries.of(list));
  const views = query.data?.items ?? [];
  const dialog = useRef<HTMLDialogElement>(null);
  const here = viewQuery(params);
  const open = views.find((view) => viewQuery(new URLSearchParams(view.query)) === here) ?? null;
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
        <Icon name={open === null ? 'plus' : 'save'} size={14} />
        {open === null ? 'Save view' : 'Edit view'}
      </button>
      <ViewDialog key={open?.id ?? here} ref={dialog} list={list} view={open} others={views} query={here} />
    </>
  );
}
