import { isLosslessNumber } from 'lossless-json';
import { isArray, isObject, type Json } from './json';

/** A field that is not what it was; `before` or `after` is undefined where there is none. */
export interface Change {
  path: string;
  before: Json | undefined;
  after: Json | undefined;
}

const PLAIN_KEY = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u;
// The same few keys come back in every event: matching each again takes longer than the rest of its path.
const plainKeys = new Map<string, boolean>();
const MOST_KEYS = 10_000;

function isPlain(key: string): boolean {
  const known = plainKeys.get(key);
  if (known !== undefined) return known;
  const plain = PLAIN_KEY.test(key);
  if (key.length <= 100 && plainKeys.size < MOST_KEYS) plainKeys.set(key, plain);
  return plain;
}

/** The path of a part: `payment.status`, `lines[0].sku`, `["a.b"]`; '' is the whole value. No two parts share one. */
export function childPath(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (!isPlain(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

const IN_ARRAY = /^((?:[^[\]"]|\["(?:[^"\\]|\\.)*"\])*)\[(\d+)\]/;

/** The outermost array that a path leads through, and the item: `lines[3].sku` is of `lines`, item 3; null: none. */
export function arrayOf(path: string): { array: string; item: number } | null {
  if (!path.includes('[')) return null;
  const [, array, item] = IN_ARRAY.exec(path) ?? [];
  return array === undefined ? null : { array, item: Number(item) };
}

/** A branch has parts; everything else is a leaf: a scalar, `{}` and `[]`. */
function partsOf(value: Json | undefined): [string | number, Json][] {
  if (isArray(value)) return value.map((part, place) => [place, part]);
  return isObject(value) ? Object.entries(value) : [];
}

/** Every leaf with its path, in the order of the text. */
export function* leaves(value: Json | undefined, path = ''): Generator<[path: string, leaf: Json]> {
  if (value === undefined) return;
  const parts = partsOf(value);
  if (parts.length === 0) yield [path, value];
  for (const [key, part] of parts) yield* leaves(part, childPath(path, key));
}

/** The leaves in which two values differ. Parts that both share are not walked. */
export function changesBetween(before: Json | undefined, after: Json | undefined): Change[] {
  const changes: Change[] = [];
  compare(before, after, '', changes);
  return changes;
}

/** As {@link changesBetween}, for values at a path, added to `into`. */
export function compare(before: Json | undefined, after: Json | undefined, path: string, into: Change[]): void {
  if (before === after) return;
  const was = partsOf(before);
  const is = partsOf(after);
  if (was.length > 0 && is.length > 0 && isArray(before) === isArray(after)) {
    const old = new Map(was);
    for (const [key, part] of is) {
      compare(old.get(key), part, childPath(path, key), into);
      old.delete(key);
    }
    for (const [key, part] of old) compare(part, undefined, childPath(path, key), into);
    return;
  }
  const wasLeaf = was.length === 0 ? before : undefined;
  const isLeaf = is.length === 0 ? after : undefined;
  if (wasLeaf !== undefined && isLeaf !== undefined) {
    if (!sameLeaf(wasLeaf, isLeaf)) into.push({ path, before: wasLeaf, after: isLeaf });
    return;
  }
  for (const [at, leaf] of leaves(before, path)) into.push({ path: at, before: leaf, after: undefined });
  for (const [at, leaf] of leaves(after, path)) into.push({ path: at, before: undefined, after: leaf });
}

/** As written: 1.1 and 1.10 are not the same text, and a person who compares two versions sees that they are not. */
export function sameLeaf(one: Json, other: Json): boolean {
  if (one === other) return true;
  if (isLosslessNumber(one) && isLosslessNumber(other)) return one.value === other.value;
  return (isArray(one) && isArray(other)) || (isObject(one) && isObject(other));
}
