import { clockWords, dateWords } from './time-words';

/** The time that a page of a list spans, whichever end it begins with: `14:20:38 to 14:38:18`, with dates where days differ. */
export function spanWords(first: string, last: string, now: number): string {
  const times = [Date.parse(first), Date.parse(last)];
  const [a, b] = [Math.min(...times), Math.max(...times)];
  const days = [dateWords(a), dateWords(b)];
  if (days[0] === days[1] && days[0] === dateWords(now)) return `${clockWords(a)} to ${clockWords(b)}`;
  if (days[0] === days[1]) return `${days[0]}, ${clockWords(a)} to ${clockWords(b)}`;
  return `${days[0]}, ${clockWords(a)} to ${days[1]}, ${clockWords(b)}`;
}
