import { describe, expect, it } from 'vitest';
import { wordQuery } from './payload-search';

describe('the words looked for in payloads', () => {
  it.each([
    ['VOIDED', `'VOIDED':*`],
    [' order-8841 ', `'order-8841':*`],
    ['insufficient funds', `'insufficient funds':* | ('insufficient':* & 'funds':*)`],
    [`O'Brien\\x`, `'O''Brien\\\\x':*`],
    ['日本', `'日本':*`],
  ])('%s', (text, expected) => {
    expect(wordQuery(text)).toBe(expected);
  });
});
