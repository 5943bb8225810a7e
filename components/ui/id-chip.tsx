'use client';
import { CopyButton } from './copy';

/** The first 8 and last 6 of an id; one of 16 characters or fewer is shown whole. */
export function shortId(id: string): string {
  const characters = [...id];
  return characters.length <= 16 ? id : `${characters.slice(0, 8).join('')}…${characters.slice(-6).join('')}`;
}

/** An id that a machine made: shown short, copied whole. Business keys are never cut: pass `whole`. */
export function IdChip({
  id,
  name,
  boxed = false,
  whole = false,
}: {
  id: string;
  name: string;
  boxed?: boolean;
  whole?: boolean;
}) {
  return (
    <span className={boxed ? 'idc box' : 'idc'} title={id}>
      {whole ? id : shortId(id)}
      <CopyButton text={id} label={`Copy ${name}`} />
    </span>
  );
}
