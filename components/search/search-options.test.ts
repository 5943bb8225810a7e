import { describe, expect, it } from 'vitest';
import type { SearchItem, SearchResult } from '@/core/contract/search';
import { hitOptions, recentOptions, SHOWN } from './search-options';
import { hitWords, searchedWords } from './search-words';

const item = (n: number): SearchItem => ({
  id: `${n}`,
  label: `${n}`,
  match: 'saga id',
  exact: true,
  detail: null,
  href: `/sagas/${n}`,
});
const result = (counts: number[], more = false): SearchResult => ({
  groups: counts.map((count, n) => ({
    kind: n === 0 ? 'saga' : 'stream',
    items: Array.from({ length: count }, (_, i) => item(i)),
    more,
  })),
  searched: ['saga', 'stream'],
});

describe('the lines below the search field', () => {
  it('are the first of each kind and the way to all, each with a key of its own', () => {
    const options = hitOptions(result([8, 2]), 'a b');
    expect(options).toHaveLength(SHOWN + 2 + 1);
    expect(new Set(options.map(({ key }) => key)).size).toBe(options.length);
    expect(options.at(-1)).toEqual({ key: 'all', href: '/search?q=a%20b' });
  });

  it('are none without a hit, or without an answer', () => {
    expect(hitOptions(result([]), 'a')).toEqual([]);
    expect(hitOptions(undefined, 'a')).toEqual([]);
  });

  it('are the recent searches before anything is typed', () => {
    expect(recentOptions(['x', 'y']).map(({ key, again }) => `${key} ${again}`)).toEqual(['recent-0 x', 'recent-1 y']);
  });
});

describe('the words', () => {
  it('count the hits and name what was looked at', () => {
    expect(hitWords(result([1]).groups)).toBe('1 hit');
    expect(hitWords(result([20, 2], true).groups)).toBe('22+ hits');
    expect(searchedWords(['saga'])).toBe('sagas');
    expect(searchedWords(['saga', 'event', 'stream'])).toBe('sagas, events and streams');
  });
});
