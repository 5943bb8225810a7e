import { useId, type ReactNode } from 'react';

/** A section with a 40 px header. `right` stands at the end of the header. */
export function Panel({
  title,
  sub,
  right,
  className = '',
  children,
}: {
  title: ReactNode;
  sub?: ReactNode;
  right?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <div className="panel-h">
        <h2 id={id}>{title}</h2>
        {sub === undefined || sub === null ? null : <span className="sub">{sub}</span>}
        {right === undefined || right === null ? null : <div className="right row">{right}</div>}
      </div>
      {children}
    </section>
  );
}
