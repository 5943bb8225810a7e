import { isLosslessNumber, parse } from 'lossless-json';

const PLACEHOLDER = /\{(\$(?:\.[A-Za-z_][\w-]*|\[\d+\])+)\}/g;
const SEGMENT = /\.([A-Za-z_][\w-]*)|\[(\d+)\]/g;
const LONGEST_VALUE = 80;

/** Reads JSON text without rounding numbers; null where it is absent or not JSON. */
export function readContext(text: string | null): unknown {
  if (text === null) return null;
  try {
    return parse(text);
  } catch {
    // A context that is no JSON has no paths: the generic words stand in.
    return null;
  }
}

function valueAt(root: unknown, path: string): unknown {
  let value: unknown = root;
  for (const [, name, index] of path.matchAll(SEGMENT)) {
    if (Array.isArray(value) && index !== undefined) value = value[Number(index)];
    else if (isRecord(value) && name !== undefined && Object.hasOwn(value, name)) value = value[name];
    else return undefined;
  }
  return value;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);

/** The scalar as written: 1.10 stays 1.10, 2^53+1 stays itself. Empty, long or braced text is no word of a sentence. */
function scalar(value: unknown): string | null {
  let text: string | null = null;
  if (typeof value === 'string') text = value.trim();
  else if (isLosslessNumber(value)) text = value.toString();
  else if (typeof value === 'boolean') text = String(value);
  return text === null || text === '' || text.length > LONGEST_VALUE || /[{}\p{Cc}]/u.test(text) ? null : text;
}

/**
 * Fills `{$.path}` of a definition's words from the first context that has a scalar there.
 * Answers null, for the generic template, where one of them is missing: braces never reach a reader.
 */
export function fill(template: string | undefined, contexts: readonly (string | null)[]): string | null {
  if (template === undefined) return null;
  const roots: unknown[] = [];
  let missing = false;
  const text = template.replaceAll(PLACEHOLDER, (_, path: string) => {
    for (let at = 0; at < contexts.length; at++) {
      if (at === roots.length) roots.push(readContext(contexts[at] ?? null));
      const found = scalar(valueAt(roots[at], path));
      if (found !== null) return found;
    }
    missing = true;
    return '';
  });
  return missing || /[{}]/.test(text) || text.trim() === '' ? null : text.trim();
}
