import type { Metadata } from 'next';
import { SagasPage } from '@/components/saga/list/sagas-page';
import { BrowserOnly } from '@/components/shell/browser-only';

export const metadata: Metadata = { title: 'Sagas' };

export default function Page() {
  return (
    <BrowserOnly>
      <SagasPage />
    </BrowserOnly>
  );
}
