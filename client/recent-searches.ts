const MOST = 8;

const keyOf = (person: string): string => `sagascope_recent_searches:${person}`;

/** What a person searched for in this browser, newest first. Nothing where the browser keeps nothing. */
export function recentSearches(person: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(person)) ?? '[]');
    return Array.isArray(kept) ? kept.filter((text): text is string => typeof text === 'string').slice(0, MOST) : [];
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return [];
    throw error;
  }
}

/** Puts a search first; the same one again moves up. */
export function rememberSearch(person: string, q: string): void {
  const text = q.trim();
  if (text === '') return;
  const others = recentSearches(person).filter((one) => one.toLowerCase() !== text.toLowerCase());
  keep(person, [text, ...others].slice(0, MOST));
}

export const forgetSearches = (person: string): void => keep(person, []);

function keep(person: string, searches: readonly string[]): void {
  try {
    if (searches.length === 0) localStorage.removeItem(keyOf(person));
    else localStorage.setItem(keyOf(person), JSON.stringify(searches));
  } catch (error) {
    // Full, or not allowed: a search works without it.
    if (!(error instanceof DOMException)) throw error;
  }
}
