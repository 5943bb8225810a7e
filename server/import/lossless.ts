import { randomBytes } from 'node:crypto';
import { LosslessNumber, parse } from 'lossless-json';

/** A text this short is parsed in an instant, whatever it holds. */
const SHORT_CHARACTERS = 100_000;
/** Values, and what looks at them, take up to 4 µs each, in the process that answers everybody else. */
const MOST_VALUES = 50_000;
/** A longer string of a text that is not short is not left to lossless-json, which takes a second for each 7 MB of them. */
const STRING_CHARACTERS = 40;
/** Stands for such a string, with its number: nobody who writes a file can know it. */
const MARK = randomBytes(9).toString('base64');

/** A JSON text has more values than an item of an import may have. */
export class TooManyValues extends Error {
  override readonly name = 'TooManyValues';
  constructor() {
    super(`has more than ${MOST_VALUES.toLocaleString('en')} values`);
  }
}

/**
 * A JSON text as lossless-json reads it, numbers with all their digits, but in bounded time: long strings are parsed by the
 * engine, a hundred times as fast, and more than 50,000 values are refused before any is built.
 * @throws SyntaxError for what is no JSON, TooManyValues, RangeError for what is nested too deeply
 */
export function parseLossless(text: string): unknown {
  if (text.length <= SHORT_CHARACTERS) return parse(text);
  const { short, strings } = withoutLongStrings(text);
  return restored(parse(short), strings);
}

/**
 * The text with a mark for each long string, and the strings by the number in their mark.
 * @throws TooManyValues, SyntaxError for a string that is none
 */
export function withoutLongStrings(text: string): { short: string; strings: string[] } {
  const strings: string[] = [];
  let short = '';
  let from = 0;
  let values = 1;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === 0x22) {
      const end = endOfString(text, at);
      if (end - at > STRING_CHARACTERS) {
        short += `${text.slice(from, at)}"${MARK}${strings.length}"`;
        strings.push(JSON.parse(text.slice(at, end)));
        from = end;
      }
      at = end - 1;
    } else if (character === 0x2c || character === 0x5b || character === 0x7b) {
      values += 1;
      if (values > MOST_VALUES) throw new TooManyValues();
    }
  }
  return { short: short + text.slice(from), strings };
}

/** Behind the string that begins at this quote; behind the text, where it does not end. */
function endOfString(text: string, from: number): number {
  for (let quote = text.indexOf('"', from + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (text.charCodeAt(before) === 0x5c) before -= 1;
    if ((quote - before) % 2 === 1) return quote + 1;
  }
  return text.length;
}

function restored(value: unknown, strings: readonly string[]): unknown {
  if (typeof value === 'string') {
    return value.startsWith(MARK) ? strings[Number(value.slice(MARK.length))] : value;
  }
  if (typeof value !== 'object' || value === null || value instanceof LosslessNumber) return value;
  if (Array.isArray(value)) return value.map((one) => restored(one, strings));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [String(restored(name, strings)), restored(inner, strings)]),
  );
}
