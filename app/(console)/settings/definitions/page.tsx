import type { Metadata } from 'next';
import { Definitions } from '@/components/settings/definitions';
import { Readable } from '@/components/settings/readable';

export const metadata: Metadata = { title: 'Definitions · Settings' };

export default function Page() {
  return (
    <Readable section="definitions">
      <Definitions />
    </Readable>
  );
}
