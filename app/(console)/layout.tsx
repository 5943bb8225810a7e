import { HydrationBoundary } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { sessionQueries } from '@/client/session';
import { Providers } from '@/components/shell/providers';
import { Shell } from '@/components/shell/shell';
import { version } from '@/package.json';
import { getSession } from '@/server/account/get-session';
import { prefetch } from '@/server/http/prefetch';

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const state = await prefetch({ queryKey: sessionQueries.me().queryKey, load: getSession });
  return (
    <Providers>
      <HydrationBoundary state={state}>
        <Shell version={version}>{children}</Shell>
      </HydrationBoundary>
    </Providers>
  );
}
