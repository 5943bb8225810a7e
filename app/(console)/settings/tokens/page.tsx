import type { Metadata } from 'next';
import { TokensPanel } from '@/components/settings/tokens/tokens-panel';
import { Readable } from '@/components/settings/readable';

export const metadata: Metadata = { title: 'Tokens · Settings' };

export default function Page() {
  return (
    <Readable section="tokens">
      <TokensPanel />
    </Readable>
  );
}
