'use client';
import { useMutation, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useId, useRef } from 'react';
import { accountMutations } from '@/client/account';
import { asApiError } from '@/client/http';
import { sessionQueries } from '@/client/session';
import { Icon } from '@/components/ui/icon';
import { grantWords, initialsOf } from './role-words';

/** Who is signed in, with which roles, and the ways to their account and out. */
export function UserMenu() {
  const id = useId();
  const menu = useRef<HTMLDivElement>(null);
  const me = useQuery(sessionQueries.me()).data;
  const signOut = useMutation(accountMutations.signOut());
  const name = me?.displayName ?? '';
  const close = () => menu.current?.hidePopover();
  return (
    <>
      <button type="button" className="top-item user" popoverTarget={id}>
        <span className="avatar" aria-hidden="true">
          {me === undefined ? '' : initialsOf(name)}
        </span>
        <span className="vh">Account of {name}</span>
        <span className="t1 trunc user-name" aria-hidden="true">
          {name}
        </span>
        <Icon name="chev-d" size={14} />
      </button>
      <div ref={menu} id={id} popover="auto" className="menu" aria-label="Account">
        {me === undefined ? null : (
          <div className="menu-who">
            <p className="m">{name}</p>
            {me.name === name ? null : <p className="t2 fs12">{me.name}</p>}
            <ul className="t2 fs12" aria-label="Roles">
              {me.grants.length === 0 ? <li>no role yet: ask an administrator</li> : null}
              {me.grants.map((grant) => (
                <li key={JSON.stringify(grant)}>{grantWords(grant)}</li>
              ))}
            </ul>
          </div>
        )}
        <Link className="menu-item" href="/account" onClick={close}>
          Account
        </Link>
        <button type="button" className="menu-item" onClick={() => signOut.mutate()}>
          Sign out
        </button>
        {signOut.isError ? (
          <p className="menu-who fs12 t2" role="alert">
            {asApiError(signOut.error).detail}
          </p>
        ) : null}
      </div>
    </>
  );
}
