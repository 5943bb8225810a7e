import { expect, it } from 'vitest';
import { spanWords } from './span-words';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const at = (text: string): string => new Date(text).toISOString();

it.each([
  ['2026-11-20T10:05:00', '2026-11-20T10:00:00'],
  ['2026-11-20T10:00:00', '2026-11-20T10:05:00'],
])('a span is told from its beginning to its end, whichever row %s is of', (first, last) => {
  expect(spanWords(at(first), at(last), NOW)).toBe('20 Nov 2026, 10:00:00 to 10:05:00');
});

it('a span over two days has both', () => {
  expect(spanWords(at('2026-11-20T10:00:00'), at('2026-11-19T09:00:00'), NOW)).toBe(
    '19 Nov 2026, 09:00:00 to 20 Nov 2026, 10:00:00',
  );
});
