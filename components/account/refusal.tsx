import type { ReactNode } from 'react';
import { ShapeIcon } from '@/components/saga/status';

/** One sentence that says why not, and what to do. */
export function Refusal({ children }: { children: ReactNode }) {
  return (
    <p className="note acc-refusal" role="alert">
      <ShapeIcon shape="failed" on="sunken" />
      <span>{children}</span>
    </p>
  );
}
