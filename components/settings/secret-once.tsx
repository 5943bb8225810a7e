'use client';
import { useId } from 'react';
import { CopyButton } from '@/components/ui/copy';

/** A secret that is shown this once, to copy. */
export function SecretOnce({ label, secret, note }: { label: string; secret: string; note: string }) {
  const id = useId();
  return (
    <div className="dlg-s secret-once">
      <label htmlFor={id}>{label}</label>
      <div className="row">
        <input
          id={id}
          className="input mono"
          readOnly
          value={secret}
          aria-describedby={`${id}-note`}
          onFocus={(event) => event.target.select()}
        />
        <CopyButton text={secret} label={`Copy the ${label.toLowerCase()}`} className="btn pri">
          Copy
        </CopyButton>
      </div>
      <p id={`${id}-note`} className="fs12 t2">
        {note}
      </p>
    </div>
  );
}
