'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { peopleQueries } from '@/client/people';
import type { PersonWire } from '@/core/contract/people';
import { Answer } from '@/components/shell/answer';
import { UrlLink } from '@/components/shell/url-link';
import { useUrlState } from '@/components/shell/url-state';
import { useMay } from '@/components/shell/use-may';
import { Button } from '@/components/ui/button';
import { useTicking } from '@/components/ui/clock';
import { Panel } from '@/components/ui/panel';
import { RelativeTime } from '@/components/ui/relative-time';
import { EmptyState } from '@/components/ui/states';
import { Pages } from '@/components/settings/pages';
import { Grants } from './grants';
import { InviteDialog } from './invite-dialog';
import { PersonDialog } from './person-dialog';
import { standingWords } from './person-words';

/** Who may sign in: found by name or address, invited, and opened to be changed. */
export function PeoplePanel() {
  const url = useUrlState();
  const q = url.params.get('q') ?? '';
  const cursor = url.params.get('cursor') ?? '';
  const opened = url.params.get('person');
  const query = useQuery({ ...peopleQueries.list({ q, cursor }), placeholderData: keepPreviousData });
  const offReason = useMay('people.write');
  const [inviting, setInviting] = useState(false);
  const search = (text: string) => {
    const next = url.now();
    next.delete('cursor');
    if (text === '') next.delete('q');
    else next.set('q', text);
    url.replace(next);
  };
  const close = () => {
    const next = url.now();
    next.delete('person');
    url.replace(next);
    // The dialog changed while it was open, so that the browser knows no more where the focus was.
    document.querySelector<HTMLElement>(`[data-person="${CSS.escape(opened ?? '')}"]`)?.focus();
  };
  return (
    <Panel
      title="People"
      right={
        <>
          <input
            className="input people-q"
            type="search"
            aria-label="Name or e-mail"
            placeholder="Name or e-mail"
            defaultValue={q}
            maxLength={200}
            onChange={(event) => search(event.target.value.trim())}
          />
          <Button small icon="plus" disabledReason={offReason} onClick={() => setInviting(true)}>
            Invite…
          </Button>
        </>
      }
    >
      <Answer query={query} what="The list of people" rows={5} rowHeight={48}>
        {({ items, next, previous }) =>
          items.length === 0 ? (
            <EmptyState
              title={q === '' ? 'Nobody yet' : 'Nobody has this in their name or address'}
              action={
                q === '' ? undefined : (
                  <Button small onClick={() => search('')}>
                    Show everybody
                  </Button>
                )
              }
            >
              {q === '' ? 'Invite somebody: they stand here from then on.' : null}
            </EmptyState>
          ) : (
            <>
              <PeopleTable people={items} />
              <Pages next={next} previous={previous} />
            </>
          )
        }
      </Answer>
      {inviting ? <InviteDialog onClosed={() => setInviting(false)} /> : null}
      {opened === null ? null : <PersonDialog key={opened} id={opened} onClosed={close} />}
    </Panel>
  );
}

function PeopleTable({ people }: { people: readonly PersonWire[] }) {
  return (
    <table className="tbl people" aria-label="People">
      <thead>
        <tr>
          <th scope="col">Person</th>
          <th scope="col">Roles</th>
          <th scope="col" className="wide-only c-standing">
            Standing
          </th>
          <th scope="col" className="wide-only c-when">
            Last seen
          </th>
          <th scope="col" className="num wide-only c-count">
            Sessions
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <PersonRow key={person.id} person={person} />
        ))}
      </tbody>
    </table>
  );
}

function PersonRow({ person }: { person: PersonWire }) {
  const url = useUrlState();
  const standing = useTicking((now) => standingWords(person, now), '');
  const to = new URLSearchParams(url.params);
  to.set('person', person.id);
  return (
    <tr data-disabled={person.disabledAt === null ? undefined : true}>
      <td>
        <UrlLink to={to} className="link m" data-person={person.id}>
          {person.name}
        </UrlLink>
        {person.isYou ? <span className="tag">you</span> : null}
        {person.isDemo ? <span className="tag">demo</span> : null}
        <span className="person-mail t2">{person.email}</span>
        <span className="person-narrow fs12 t3">{standing}</span>
      </td>
      <td>
        <Grants person={person} />
      </td>
      <td className="wide-only t2">{standing}</td>
      <td className="wide-only">
        {person.lastSeenAt === null ? <span className="t3">never</span> : <RelativeTime at={person.lastSeenAt} />}
      </td>
      <td className="num wide-only">{person.sessionCount}</td>
    </tr>
  );
}
