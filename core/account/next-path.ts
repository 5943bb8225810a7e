// Browsers read a backslash as a slash, and leave out tabs and line ends: `/\t/evil.example` is another site.
const PATH = /^\/(?![/\\])[^\\\p{Cc}]*$/u;
// Without its dots `/.//evil.example` begins with two slashes: where it is written anew, that is another site.
const EMPTY_SEGMENT = /^[^?#]*\/\//;

/** Whether a text is a path of this site and nothing else: no scheme, no host. */
export const isPath = (text: string): boolean => PATH.test(text) && !EMPTY_SEGMENT.test(text);

const OPEN = /^\/(?:sign-in|set-up|welcome|api)(?:[/?#]|$)/;

/**
 * Where to go after signing in: `next` where it is a page of this console, else the overview. Another site, the API and
 * the pages for people who have not signed in are none.
 */
export const nextPath = (next: string | null | undefined): string =>
  typeof next === 'string' && next.length <= 2_000 && isPath(next) && !OPEN.test(next) ? next : '/';

/** The way to sign in that leads back to a page. */
export function signInPath(back: string): string {
  const next = nextPath(back);
  return next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`;
}
