import type { Metadata } from 'next';
import { PeoplePanel } from '@/components/settings/people/people-panel';
import { Readable } from '@/components/settings/readable';

export const metadata: Metadata = { title: 'People · Settings' };

export default function Page() {
  return (
    <Readable section="people">
      <PeoplePanel />
    </Readable>
  );
}
