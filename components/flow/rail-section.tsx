import type { ReactNode } from 'react';

/** A part of the rail under its heading; `right`: what stands at the heading's end. */
export function Section({ title, right, children }: { title: string; right?: ReactNode; children: ReactNode }) {
  return (
    <section>
      <h2>
        {title}
        {right === undefined ? null : <span className="right">{right}</span>}
      </h2>
      {children}
    </section>
  );
}
