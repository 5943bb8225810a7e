import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { Brand } from '@/components/shell/brand';

// Some of these addresses hold a one-time secret: no other page is told where one came from.
export const metadata: Metadata = { referrer: 'no-referrer', robots: { index: false, follow: false } };

/** Pages for people who have not signed in: none of the console's frame, and nothing of its data. */
export default function OpenLayout({ children }: { children: ReactNode }) {
  return (
    <main className="open">
      <div className="open-box">
        <Brand />
        <section className="panel open-panel">{children}</section>
      </div>
    </main>
  );
}
