'use client';
import { useEffect, useId, useRef, type FormEvent, type ReactNode } from 'react';
import { asApiError } from '@/client/http';
import { DialogHead } from '@/components/intervention/dialog-head';
import { Refused } from '@/components/intervention/refused';
import { Button } from '@/components/ui/button';

/**
 * A native dialog around one form, open as long as it is drawn. The first field takes the focus, else the title; Esc and
 * the cross close it, and the focus goes back to where it was.
 */
export function FormDialog({
  title,
  sub,
  error = null,
  onSubmit,
  onClosed,
  children,
  foot,
}: {
  title: string;
  sub?: ReactNode;
  /** What was refused, above the buttons. */
  error?: unknown;
  onSubmit?: () => void;
  onClosed: () => void;
  children: ReactNode;
  foot: ReactNode;
}) {
  const frame = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = frame.current;
    if (dialog === null) return;
    if (!dialog.open) dialog.showModal();
    (
      dialog.querySelector<HTMLElement>('.set-body :is(input:not([type=checkbox]), textarea)') ??
      dialog.querySelector('h2')
    )?.focus({
      preventScroll: true,
    });
  }, []);
  const close = () => frame.current?.close();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit?.();
  };
  const problem = error === null || error === undefined ? null : asApiError(error);
  return (
    <dialog ref={frame} className="dlg iv set-dlg" aria-labelledby={titleId} onClose={onClosed}>
      <DialogHead titleId={titleId} title={title} onClose={close}>
        {sub}
      </DialogHead>
      <form className="iv-form" onSubmit={submit} noValidate>
        <div className="iv-body set-body">{children}</div>
        {problem === null ? null : (
          <Refused title={`${problem.message}.`} text={problem.detail} reference={problem.reference} />
        )}
        <div className="dlg-f">{foot}</div>
      </form>
    </dialog>
  );
}

/** Closes the dialog that it stands in. */
export function CloseButton({ children }: { children: string }) {
  return (
    <Button className="right" onClick={(event) => event.currentTarget.closest('dialog')?.close()}>
      {children}
    </Button>
  );
}
