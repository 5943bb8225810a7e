'use client';
import { useMemo, useState } from 'react';
import { jsonLines } from './json-tokens';

/** JSON text set in lines, losslessly. Beyond `lines` it asks before it draws more. */
export function JsonView({
  text,
  label,
  lines = 60,
  bareKeys = true,
}: {
  text: string;
  label: string;
  lines?: number;
  bareKeys?: boolean;
}) {
  const [most, setMost] = useState(lines);
  const page = useMemo(() => jsonLines(text, most, bareKeys), [text, most, bareKeys]);
  return (
    <>
      {/* Scrolls within itself, so the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="json-view" tabIndex={0} aria-label={label}>
        <pre className="json">
          {page.lines.map((line, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- lines have no other name
            <span key={at} className="json-line">
              {'  '.repeat(Math.min(line.indent, 40))}
              {line.pieces.map((piece, place) => (
                // oxlint-disable-next-line react/no-array-index-key -- nor have their pieces
                <span key={place} className={piece.as === 'x' ? undefined : piece.as}>
                  {piece.text}
                </span>
              ))}
              {'\n'}
            </span>
          ))}
        </pre>
      </section>
      {page.more ? (
        <button type="button" className="link fs12" onClick={() => setMost(most * 10)}>
          Show more lines
        </button>
      ) : null}
    </>
  );
}
