import { isLosslessNumber, LosslessNumber, parse, stringify } from 'lossless-json';

/** A JSON value whose numbers keep their text: 2^53+1 and 1.10 stay as they were written. */
export type Json = null | boolean | string | LosslessNumber | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Deeper values are refused: what walks them would run out of stack. */
export const MOST_LEVELS = 200;

/** A value that is deeper than {@link MOST_LEVELS}. */
export class TooDeep extends Error {}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
export const isArray = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

// How many levels a settled value has; what is in here is frozen, and need not be walked again.
const settled = new WeakMap<object, number>();
const isSettled = (value: object): value is readonly Json[] | JsonObject => settled.has(value);
const heightOf = (value: Json): number => (typeof value === 'object' && value !== null ? (settled.get(value) ?? 0) : 0);

/**
 * Reads JSON text; its parts belong to the caller, who may change them (to freeze each costs more than to read).
 * @throws SyntaxError for what is no JSON, {@link TooDeep} for what is nested too deeply
 */
export function parseJson(text: string): Json {
  try {
    const value = parse(text);
    // Each level takes two characters at least: most texts cannot be too deep.
    if (text.length > 2 * MOST_LEVELS) refuseTooDeep(value, 0);
    return value as Json;
  } catch (error) {
    if (error instanceof RangeError) throw new TooDeep(DEEP_WORDS, { cause: error });
    throw error;
  }
}

const DEEP_WORDS = `nested more than ${MOST_LEVELS} levels deep`;

function refuseTooDeep(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null || isLosslessNumber(value)) return;
  if (depth >= MOST_LEVELS) throw new TooDeep(DEEP_WORDS);
  for (const part of Object.values(value)) refuseTooDeep(part, depth + 1);
}

/** JSON text of a value, keys in their order. */
export const jsonText = (value: Json): string => stringify(value) ?? 'null';

/**
 * Any plain value as frozen JSON: numbers and bigints keep their text, entries that are undefined are left out.
 * @throws TypeError for what JSON cannot hold (a function, a Date, NaN), {@link TooDeep}
 */
export function toJson(value: unknown, depth = 0): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value)))
    return new LosslessNumber(String(value));
  if (isLosslessNumber(value)) return value;
  if (typeof value !== 'object') throw new TypeError(`${String(value)} (${typeof value}) is no JSON`);
  if (isSettled(value) && depth + heightOf(value) <= MOST_LEVELS) return value;
  if (depth >= MOST_LEVELS) throw new TooDeep(DEEP_WORDS);
  if (Array.isArray(value)) return settle(Array.from(value, (item: unknown) => toJson(item, depth + 1)));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    // Another realm's plain object has another Object.prototype.
    const name: unknown = Reflect.get(value, 'constructor')?.name;
    if (name !== 'Object') throw new TypeError(`a ${String(name)} is no JSON`);
  }
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return settle(Object.fromEntries(entries.map(([key, part]) => [key, toJson(part, depth + 1)])));
}

function settle<T extends readonly Json[] | JsonObject>(value: T): T {
  let height = 0;
  for (const part of Object.values<Json>(value)) height = Math.max(height, heightOf(part));
  settled.set(value, height + 1);
  return Object.freeze(value);
}

/**
 * JSON Merge Patch (RFC 7396): objects are merged deeply, null takes a field away, anything else (an array too)
 * replaces what was there. Neither side is changed; what stays the same is shared.
 */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [key, part] of Object.entries(patch)) {
    if (part === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), part));
  }
  return settle(Object.fromEntries(merged));
}
