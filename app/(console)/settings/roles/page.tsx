import type { Metadata } from 'next';
import { RolesPanel } from '@/components/settings/roles-panel';
import { Readable } from '@/components/settings/readable';

export const metadata: Metadata = { title: 'Roles · Settings' };

export default function Page() {
  return (
    <Readable section="roles">
      <RolesPanel />
    </Readable>
  );
}
