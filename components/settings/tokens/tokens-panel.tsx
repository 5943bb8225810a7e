'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { tokenQueries } from '@/client/tokens';
import type { TokenWire } from '@/core/contract/tokens';
import { reachWords } from '@/core/narrative/access';
import { Pages } from '@/components/settings/pages';
import { Answer } from '@/components/shell/answer';
import { useUrlState } from '@/components/shell/url-state';
import { useMay } from '@/components/shell/use-may';
import { Button } from '@/components/ui/button';
import { Panel } from '@/components/ui/panel';
import { RelativeTime } from '@/components/ui/relative-time';
import { Segmented } from '@/components/ui/segmented';
import { EmptyState } from '@/components/ui/states';
import { dateWords } from '@/components/ui/time-words';
import { MakeTokenDialog } from './make-token-dialog';
import { RevokeDialog } from './revoke-dialog';

const STATES = [
  { value: 'active', label: 'Working' },
  { value: 'ended', label: 'Ended' },
] as const;

/** The tokens of machines: made, seen when they were used, and revoked. */
export function TokensPanel() {
  const url = useUrlState();
  const state = url.params.get('state') === 'ended' ? 'ended' : 'active';
  const cursor = url.params.get('cursor') ?? '';
  const query = useQuery({ ...tokenQueries.list({ state, cursor }), placeholderData: keepPreviousData });
  const offReason = useMay('tokens.write');
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<TokenWire | null>(null);
  const show = (next: 'active' | 'ended') => {
    const to = new URLSearchParams();
    if (next === 'ended') to.set('state', next);
    url.push(to);
  };
  return (
    <Panel
      title="Tokens"
      right={
        <>
          <Segmented label="Which tokens" options={STATES} value={state} onChange={show} />
          <Button small icon="plus" disabledReason={offReason} onClick={() => setMaking(true)}>
            New token…
          </Button>
        </>
      }
    >
      <p className="fs12 t2 panel-note">
        A token is of a machine, not of whoever made it: it works until it expires or is revoked, also when its maker is
        disabled.
      </p>
      <Answer query={query} what="The list of tokens" rows={4}>
        {({ items, next, previous }) =>
          items.length === 0 ? (
            <EmptyState title={state === 'active' ? 'No token works' : 'No token has ended'}>
              {state === 'active'
                ? 'Make one for each machine that reads, ingests, intervenes or scrapes metrics.'
                : 'Tokens that expired or were revoked stand here.'}
            </EmptyState>
          ) : (
            <>
              <TokenTable tokens={items} onRevoke={setRevoking} />
              <Pages next={next} previous={previous} words={['Newer', 'Older']} />
            </>
          )
        }
      </Answer>
      {making ? <MakeTokenDialog onClosed={() => setMaking(false)} /> : null}
      {revoking === null ? null : <RevokeDialog token={revoking} onClosed={() => setRevoking(null)} />}
    </Panel>
  );
}

function TokenTable({ tokens, onRevoke }: { tokens: readonly TokenWire[]; onRevoke: (token: TokenWire) => void }) {
  const may = useMay('tokens.write');
  return (
    <table className="tbl tokens" aria-label="Tokens">
      <thead>
        <tr>
          <th scope="col">Token</th>
          <th scope="col" className="wide-only">
            May
          </th>
          <th scope="col" className="wide-only c-when">
            Last used
          </th>
          <th scope="col" className="c-when">
            Ends
          </th>
          <th scope="col" className="c-act">
            <span className="vh">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <tr key={token.id}>
            <td>
              <span className="m">{token.name}</span> <span className="mono t2">{token.prefix}…</span>
              <span className="person-mail fs12 t2">
                made by {token.createdBy}
                {token.creatorDisabled ? ' (disabled)' : ''}, <RelativeTime at={token.createdAt} />
              </span>
              <span className="person-narrow fs12 t2">
                <Scopes token={token} />
              </span>
            </td>
            <td className="wide-only">
              <Scopes token={token} />
            </td>
            <td className="wide-only">
              {token.lastUsedAt === null ? <span className="t3">never</span> : <RelativeTime at={token.lastUsedAt} />}
            </td>
            <td>
              <Ends token={token} />
            </td>
            <td className="num">
              <Button
                small
                variant="danger"
                aria-label={`Revoke ${token.name}…`}
                disabledReason={may ?? (token.allowed.revoke === true ? null : token.allowed.revoke.text)}
                onClick={() => onRevoke(token)}
              >
                Revoke…
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Scopes({ token }: { token: TokenWire }) {
  return (
    <>
      <span className="m">{token.scopes.join(', ')}</span> <span className="t2">{reachWords(token)}</span>
    </>
  );
}

function Ends({ token }: { token: TokenWire }) {
  if (token.revokedAt !== null) {
    return (
      <>
        Revoked <RelativeTime at={token.revokedAt} />
      </>
    );
  }
  if (token.expiresAt === null) return <span className="t3">never</span>;
  return (
    <>
      {token.state === 'expired' ? 'Expired ' : ''}
      <time dateTime={token.expiresAt}>{dateWords(Date.parse(token.expiresAt))}</time>
    </>
  );
}
