import type { ReactNode } from 'react';
import { Providers } from '@/components/shell/providers';
import { Shell } from '@/components/shell/shell';
import { version } from '@/package.json';

export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return (
    <Providers>
      <Shell version={version}>{children}</Shell>
    </Providers>
  );
}
