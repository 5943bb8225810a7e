/** Controls of direction, and the blocks that Unicode keeps for scripts written from right to left. */
const TURNS = /[\p{Bidi_Control}\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFE\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
const OPEN = '\u2068';
const CLOSE = '\u2069';

/**
 * A text from outside as a word of our sentence: one that could turn the direction of what follows stands in an isolate
 * (U+2068 … U+2069, Unicode UAX 9); every other is answered as it is. Isolates of its own, which could end or outlast
 * ours, show as U+FFFD.
 */
export const isolated = (text: string): string =>
  TURNS.test(text) ? `${OPEN}${text.replace(/[\u2066-\u2069]/gu, '\uFFFD')}${CLOSE}` : text;

/** The first code points of a text, the last being "…" where it was cut; an isolate that was cut is closed. */
export function cut(text: string, most: number): string {
  const points = Array.from(text);
  if (points.length <= most) return text;
  const head = points.slice(0, most - 1);
  const isOpen = (): boolean => head.lastIndexOf(OPEN) > head.lastIndexOf(CLOSE);
  if (!isOpen()) return `${head.join('').trimEnd()}…`;
  head.pop();
  return `${head.join('').trimEnd()}${isOpen() ? CLOSE : ''}…`;
}
