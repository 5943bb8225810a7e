'use client';
import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback, useMemo } from 'react';

export interface UrlState {
  params: URLSearchParams;
  /** The address of this moment: for what runs later than the last drawing, such as a timer. */
  now: () => URLSearchParams;
  /** A new entry of the history: Back undoes it. */
  push: (params: URLSearchParams) => void;
  /** The same entry: for what changes while one types. */
  replace: (params: URLSearchParams) => void;
  href: (params: URLSearchParams) => string;
}

/**
 * The query string as state. Changing it asks the server for no page: the data comes from the API, and Next follows
 * the history by itself.
 */
export function useUrlState(): UrlState {
  const path = usePathname();
  const search = useSearchParams().toString();
  const params = useMemo(() => new URLSearchParams(search), [search]);
  const href = useCallback(
    (next: URLSearchParams) => {
      // Commas part values and read better unescaped.
      const text = next.toString().replaceAll('%2C', ',');
      return text === '' ? path : `${path}?${text}`;
    },
    [path],
  );
  const push = useCallback((next: URLSearchParams) => window.history.pushState(null, '', href(next)), [href]);
  const replace = useCallback((next: URLSearchParams) => window.history.replaceState(null, '', href(next)), [href]);
  return { params, now: addressNow, push, replace, href };
}

function addressNow(): URLSearchParams {
  return new URLSearchParams(window.location.search);
}
