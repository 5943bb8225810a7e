import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { type SearchParams, urlSearchParams } from '@/app/search-params';
import { SignInForm } from '@/components/account/sign-in-form';
import { nextPath } from '@/core/account/next-path';
import { refusalWords } from '@/server/auth/single-sign-on';
import { whoAsks } from '@/server/auth/who';
import { config } from '@/server/config';

export const metadata: Metadata = { title: 'Sign in' };

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const params = await urlSearchParams(searchParams);
  const next = nextPath(params.get('next'));
  if ((await whoAsks(await headers())) !== null) redirect(next);
  return (
    <>
      <h1>Sign in</h1>
      <SignInForm next={next} refused={refusalWords(params.get('error'))} provider={config().oidc?.name ?? null} />
    </>
  );
}
