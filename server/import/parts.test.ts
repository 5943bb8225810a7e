import fc from 'fast-check';
import { parse, stringify } from 'lossless-json';
import { describe, expect, it } from 'vitest';
import { slicesOf } from './json-slices';
import { linesOf } from './lines';
import { typeOfFile } from './read';
import { parseTime } from './time';

async function* cutAt(text: string, places: readonly number[]): AsyncGenerator<string> {
  const cuts = [0, ...places.map((place) => place % (text.length + 1)).toSorted((a, b) => a - b), text.length];
  for (let n = 1; n < cuts.length; n += 1) yield text.slice(cuts[n - 1], cuts[n]);
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of source) found.push(one);
  return found;
}

const cuts = fc.array(fc.nat(), { maxLength: 8 });

describe('times', () => {
  it.each([
    ['2010-12-30 14:32:00+01:00', '2010-12-30T13:32:00.000000Z'],
    ['2017-01-02T11:41:53Z', '2017-01-02T11:41:53.000000Z'],
    ['2022-10-20T16:56:19.864004', '2022-10-20T16:56:19.864004Z'],
    ['2022-10-20T16:56:19.8640049-0230', '2022-10-20T19:26:19.864004Z'],
    ['2026/01/31 23:59', '2026-01-31T23:59:00.000000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000000Z'],
  ])('%s is %s', (text, time) => expect(parseTime(text)).toBe(time));

  it.each([
    '',
    'now',
    '2023-02-29',
    '2026-13-01',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:00+16:00',
    '31.01.2026',
    '0001-01-01T00:00:00+01:00',
    '1700000000',
  ])('%s is none', (text) => expect(parseTime(text)).toBeNull());
});

describe('the slices of a JSON document', () => {
  it('are its elements, digit by digit, however the text is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1), cuts, async (values, space, places) => {
        const text = JSON.stringify(values, null, space);
        const slices = await all(slicesOf(cutAt(text, places), (path) => path.length === 1));
        expect(slices.map((slice) => stringify(parse(slice.text ?? '')))).toEqual(
          values.map((value) => stringify(parse(JSON.stringify(value)))),
        );
      }),
    );
  });

  it('are named by their keys', async () => {
    const text = '{"a": {"x": 1.10}, "events": {"e\\"1": {"n": [9007199254740993]}, "2": "[}"}, "z": [[{}]]}';
    const slices = await all(
      slicesOf(cutAt(text, [3, 20, 33]), ([top, ...rest]) => top === 'events' && rest.length === 1),
    );
    expect(slices).toEqual([
      { path: ['events', 'e"1'], text: '{"n": [9007199254740993]}' },
      { path: ['events', '2'], text: '"[}"' },
    ]);
  });

  it('refuse what is no JSON, and never run on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.nat(), fc.string({ minLength: 1 }), async (value, place, junk) => {
        const whole = JSON.stringify([value, value]);
        const at = place % whole.length;
        const text = whole.slice(0, at) + junk + whole.slice(at);
        const verdict = await all(slicesOf(cutAt(text, [place]), (path) => path.length === 1)).then(
          (slices) => slices.every((slice) => isJson(slice.text ?? '')),
          () => false,
        );
        // What a plain parser takes is taken, and what it refuses is refused, by the slicer or by the slice's parser.
        expect(verdict).toBe(isJson(text));
      }),
      { numRuns: 300 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

describe('the lines of a text', () => {
  it('are those between its line ends, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string().map((one) => one.replaceAll(/[\r\n]/g, ''))),
        cuts,
        async (lines, places) => {
          const found = await all(linesOf(cutAt(lines.map((line) => `${line}\r\n`).join(''), places)));
          expect(found).toEqual(lines.map((text, n) => ({ number: n + 1, text })));
        },
      ),
    );
  });
});

it('a type is the name of its file', () => {
  expect(typeOfFile('running-example.xes.gz')).toBe('running-example');
  expect(typeOfFile('C:\\logs\\orders.CSV')).toBe('orders');
  expect(typeOfFile('.csv')).toBe('.csv');
});
