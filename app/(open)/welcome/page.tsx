import type { Metadata } from 'next';
import { headers } from 'next/headers';
import Link from 'next/link';
import { randomUUID } from 'node:crypto';
import { type SearchParams, urlSearchParams } from '@/app/search-params';
import { Refusal } from '@/components/account/refusal';
import { SingleSignOn } from '@/components/account/sign-in-form';
import { WelcomeForm } from '@/components/account/welcome-form';
import { type LinkView, readLink } from '@/server/account/open-link';
import { config } from '@/server/config';
import { requestContext } from '@/server/http/context';

export const metadata: Metadata = { title: 'Choose a password' };

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const token = (await urlSearchParams(searchParams)).get('token') ?? '';
  const ctx = await requestContext(await headers(), randomUUID(), true);
  const link = await readLink(ctx, { token, purposes: ['invitation', 'reset'] });
  return link.open ? <Choose token={token} link={link} /> : <NotOpen why={link.why} />;
}

function Choose({ token, link }: { token: string; link: Extract<LinkView, { open: true }> }) {
  const invited = link.purpose === 'invitation';
  const provider = config().oidc?.name ?? null;
  return (
    <>
      <h1>{invited ? 'Welcome to Sagascope' : 'Choose a new password'}</h1>
      <p className="t2">
        {invited ? `${link.name ?? ''}, you are invited. Choose a password: you sign in with ` : 'You sign in with '}
        <span className="t1 m acc-email">{link.email}</span>
        {invited ? '.' : ', and are signed out everywhere else.'}
      </p>
      <WelcomeForm
        token={token}
        email={link.email ?? ''}
        button={invited ? 'Accept the invitation' : 'Change the password'}
      />
      {invited && provider !== null ? <SingleSignOn next="/" provider={provider} /> : null}
    </>
  );
}

function NotOpen({ why }: { why: string }) {
  return (
    <>
      <h1>This link does not work</h1>
      <Refusal>{why}</Refusal>
      <Link className="link" href="/sign-in">
        Sign in
      </Link>
    </>
  );
}
