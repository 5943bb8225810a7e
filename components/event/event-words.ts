import { clockWords, dateWords } from '@/components/ui/time-words';

/** `14:20:29.640` in the reader's zone, with the date where it is not today's. */
export function millisWords(at: number, today = dateWords(Date.now())): string {
  const time = `${clockWords(at)}.${String(((at % 1_000) + 1_000) % 1_000).padStart(3, '0')}`;
  const date = dateWords(at);
  return date === today ? time : `${date} ${time}`;
}
