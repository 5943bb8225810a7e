import type { Metadata } from 'next';
import { ImportPanel } from '@/components/settings/import/import-panel';
import { Readable } from '@/components/settings/readable';

export const metadata: Metadata = { title: 'Import · Settings' };

export default function Page() {
  return (
    <Readable section="import">
      <ImportPanel />
    </Readable>
  );
}
