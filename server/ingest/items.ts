import { isLosslessNumber, parse, stringify } from 'lossless-json';
import type { z } from 'zod';
import { INGEST_ITEMS } from '@/core/contract/ingest';
import { issuesOf } from '@/server/http/failure';
import { Problem } from '@/server/http/problem';

/** A body of ingest at most. */
export const INGEST_BYTES = 16 * 1024 * 1024;

// PostgreSQL's numeric ends at 131,072 digits before the point and 16,383 after it; nesting at its stack.
const NUMBER_DIGITS = 10_000;
const DEPTH = 1_000;

/** Refuses one item of a request: `[2].stepName: …`, counted from 0. */
export function refuseItem(index: number, path: string, message: string, cause?: unknown): Problem {
  const place = `[${index}]${path === '' ? '' : `.${path}`}`;
  return new Problem('invalid', `Item ${place}: ${message}. Nothing was written.`, {
    issues: [{ path: place, message }],
    cause,
  });
}

/**
 * The items of a body that is one JSON object or an array of them. Numbers keep their digits; values of `jsonFields`
 * become JSON text: a string is such text already (with `jsonStrings` it is a JSON string), anything else is written out.
 * @throws Problem `invalid` naming the first bad item, or `too_large`
 */
export function itemsOf(
  text: string,
  { jsonFields, jsonStrings = false }: { jsonFields: readonly string[]; jsonStrings?: boolean },
): Record<string, unknown>[] {
  const body = parsed(text);
  const items: unknown[] = Array.isArray(body) ? body : [body];
  if (items.length > INGEST_ITEMS) {
    throw new Problem('too_large', `At most ${INGEST_ITEMS} items in one request; this one has ${items.length}.`);
  }
  return items.map((item, index) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item) || isLosslessNumber(item)) {
      throw refuseItem(index, '', 'is not a JSON object');
    }
    const unstorable = whyNotStorable(item, '', 0);
    if (unstorable) throw refuseItem(index, unstorable.path, unstorable.message);
    return Object.fromEntries(
      Object.entries(item).map(([name, value]) => [
        name,
        jsonFields.includes(name) ? jsonText(index, name, value, jsonStrings) : plain(value),
      ]),
    );
  });
}

/** The item as its schema has it. @throws Problem `invalid` naming item and field */
export function parseItem<Schema extends z.ZodType>(schema: Schema, item: unknown, index: number): z.output<Schema> {
  const result = schema.safeParse(item);
  if (result.success) return result.data;
  const [first] = issuesOf(result.error);
  throw refuseItem(index, first?.path ?? '', first?.message ?? 'is not valid', result.error);
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof RangeError) throw new Problem('invalid', 'The body is nested too deeply.', { cause: error });
    const why = error instanceof Error ? error.message.slice(0, 200) : String(error);
    const position = /at position (\d+)/.exec(why)?.[1];
    if (position === undefined || !/^\s*\[/.test(text)) {
      throw new Problem('invalid', `The body is not JSON: ${why}. Nothing was written.`, { cause: error });
    }
    throw refuseItem(itemAt(text, Number(position)), '', `is not JSON: ${why}`, error);
  }
}

/** Which item of the array that `text` begins with stands at this character. */
function itemAt(text: string, position: number): number {
  let depth = 0;
  let index = 0;
  let inString = false;
  for (let at = 0; at < position; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    else if (character === ',' && depth === 1) index += 1;
  }
  return index;
}

function jsonText(index: number, name: string, value: unknown, jsonStrings: boolean): string | null {
  // A JSON null is a value of `payload`, and none of a field that may be absent.
  if (value === null) return name === 'payload' ? 'null' : null;
  if (typeof value !== 'string' || jsonStrings) return stringify(value) ?? null;
  let inner: unknown;
  try {
    inner = parse(value);
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 200) : String(error);
    throw refuseItem(index, name, `a string here is JSON text, and this one is not JSON: ${why}`, error);
  }
  const unstorable = whyNotStorable(inner, name, 0);
  if (unstorable) throw refuseItem(index, unstorable.path, unstorable.message);
  return value;
}

function plain(value: unknown): unknown {
  if (!isLosslessNumber(value)) return value;
  const number = Number(value.value);
  return Number.isSafeInteger(number) || !/^-?\d+$/.test(value.value) ? number : value.value;
}

/** What jsonb cannot hold: NUL, half a surrogate pair, numbers and nesting beyond its limits. */
export function whyNotStorable(value: unknown, path: string, depth: number): { path: string; message: string } | null {
  if (depth > DEPTH) return { path: path.slice(0, 100), message: `is nested deeper than ${DEPTH} levels` };
  if (typeof value === 'string') return badText(value, path);
  if (isLosslessNumber(value)) {
    const [, exponent = '0'] = /[eE][+-]?0*(\d+)/.exec(value.value) ?? [];
    const fits = value.value.length <= NUMBER_DIGITS && exponent.length < 6 && Number(exponent) <= NUMBER_DIGITS;
    return fits ? null : { path, message: `the number ${value.value.slice(0, 40)} is too large to be stored` };
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, inner] of Object.entries(value)) {
    const at = path === '' ? name : `${path}.${name}`;
    const found = badText(name, path) ?? whyNotStorable(inner, at, depth + 1);
    if (found) return found;
  }
  return null;
}

function badText(value: string, path: string): { path: string; message: string } | null {
  if (value.includes('\0')) return { path, message: 'the character NUL cannot be stored' };
  if (/\p{Surrogate}/u.test(value))
    return { path, message: 'half a surrogate pair (\\ud800 to \\udfff) cannot be stored' };
  return null;
}
