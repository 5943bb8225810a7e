'use client';
import { UrlLink } from '@/components/shell/url-link';
import { useUrlState } from '@/components/shell/url-state';

/** The ways to the pages beside this one, where there are any. */
export function Pages({
  next,
  previous,
  words = ['Back', 'More'],
}: {
  next: string | null;
  previous: string | null;
  words?: readonly [back: string, on: string];
}) {
  const url = useUrlState();
  if (next === null && previous === null) return null;
  const at = (cursor: string) => {
    const to = new URLSearchParams(url.params);
    to.set('cursor', cursor);
    return to;
  };
  return (
    <nav className="foot" aria-label="Pages">
      {previous === null ? null : (
        <UrlLink to={at(previous)} className="btn sm">
          {words[0]}
        </UrlLink>
      )}
      {next === null ? null : (
        <UrlLink to={at(next)} className="btn sm">
          {words[1]}
        </UrlLink>
      )}
    </nav>
  );
}
