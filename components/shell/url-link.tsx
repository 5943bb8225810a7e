'use client';
import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { useUrlState } from './url-state';

/** A link to the same page with another query: a real address, followed without asking the server for a page. */
export function UrlLink({
  to,
  onClick,
  children,
  ...rest
}: { to: URLSearchParams } & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'>) {
  const url = useUrlState();
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    event.preventDefault();
    url.push(to);
  };
  return (
    <a {...rest} href={url.href(to)} onClick={follow}>
      {children}
    </a>
  );
}
