import type { Metadata } from 'next';
import { DiagnosticsPanels } from '@/components/settings/diagnostics';
import { Readable } from '@/components/settings/readable';

export const metadata: Metadata = { title: 'Diagnostics · Settings' };

export default function Page() {
  return (
    <Readable section="diagnostics">
      <div className="settings">
        <DiagnosticsPanels />
      </div>
    </Readable>
  );
}
