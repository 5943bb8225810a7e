import type { Metadata } from 'next';
import { SettingsPage } from '@/components/settings/settings-page';
import { BrowserOnly } from '@/components/shell/browser-only';

export const metadata: Metadata = { title: 'Settings' };

export default function Page() {
  return (
    <BrowserOnly>
      <SettingsPage />
    </BrowserOnly>
  );
}
