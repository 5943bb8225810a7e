import type { Metadata } from 'next';
import Link from 'next/link';
import { headers } from 'next/headers';
import { randomUUID } from 'node:crypto';
import { type SearchParams, urlSearchParams } from '@/app/search-params';
import { Refusal } from '@/components/account/refusal';
import { SetUpForm } from '@/components/account/set-up-form';
import { readLink } from '@/server/account/open-link';
import { requestContext } from '@/server/http/context';

export const metadata: Metadata = { title: 'Set up' };

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const token = (await urlSearchParams(searchParams)).get('token') ?? '';
  const ctx = await requestContext(await headers(), randomUUID(), true);
  const link = await readLink(ctx, { token, purposes: ['set_up'] });
  return (
    <>
      <h1>Set up this console</h1>
      {link.open ? (
        <>
          <p className="t2">You become its first administrator: you invite the others, and give them their roles.</p>
          <SetUpForm token={token} />
        </>
      ) : (
        <>
          <Refusal>{link.why}</Refusal>
          <Link className="link" href="/sign-in">
            Sign in
          </Link>
        </>
      )}
    </>
  );
}
