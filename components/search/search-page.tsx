'use client';
import Link from 'next/link';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { rememberSearch } from '@/client/recent-searches';
import { LONGEST_SEARCH } from '@/client/search';
import { sessionQueries } from '@/client/session';
import type { SearchGroup } from '@/core/contract/search';
import { useUrlState } from '@/components/shell/url-state';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import { Panel } from '@/components/ui/panel';
import { EmptyState } from '@/components/ui/states';
import { Found } from './found';
import { Hit } from './hit';
import { hitWords, KIND_WORDS } from './search-words';
import { useSearch } from './use-search';

/** Everything that a text finds, by kind; the text is in the address. */
export function SearchPage() {
  const url = useUrlState();
  const q = (url.params.get('q') ?? '').slice(0, LONGEST_SEARCH).trim();
  const { query, isSettled } = useSearch(q);
  const person = useQuery(sessionQueries.me()).data?.name ?? '';
  useEffect(() => rememberSearch(person, q), [person, q]);
  const hits = query.data !== undefined && isSettled && !query.isError && q !== '' ? hitWords(query.data.groups) : null;
  return (
    <div className="page search-page">
      <div className="page-head">
        <h1>Search</h1>
        <output className="fs12 t2">{hits}</output>
      </div>
      <search aria-label="Everything">
        <form
          className="search-field"
          key={q}
          onSubmit={(event) => {
            event.preventDefault();
            const text = new FormData(event.currentTarget).get('q');
            url.push(new URLSearchParams(typeof text === 'string' && text.trim() !== '' ? { q: text.trim() } : {}));
          }}
        >
          <Icon name="search" />
          <input
            name="q"
            type="search"
            aria-label="Any id or value"
            placeholder="Order, saga, event, customer, e-mail, trace…"
            defaultValue={q}
            maxLength={LONGEST_SEARCH}
            autoComplete="off"
            spellCheck={false}
          />
          <Button small type="submit">
            Search
          </Button>
        </form>
      </search>
      {q === '' ? (
        <EmptyState title="What are you looking for?">
          Paste or type any id or value, or the beginning of one. Capitals do not matter, and a number alone finds the
          order that ends with it.
        </EmptyState>
      ) : (
        <div className="search-results" aria-busy={!isSettled}>
          <Found query={query} q={q} isSettled={isSettled}>
            {({ groups }) => groups.map((group) => <Group key={group.kind} group={group} q={q} />)}
          </Found>
        </div>
      )}
    </div>
  );
}

function Group({ group, q }: { group: SearchGroup; q: string }) {
  const { many } = KIND_WORDS[group.kind];
  const list = { saga: '/sagas', event: null, stream: '/events', flow: null, trace: null, value: '/events' }[
    group.kind
  ];
  return (
    <Panel
      title={many}
      sub={group.more ? moreWords(group.items) : String(group.items.length)}
      right={
        group.more && list !== null ? (
          <Link className="link" href={`${list}?q=${encodeURIComponent(q)}`}>
            {list === '/sagas' ? 'List of sagas' : 'List of events'}
          </Link>
        ) : null
      }
    >
      <ul>
        {group.items.map((item) => (
          <li key={`${item.href} ${item.id}`}>
            <Link className="hit" href={item.href} prefetch={false}>
              <Hit kind={group.kind} item={item} />
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** A whole value has no longer text: its list has the rest. */
function moreWords(items: SearchGroup['items']): string {
  return `the first ${items.length} of more${items.every(({ exact }) => exact) ? '' : ': a longer text finds fewer'}`;
}
