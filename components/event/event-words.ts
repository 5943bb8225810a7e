import { clockWords, dateWords } from '@/components/ui/time-words';

/** `14:20:29.640` in the reader's zone, with the date where it is not today's. */
export function millisWords(at: number, today = dateWords(Date.now())): string {
  const time = `${clockWords(at)}.${String(((at % 1_000) + 1_000) % 1_000).padStart(3, '0')}`;
  return isOfAnotherDay(at, today) ? `${dateWords(at)} ${time}` : time;
}

/** Whether the day stands before a time. */
export const isOfAnotherDay = (at: number, today = dateWords(Date.now())): boolean => dateWords(at) !== today;
