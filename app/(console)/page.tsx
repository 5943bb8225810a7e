import type { Metadata } from 'next';
import { OverviewPage } from '@/components/overview/overview-page';
import { BrowserOnly } from '@/components/shell/browser-only';

export const metadata: Metadata = { title: 'Overview' };

export default function Page() {
  return (
    <BrowserOnly>
      <OverviewPage />
    </BrowserOnly>
  );
}
