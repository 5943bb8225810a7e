import { isLosslessNumber } from 'lossless-json';
import { whyNotStorable } from '@/server/ingest/items';
import { parseLossless, TooManyValues } from './lossless';

export type Fields = Readonly<Record<string, unknown>>;

/** The JSON object in a text, or what is wrong with it. */
export function objectIn(text: string): { fields: Fields } | { wrong: string } {
  let value: unknown;
  try {
    value = parseLossless(text);
  } catch (error) {
    if (error instanceof TooManyValues) return { wrong: error.message };
    if (error instanceof RangeError) return { wrong: 'is nested too deeply' };
    return { wrong: `is not JSON: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isLosslessNumber(value)) {
    return { wrong: 'is not a JSON object' };
  }
  const found = whyNotStorable(value, '', 0);
  return found ? { wrong: `${found.path}: ${found.message}` } : { fields: { ...value } };
}
