import { HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { accountQueries } from '@/client/account';
import { AccountPage } from '@/components/account/account-page';
import { BrowserOnly } from '@/components/shell/browser-only';
import { getAccount } from '@/server/account/get-account';
import { prefetch } from '@/server/http/prefetch';

export const metadata: Metadata = { title: 'Account' };

export default async function Page() {
  const state = await prefetch({ queryKey: accountQueries.mine().queryKey, load: getAccount });
  return (
    <HydrationBoundary state={state}>
      <BrowserOnly>
        <AccountPage />
      </BrowserOnly>
    </HydrationBoundary>
  );
}
