'use client';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { asApiError, type ApiError } from '@/client/http';
import { useInBrowser } from '@/components/ui/clock';
import { Refusal } from './refusal';

/** Text fields of a form by name; what is not text is left out. */
export type Fields = (name: string) => string;

/**
 * A form that is sent by `send`, once at a time; what was refused stands above it, and the field that it names is told
 * by `children`. Until the browser has taken over, the button is off: a password must not go out in an address.
 */
export function SentForm({
  button,
  refused = null,
  focus = false,
  send,
  children,
}: {
  button: string;
  /** What was refused before this page was asked for. */
  refused?: string | null;
  /** Takes the focus when it appears: a page that is for this alone. */
  focus?: boolean;
  send: (fields: Fields) => Promise<void>;
  children: (problemOf: (path: string) => string | undefined) => ReactNode;
}) {
  const ready = useInBrowser();
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (focus) form.current?.querySelector<HTMLInputElement>('input:not([readonly])')?.focus();
  }, [focus]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    const data = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    try {
      await send((name) => {
        const value = data.get(name);
        return typeof value === 'string' ? value : '';
      });
    } catch (problem) {
      setError(asApiError(problem));
    } finally {
      setBusy(false);
    }
  };
  const problemOf = (path: string) => error?.issues.find((issue) => issue.path === path)?.message;
  const told = error?.detail ?? refused;
  return (
    <form ref={form} method="post" className="acc-form" onSubmit={(event) => void submit(event)}>
      {told === null || busy ? null : <Refusal>{told}</Refusal>}
      {children(problemOf)}
      <button type="submit" className="btn pri acc-send" disabled={!ready} aria-disabled={busy || undefined}>
        {button}
      </button>
    </form>
  );
}
