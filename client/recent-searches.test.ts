import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetSearches, recentSearches, rememberSearch } from './recent-searches';

/** The part of a browser's storage that is used here. */
function storage(refuse = false) {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (refuse) throw new DOMException('full', 'QuotaExceededError');
      kept.set(key, value);
    },
    removeItem: (key: string) => kept.delete(key),
  };
}
beforeEach(() => vi.stubGlobal('localStorage', storage()));
afterEach(() => vi.unstubAllGlobals());

describe('recent searches', () => {
  it('are eight, newest first, each once whatever its case, and each person has their own', () => {
    for (let n = 1; n <= 10; n += 1) rememberSearch('ann', `order-${n}`);
    rememberSearch('ann', ' ORDER-5 ');
    rememberSearch('ann', '  ');
    expect(recentSearches('ann')).toEqual(['ORDER-5', ...[10, 9, 8, 7, 6, 4, 3].map((n) => `order-${n}`)]);
    expect(recentSearches('bob')).toEqual([]);
    forgetSearches('ann');
    expect(recentSearches('ann')).toEqual([]);
  });

  it('are none where the browser keeps nothing, or something else', () => {
    vi.stubGlobal('localStorage', storage(true));
    rememberSearch('ann', 'x');
    expect(recentSearches('ann')).toEqual([]);
    vi.stubGlobal('localStorage', { ...storage(), getItem: () => '{"a":1}' });
    expect(recentSearches('ann')).toEqual([]);
    vi.stubGlobal('localStorage', { ...storage(), getItem: () => 'not json' });
    expect(recentSearches('ann')).toEqual([]);
  });
});
