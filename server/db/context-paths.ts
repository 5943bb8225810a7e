import { parse, stringify } from 'lossless-json';
import type { SagaDefinition } from '@/core/definition/definition';

/** A path into a context, as its segments: `$.lines[0].qty` is ['lines', 0, 'qty']. Contract part 2. */
export type ContextPath = readonly (string | number)[];

/** Where a business key stands when no definition names one. Contract part 2, identity. */
const LEARNING_KEYS = ['order_id', 'orderId', 'business_key', 'businessKey'];
const PATH_IN_WORDS = /\$(?:\.[A-Za-z_][\w-]*|\[\d+\])+/g;
// An index beyond this would need an array of that many places only to hold one value.
const HIGHEST_INDEX = 1_000;

/**
 * Every place in a context that a fold, a headline or a plan of these definitions can look at: business key, parent and
 * the words of steps. What is not in this list may be left out of a context that is too large to carry.
 */
export function contextPaths(definitions: readonly SagaDefinition[]): ContextPath[] {
  const texts = new Set(LEARNING_KEYS.map((key) => `$.${key}`));
  for (const body of definitions) {
    for (const written of [body.businessKey, body.parent]) if (written) texts.add(written);
    for (const step of body.steps) {
      for (const words of [...Object.values(step.words ?? {}), ...Object.values(step.touches ?? {})]) {
        for (const [path] of words?.matchAll(PATH_IN_WORDS) ?? []) texts.add(path);
      }
    }
  }
  return [...texts]
    .map(segments)
    .filter((path) => path.every((part) => typeof part === 'string' || part <= HIGHEST_INDEX));
}

function segments(path: string): ContextPath {
  return [...path.matchAll(/\.([A-Za-z_][\w-]*)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
}

/**
 * The context that holds nothing but the given values at the given paths, as JSON text; null values are left out.
 * `values` is a JSON array in the order of `paths`; its numbers stay as they are written.
 */
export function contextOf(paths: readonly ContextPath[], values: string): string {
  const parsed = parse(values);
  const root: Record<string, unknown> = {};
  if (!Array.isArray(parsed)) return '{}';
  paths.forEach((path, index) => {
    if (parsed[index] !== null && parsed[index] !== undefined) place(root, path, parsed[index]);
  });
  return stringify(root) ?? '{}';
}

function place(root: Record<string, unknown>, path: ContextPath, value: unknown): void {
  let holder: Record<string, unknown> | unknown[] = root;
  for (const [depth, part] of path.entries()) {
    const isLast = depth === path.length - 1;
    const child: unknown = isLast ? value : (read(holder, part) ?? (typeof path[depth + 1] === 'number' ? [] : {}));
    write(holder, part, child);
    if (isLast || typeof child !== 'object' || child === null) return;
    holder = Array.isArray(child) ? child : Object(child);
  }
}

const read = (holder: Record<string, unknown> | unknown[], part: string | number): unknown =>
  Array.isArray(holder) ? holder[Number(part)] : holder[part];

function write(holder: Record<string, unknown> | unknown[], part: string | number, value: unknown): void {
  if (!Array.isArray(holder)) {
    // defineProperty: a key called __proto__ is a key like any other.
    Object.defineProperty(holder, part, { value, enumerable: true, configurable: true, writable: true });
    return;
  }
  while (holder.length < Number(part)) holder.push(null);
  holder[Number(part)] = value;
}
