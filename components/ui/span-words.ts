import { clockWords, dateWords } from './time-words';

/** The time that a page of a list spans, as its footer has it: `14:38:18 to 14:20:38`, with dates where days differ. */
export function spanWords(first: string, last: string, now: number): string {
  const [a, b] = [Date.parse(first), Date.parse(last)];
  const days = [dateWords(a), dateWords(b)];
  if (days[0] === days[1] && days[0] === dateWords(now)) return `${clockWords(a)} to ${clockWords(b)}`;
  if (days[0] === days[1]) return `${days[0]}, ${clockWords(a)} to ${clockWords(b)}`;
  return `${days[0]}, ${clockWords(a)} to ${days[1]}, ${clockWords(b)}`;
}
