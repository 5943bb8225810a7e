import type { ReactNode } from 'react';
import { ShapeIcon } from '@/components/saga/status';

/** What was refused or failed, in one sentence, with the way on. */
export function Refused({
  title,
  text,
  reference,
  action,
}: {
  title: string;
  text: string;
  reference?: string | undefined;
  action?: ReactNode;
}) {
  return (
    <div className="dlg-s">
      <div className="note iv-note s-attention" role="alert">
        <ShapeIcon shape="attention" on="attention-bg" />
        <span className="grow">
          <span className="t1 m">{title}</span> {text}
          {reference === undefined ? null : (
            <>
              {' '}
              Ref <code>{reference}</code>.
            </>
          )}
        </span>
        {action}
      </div>
    </div>
  );
}
