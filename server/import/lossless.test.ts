import fc from 'fast-check';
import { parse } from 'lossless-json';
import { describe, expect, it } from 'vitest';
import { objectIn } from './json-object';
import { parseLossless, TooManyValues, withoutLongStrings } from './lossless';

/** Long enough not to be left to lossless-json as it is. */
const padded = (text: string): string => text + ' '.repeat(100_000);

const values = (count: number): string => `{"a": [${'1,'.repeat(count - 3)}1]}`;

describe('a long JSON text', () => {
  it('is read as lossless-json reads it', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^["\\]*$/));
    const long = fc.tuple(text, fc.nat(30)).map(([part, times]) => part.repeat(times));
    fc.assert(
      fc.property(fc.jsonValue(), fc.dictionary(long, fc.array(long)), (value, strings) => {
        const json = padded(JSON.stringify([value, strings, { isLosslessNumber: true, long: 'x'.repeat(50) }]));
        expect(parseLossless(json)).toEqual(parse(json));
      }),
      // Each text has 100,000 characters.
      { numRuns: 40 },
    );
  }, 30_000);

  it('keeps the digits of its numbers and the names of its fields', () => {
    const name = `__proto__${'x'.repeat(60)}`;
    const text = padded(
      `{"${name}": {"n": 9007199254740993.10}, "__proto__": "${'"\\\\'.replaceAll('"', '\\"').repeat(40)}"}`,
    );
    const value = parseLossless(text);
    expect(JSON.stringify(Object.keys(value as object))).toBe(JSON.stringify([name, '__proto__']));
    expect(String(Reflect.get(Reflect.get(value as object, name), 'n'))).toBe('9007199254740993.10');
  });

  it.each(['{"a": "', '{"a": "\\', `{"a": "${'x'.repeat(60)}\n"}`, '{"a": 1}}', `["${'x'.repeat(60)}" "b"]`])(
    'is refused where it is none: %j',
    (text) => {
      expect(() => parseLossless(padded(text))).toThrow(SyntaxError);
    },
  );

  it('of 15 MB in one string costs no walk over its characters', () => {
    const note = `${'x\\"'.repeat(5_000_000)}\\\\`;
    expect(objectIn(`{"note": "${note}"}`)).toEqual({ fields: { note: JSON.parse(`"${note}"`) } });
    expect(withoutLongStrings(`{"note": "${note}"}`).short.length).toBeLessThan(100);
  });

  it('of more than 50,000 values is refused before any is built', () => {
    expect(objectIn(values(50_000))).toMatchObject({ fields: {} });
    expect(objectIn(values(50_001))).toEqual({ wrong: 'has more than 50,000 values' });
    expect(() => parseLossless(padded(`[${'[],'.repeat(50_000)}1]`))).toThrow(TooManyValues);
    expect(() => withoutLongStrings(values(50_001))).toThrow(TooManyValues);
  });
});
