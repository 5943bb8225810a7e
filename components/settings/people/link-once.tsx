'use client';
import type { LinkWire } from '@/core/contract/people';
import { SecretOnce } from '@/components/settings/secret-once';
import { fullTimeWords } from '@/components/ui/time-words';

/** A one-time link as an address of this console. */
export function LinkOnce({ link }: { link: LinkWire }) {
  return (
    <SecretOnce
      label={link.purpose === 'invitation' ? 'Invitation link' : 'Reset link'}
      secret={new URL(link.path, window.location.origin).href}
      note={`Shown only now. It works once, until ${fullTimeWords(Date.parse(link.expiresAt))}; a newer link replaces it.`}
    />
  );
}
