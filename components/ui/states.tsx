'use client';
import type { ReactNode } from 'react';
import { Button } from './button';
import { clockWords } from './time-words';

/** Says what would be here, when it last was, and one way on. */
export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="state">
      <p className="m">{title}</p>
      {children === undefined ? null : <div className="fs12 t2 state-text">{children}</div>}
      {action === undefined ? null : <div className="row state-act">{action}</div>}
    </div>
  );
}

/** What did not answer, how old the shown data is (epoch ms; absent: nothing is shown), a reference, and Try again. */
export function ErrorState({
  what,
  detail,
  reference,
  shownFrom,
  retrying = false,
  onRetry,
}: {
  what: string;
  detail?: string;
  reference?: string | undefined;
  shownFrom?: number | undefined;
  retrying?: boolean;
  onRetry: () => void;
}) {
  return (
    <div className="state" role="alert">
      <p className="m">{what}</p>
      <p className="fs12 t2 state-text">
        {detail}
        {shownFrom === undefined ? null : ` Shown data is from ${clockWords(shownFrom)}.`}
        {reference === undefined ? null : (
          <>
            {' '}
            Ref <code>{reference}</code>.
          </>
        )}
      </p>
      <div className="row state-act">
        <Button small onClick={onRetry} disabledReason={retrying ? 'It is being tried now' : null}>
          Try again
        </Button>
      </div>
    </div>
  );
}
