import type { Metadata } from 'next';
import { Appearance } from '@/components/settings/appearance';
import { Readable } from '@/components/settings/readable';

export const metadata: Metadata = { title: 'Appearance · Settings' };

export default function Page() {
  return (
    <Readable section="appearance">
      <Appearance />
    </Readable>
  );
}
