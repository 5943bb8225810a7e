'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { peopleQueries } from '@/client/people';
import type { LinkWire, PersonDetail } from '@/core/contract/people';
import type { PersonAction } from '@/core/people/can';
import { Answer } from '@/components/shell/answer';
import { useMay } from '@/components/shell/use-may';
import { CloseButton, FormDialog } from '@/components/settings/form-dialog';
import { Button } from '@/components/ui/button';
import { useTicking } from '@/components/ui/clock';
import { RelativeTime } from '@/components/ui/relative-time';
import { ChangeForm, type Change } from './change-form';
import { LinkOnce } from './link-once';
import { Grants } from './grants';
import { browserWords, standingWords } from './person-words';
import { RolesForm } from './roles-form';

type Mode = { is: 'facts' } | { is: 'roles' } | { is: Change } | { is: 'link'; link: LinkWire };

/** A person: roles, standing and sessions, and from here every change of them. */
export function PersonDialog({ id, onClosed }: { id: string; onClosed: () => void }) {
  const query = useQuery(peopleQueries.one(id));
  const [mode, setMode] = useState<Mode>({ is: 'facts' });
  const back = () => setMode({ is: 'facts' });
  const person = query.data;
  if (person === undefined) {
    return (
      <FormDialog key="reading" title="Person" onClosed={onClosed} foot={<CloseButton>Close</CloseButton>}>
        <Answer query={query} what="The person" rows={4}>
          {() => null}
        </Answer>
      </FormDialog>
    );
  }
  if (mode.is === 'roles') return <RolesForm person={person} onBack={back} onClosed={onClosed} />;
  if (mode.is === 'link') {
    return (
      <FormDialog
        key="link"
        title={mode.link.purpose === 'invitation' ? `New link for ${person.name}` : `${person.name} is reset`}
        sub="The console sends no e-mail: hand the link over yourself."
        onClosed={onClosed}
        foot={<CloseButton>Done</CloseButton>}
      >
        <LinkOnce link={mode.link} />
      </FormDialog>
    );
  }
  if (mode.is === 'facts') {
    return <Facts person={person} onMode={(is) => setMode({ is })} onClosed={onClosed} />;
  }
  return (
    <ChangeForm
      key={mode.is}
      change={mode.is}
      person={person}
      onBack={back}
      onLink={(link) => setMode({ is: 'link', link })}
      onClosed={onClosed}
    />
  );
}

function Facts({
  person,
  onMode,
  onClosed,
}: {
  person: PersonDetail;
  onMode: (mode: 'roles' | Change) => void;
  onClosed: () => void;
}) {
  const may = useMay('people.write');
  const off = (action: PersonAction) => {
    const allowed = person.allowed[action];
    return may ?? (allowed === true ? null : allowed.text);
  };
  const standing = useTicking((now) => standingWords(person, now), '');
  const disabled = person.disabledAt !== null;
  return (
    <FormDialog
      key="facts"
      title={person.name}
      sub={person.email}
      onClosed={onClosed}
      foot={
        <div className="person-acts">
          <Button disabledReason={off('setRoles')} onClick={() => onMode('roles')}>
            Change roles…
          </Button>
          <Button disabledReason={off('reset')} onClick={() => onMode('reset')}>
            {person.invitation === null ? 'Reset password…' : 'New invitation link…'}
          </Button>
          <Button disabledReason={off('endSessions')} onClick={() => onMode('endSessions')}>
            End sessions…
          </Button>
          {disabled ? (
            <Button disabledReason={off('enable')} onClick={() => onMode('enable')}>
              Enable…
            </Button>
          ) : (
            <Button variant="danger" disabledReason={off('disable')} onClick={() => onMode('disable')}>
              Disable…
            </Button>
          )}
        </div>
      }
    >
      <>
        <dl className="kv dlg-s">
          <dt>Roles</dt>
          <dd className="wrap">
            <Grants person={person} />
          </dd>
          <dt>Standing</dt>
          <dd>
            {standing}
            {person.isDemo ? <span className="tag">demo</span> : null}
            {person.isYou ? <span className="tag">you</span> : null}
          </dd>
          <dt>Last seen</dt>
          <dd>
            {person.lastSeenAt === null ? <span className="t3">never</span> : <RelativeTime at={person.lastSeenAt} />}
          </dd>
          <dt>Tokens made</dt>
          <dd>{person.tokenCount === 0 ? 'none that works' : `${person.tokenCount} that work`}</dd>
        </dl>
        <div className="dlg-s">
          <h3>Sessions</h3>
          <Sessions person={person} />
        </div>
      </>
    </FormDialog>
  );
}

function Sessions({ person: { sessions } }: { person: PersonDetail }) {
  if (sessions.length === 0) return <p className="t2 fs12">Signed in nowhere.</p>;
  return (
    <ul className="person-sessions fs12">
      {sessions.map((session) => (
        <li key={session.createdAt + (session.address ?? '')}>
          <span title={session.userAgent ?? undefined}>{browserWords(session.userAgent)}</span>
          <span className="mono t2">{session.address ?? 'unknown address'}</span>
          <span className="t2">
            since <RelativeTime at={session.createdAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}
