'use client';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type SyntheticEvent } from 'react';
import type { InterventionWire } from '@/core/contract/interventions';
import type { SagaDetail } from '@/core/contract/sagas';
import { PlanView } from './plan-view';
import { RunView } from './run-view';
import type { Opened } from './use-intervention';

export interface DialogParts {
  saga: SagaDetail;
  titleId: string;
  /** What was typed so far: the dialog asks before it throws that away. */
  reason: string;
  onReason: (reason: string) => void;
  onClose: () => void;
}

/**
 * The one dialog of interventions: the plan first, then the same dialog shows each call. A native dialog keeps the focus
 * inside and gives it back; closing it stops nothing.
 */
export function InterventionDialog({
  saga,
  opened,
  onRequested,
  onClosed,
}: {
  saga: SagaDetail;
  opened: Opened;
  onRequested: (intervention: InterventionWire) => void;
  onClosed: () => void;
}) {
  const frame = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const [reason, setReason] = useState('');
  const [asking, setAsking] = useState(false);
  useEffect(() => {
    const dialog = frame.current;
    if (dialog === null) return;
    if (!dialog.open) dialog.showModal();
    // Where nothing is to be typed, the title: what stands below it is read from there.
    (dialog.querySelector('textarea') ?? dialog.querySelector('h2'))?.focus({ preventScroll: true });
  }, []);

  const close = () => frame.current?.close();
  const cancel = (event: SyntheticEvent) => {
    if (event.target !== frame.current || reason.trim() === '' || asking) return;
    event.preventDefault();
    setAsking(true);
  };
  const closed = () => {
    const { activeElement } = document;
    const lost = activeElement === document.body || frame.current?.contains(activeElement) === true;
    onClosed();
    // A key opened it, or the button that did is gone: the page itself takes the focus.
    if (lost) document.getElementById('main')?.focus({ preventScroll: true });
  };
  const submit = (event: KeyboardEvent<HTMLDialogElement>) => {
    if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    frame.current?.querySelector('form')?.requestSubmit();
  };
  const parts: DialogParts = {
    saga,
    titleId,
    reason,
    onReason: (next) => {
      setReason(next);
      setAsking(false);
    },
    onClose: close,
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- ⌘↵ confirms from anywhere in it
    <dialog
      ref={frame}
      className="dlg iv"
      aria-labelledby={titleId}
      onCancel={cancel}
      onClose={closed}
      onKeyDown={submit}
    >
      {opened.kind === 'plan' ? (
        <PlanView
          {...parts}
          action={opened.action}
          stepName={opened.stepName}
          onRequested={(intervention) => {
            parts.onReason('');
            onRequested(intervention);
          }}
        />
      ) : (
        <RunView {...parts} key={opened.id} id={opened.id} decision={opened.decision} />
      )}
      {asking ? (
        <p className="iv-ask" role="alert">
          What you typed is thrown away. Press Esc again to close, or go on writing.
        </p>
      ) : null}
    </dialog>
  );
}
