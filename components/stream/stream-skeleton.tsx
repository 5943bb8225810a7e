/** The page's layout in grey bars, after 300 ms (by CSS); `says`: what the server is at. */
export function StreamSkeleton({ says }: { says: string | null }) {
  return (
    <output className="skeleton" aria-label={says ?? 'The stream is being read'}>
      {says === null ? null : <span className="st-folding t2">{says}</span>}
      <span className="st-sk">
        <span className="sk" style={{ width: 180 }} />
        <span className="sk" style={{ width: 260, height: 20 }} />
      </span>
      <span className="panel st-sk" style={{ height: 88 }}>
        <span className="sk" style={{ width: '94%' }} />
      </span>
      <span className="st-cols">
        {[0, 1].map((column) => (
          <span key={column} className="panel st-sk" style={{ minHeight: 420 }}>
            {[62, 88, 74, 48, 81, 57, 69].map((width) => (
              <span key={width} className="sk" style={{ width: `${width}%` }} />
            ))}
          </span>
        ))}
      </span>
    </output>
  );
}
