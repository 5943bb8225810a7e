const WIDTHS = [88, 62, 74, 48, 81, 57, 69, 44];

/** Grey bars in the place of what is being read: nothing for 300 ms (by CSS), then `rows` of them. */
export function Skeleton({
  rows = 4,
  rowHeight = 34,
  label = 'Loading',
}: {
  rows?: number;
  rowHeight?: number;
  label?: string;
}) {
  return (
    <output className="skeleton" aria-label={label}>
      {Array.from({ length: rows }, (_, i) => (
        <span className="skeleton-row" style={{ height: rowHeight }} key={i}>
          <span className="sk" style={{ width: `${WIDTHS[i % WIDTHS.length]}%` }} />
        </span>
      ))}
    </output>
  );
}
