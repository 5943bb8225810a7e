import type { Metadata } from 'next';
import { Services } from '@/components/settings/services';
import { Readable } from '@/components/settings/readable';

export const metadata: Metadata = { title: 'Services · Settings' };

export default function Page() {
  return (
    <Readable section="services">
      <Services />
    </Readable>
  );
}
