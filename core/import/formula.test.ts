import fc from 'fast-check';
import { expect, it } from 'vitest';
import { guarded, unguarded } from './formula';

it('nothing that a spreadsheet would run is left, and every value comes back', () => {
  const odd = fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠', 'a') });
  fc.assert(
    fc.property(fc.oneof(odd, fc.string()), (value) => {
      expect(guarded(value)).not.toMatch(/^[=+\-@\t\r＝＋－＠]/);
      expect(unguarded(guarded(value))).toBe(value);
    }),
  );
  expect([guarded('=1+1'), guarded("'=1+1"), guarded("it's"), guarded("'a")]).toEqual([
    "'=1+1",
    "''=1+1",
    "it's",
    "'a",
  ]);
});
