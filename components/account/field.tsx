'use client';
import { useId, type InputHTMLAttributes, type ReactNode } from 'react';

/** A labelled input; `hint` stands below it, `problem` in its place. */
export function Field({
  label,
  hint,
  problem,
  ...input
}: { label: string; hint?: ReactNode; problem?: string | undefined } & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  const below = problem ?? hint;
  return (
    <div className="acc-field">
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        className="input"
        aria-invalid={problem === undefined ? undefined : true}
        aria-describedby={below === undefined ? undefined : `${id}-below`}
      />
      {below === undefined ? null : (
        <p id={`${id}-below`} className={problem === undefined ? 'acc-hint' : 'acc-hint acc-wrong'}>
          {below}
        </p>
      )}
    </div>
  );
}
