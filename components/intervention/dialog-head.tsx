import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';

/** Title, one sentence, and the way out. */
export function DialogHead({
  titleId,
  title,
  children,
  onClose,
}: {
  titleId: string;
  title: string;
  children?: ReactNode;
  onClose: () => void;
}) {
  return (
    <div className="dlg-h">
      <div className="iv-head">
        <h2 id={titleId} tabIndex={-1}>
          {title}
        </h2>
        {children === undefined ? null : <p>{children}</p>}
      </div>
      <Button variant="ghost" icon="x" label="Close" onClick={onClose} />
    </div>
  );
}
