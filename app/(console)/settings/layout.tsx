import type { ReactNode } from 'react';
import { SettingsFrame } from '@/components/settings/settings-frame';
import { BrowserOnly } from '@/components/shell/browser-only';

export default function SettingsLayout({ children }: { children: ReactNode }) {
  return (
    <BrowserOnly>
      <SettingsFrame>{children}</SettingsFrame>
    </BrowserOnly>
  );
}
