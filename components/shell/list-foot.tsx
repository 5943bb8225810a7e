'use client';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import { Kbd } from '@/components/ui/kbd';
import { UrlLink } from './url-link';
import { useUrlState } from './url-state';

/** Under a list: its keys, the span it shows, and the pages before and after, by keyset and never by number. */
export function ListFoot({
  previous,
  next,
  span,
  words: [before, after],
}: {
  previous: string | null;
  next: string | null;
  span: string;
  words: readonly [before: string, after: string];
}) {
  const { params } = useUrlState();
  const page = (cursor: string) => {
    const to = new URLSearchParams(params);
    to.set('cursor', cursor);
    return to;
  };
  return (
    <div className="foot">
      <span className="hints">
        <Kbd>J</Kbd>
        <Kbd>K</Kbd>move
      </span>
      <span className="hints">
        <Kbd>↵</Kbd>open
      </span>
      <span className="right">{span}</span>
      <nav className="row row-4" aria-label="Pages">
        {previous === null ? (
          <Button small icon="chev-l" disabledReason={`Nothing ${before.toLowerCase()} matches`}>
            {before}
          </Button>
        ) : (
          <UrlLink className="btn sm" to={page(previous)}>
            <Icon name="chev-l" size={14} />
            {before}
          </UrlLink>
        )}
        {next === null ? (
          <Button small iconAfter="chev-r" disabledReason={`Nothing ${after.toLowerCase()} matches`}>
            {after}
          </Button>
        ) : (
          <UrlLink className="btn sm" to={page(next)}>
            {after}
            <Icon name="chev-r" size={14} />
          </UrlLink>
        )}
      </nav>
    </div>
  );
}
