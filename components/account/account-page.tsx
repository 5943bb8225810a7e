'use client';
import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { accountMutations, accountQueries } from '@/client/account';
import { asApiError } from '@/client/http';
import { sessionQueries } from '@/client/session';
import type { AccountWire } from '@/core/contract/account';
import { Answer } from '@/components/shell/answer';
import { grantWords } from '@/components/shell/role-words';
import { Button } from '@/components/ui/button';
import { Panel } from '@/components/ui/panel';
import { RelativeTime } from '@/components/ui/relative-time';
import { ChangePassword } from './change-password';
import { Refusal } from './refusal';

/** One's own account: who one is, one's password, and where one is signed in. */
export function AccountPage() {
  const account = useQuery(accountQueries.mine());
  return (
    <div className="page">
      <div className="page-head">
        <h1>Account</h1>
      </div>
      <div className="settings">
        <Who account={account.data} />
        <Panel title="Password">
          <Answer query={account} what="Your account" rows={3}>
            {({ hasPassword, signsInWith }) =>
              hasPassword ? (
                <ChangePassword />
              ) : (
                <p className="facts t2">
                  You have none: you sign in with {signsInWith ?? 'single sign-on'}. An administrator can send you a
                  link to choose one.
                </p>
              )
            }
          </Answer>
        </Panel>
        <Sessions account={account} />
      </div>
    </div>
  );
}

function Who({ account }: { account: AccountWire | undefined }) {
  const me = useQuery(sessionQueries.me());
  return (
    <Panel title="You">
      <Answer query={me} what="Who you are" rows={3}>
        {({ displayName, name, grants }) => (
          <dl className="kv facts">
            <dt>Name</dt>
            <dd className="m">{displayName}</dd>
            <dt>E-mail</dt>
            <dd className="wrap">{name}</dd>
            <dt>Roles</dt>
            <dd className="wrap">
              {grants.length === 0 ? (
                'none yet: ask an administrator'
              ) : (
                <ul>
                  {grants.map((grant) => (
                    <li key={JSON.stringify(grant)}>{grantWords(grant)}</li>
                  ))}
                </ul>
              )}
            </dd>
            {account === undefined || account.signsInWith === null ? null : (
              <>
                <dt>Signs in with</dt>
                <dd>{account.signsInWith}</dd>
              </>
            )}
          </dl>
        )}
      </Answer>
    </Panel>
  );
}

function Sessions({ account }: { account: UseQueryResult<AccountWire> }) {
  const queries = useQueryClient();
  const end = useMutation({
    ...accountMutations.endSession(),
    onSettled: () => queries.invalidateQueries({ queryKey: accountQueries.mine().queryKey }),
  });
  const everywhere = useMutation(accountMutations.signOutEverywhere());
  const failed = end.error ?? everywhere.error;
  return (
    <Panel
      title="Where you are signed in"
      className="wide"
      right={
        <Button
          small
          onClick={() => everywhere.mutate()}
          disabledReason={everywhere.isPending ? 'It is being done' : null}
        >
          Sign out everywhere
        </Button>
      }
    >
      {failed === null ? null : (
        <div className="acc-failed">
          <Refusal>{asApiError(failed).detail}</Refusal>
        </div>
      )}
      <Answer query={account} what="The list of your sessions" rows={3}>
        {({ sessions }) => (
          <ul className="acc-sessions" aria-label="Sessions">
            {sessions.map(({ id, device, address, signedInAt, lastSeenAt, current }) => (
              <li key={id}>
                <div className="grow">
                  <p className="m">
                    {device} {current ? <span className="tag">this one</span> : null}
                  </p>
                  <p className="t2 fs12">
                    {address === null ? null : <span className="mono">{address}</span>}
                    {address === null ? null : ' · '}seen <RelativeTime at={lastSeenAt} /> · signed in{' '}
                    <RelativeTime at={signedInAt} />
                  </p>
                </div>
                {current ? null : (
                  <Button
                    small
                    aria-label={`End the session of ${device}`}
                    onClick={() => end.mutate(id)}
                    disabledReason={end.isPending && end.variables === id ? 'It is being ended' : null}
                  >
                    End
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </Panel>
  );
}
