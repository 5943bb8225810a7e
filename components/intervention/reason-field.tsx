'use client';
import { useEffect, useId, useRef } from 'react';

/** As the server counts it: spaces around it are none. */
export const REASON_LENGTH = 10;
const LONGEST = 2000;

/** Why a reason does not do yet, or null. */
export function reasonMissing(reason: string): string | null {
  const missing = REASON_LENGTH - reason.trim().length;
  if (missing <= 0) return null;
  return missing === 1 ? 'The reason needs 1 more character' : `The reason needs ${missing} more characters`;
}

/** The reason that every intervention needs, with its count. It takes the focus when it appears. */
export function ReasonField({
  value,
  onChange,
  frozen = false,
}: {
  value: string;
  onChange: (value: string) => void;
  /** It was sent, and nobody knows yet whether it arrived: it must stay as it was. */
  frozen?: boolean;
}) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const count = value.trim().length;
  return (
    <div className="dlg-s">
      <h3>
        <label htmlFor={id}>Reason</label>
        <span className="iv-plain" id={`${id}-rule`}>
          required, {REASON_LENGTH} characters or more, kept in the audit log
        </span>
        <span className="right iv-plain" id={`${id}-count`}>
          {count < REASON_LENGTH ? `${count} of ${REASON_LENGTH}` : count}
          <span className="vh"> characters</span>
        </span>
      </h3>
      <textarea
        id={id}
        ref={field}
        className="textarea"
        aria-describedby={`${id}-rule ${id}-count`}
        required
        readOnly={frozen}
        maxLength={LONGEST}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
