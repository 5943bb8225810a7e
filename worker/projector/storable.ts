import { createHash } from 'node:crypto';

/**
 * Text as PostgreSQL can store it: no NUL, no half of a surrogate pair; U+FFFD in its place. A `json` column of a table
 * that others made may hold both.
 */
export function storable(text: string): string {
  // The only two things that a JavaScript string may hold and a UTF-8 database may not.
  return /[\0\ud800-\udfff]/.test(text)
    ? text.replaceAll(/\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    : text;
}

/** Characters of a value that stands alone in an index: 4 bytes each stay under the 2,704 bytes of an index entry. */
export const INDEXED_CHARACTERS = 500;
/** Characters of a name that shares an index entry with two others. */
export const NAME_CHARACTERS = 200;

/**
 * A value for an index: cut where it is longer than an entry may be. A hash of the whole stands at the end, so that
 * two long values do not become one.
 */
export function indexable(text: string, characters: number): string {
  const clean = storable(text);
  if (clean.length <= characters) return clean;
  const hash = createHash('sha256').update(clean).digest('hex').slice(0, 8);
  return `${storable(clean.slice(0, characters - 9))}…${hash}`;
}
