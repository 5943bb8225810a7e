import type { SearchItem, SearchKind, SearchResult } from '@/core/contract/search';

/** Of each kind in the dialog; the page of results has the others. */
export const SHOWN = 5;

/** One line of the list below the search field. */
export interface SearchOption {
  /** Differs within the list; part of an element's id. */
  key: string;
  href: string;
  /** What is searched for again, in place of a page to go to. */
  again?: string;
  hit?: { kind: SearchKind; item: SearchItem };
}

export const resultsHref = (q: string): string => `/search?q=${encodeURIComponent(q)}`;

/** The recent searches as lines. */
export const recentOptions = (recent: readonly string[]): SearchOption[] =>
  recent.map((again, n) => ({ key: `recent-${n}`, href: resultsHref(again), again }));

/** The first hits of each kind as lines, and the way to all of them last; none without a hit. */
export function hitOptions(result: SearchResult | undefined, q: string): SearchOption[] {
  const hits = (result?.groups ?? []).flatMap(({ kind, items }) =>
    items.slice(0, SHOWN).map((item, n) => ({ key: `${kind}-${n}`, href: item.href, hit: { kind, item } })),
  );
  return hits.length === 0 ? [] : [...hits, { key: 'all', href: resultsHref(q) }];
}
