import { z } from 'zod';
import { Problem } from './problem';

/** A place in a list: the sort key of the row beside it, and the way on from there. */
export interface Cursor {
  direction: 'next' | 'previous';
  key: readonly string[];
}

const Parts = z.tuple([z.literal(1), z.string(), z.enum(['next', 'previous']), z.array(z.string().max(300)).max(6)]);

/** Opaque text of a place in the list sorted by `sort`. */
export function writeCursor(sort: string, cursor: Cursor): string {
  return Buffer.from(JSON.stringify([1, sort, cursor.direction, cursor.key]), 'utf8').toString('base64url');
}

/**
 * Reads a cursor that {@link writeCursor} wrote for the same sort.
 * @throws Problem `invalid` for anything else
 */
export function readCursor(text: string, sort: string): Cursor {
  const parsed = Parts.safeParse(decoded(text));
  if (!parsed.success) throw refused('this is not a cursor of a list');
  const [, sortOfCursor, direction, key] = parsed.data;
  if (sortOfCursor !== sort) throw refused('this cursor belongs to another order of the list');
  return { direction, key };
}

/** A cursor whose key does not fit the list's sort key. */
export function refused(message: string): Problem {
  return new Problem('invalid', `cursor: ${message}. Start again without it.`, {
    issues: [{ path: 'cursor', message }],
  });
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * The cursors of a page read in list order.
 * @param more a row beyond the page was found in the direction of reading
 */
export function pageCursors(
  sort: string,
  from: Cursor | undefined,
  keys: readonly (readonly string[])[],
  more: boolean,
): { next: string | null; previous: string | null } {
  const first = keys[0];
  const last = keys.at(-1);
  if (!first || !last) {
    // The rows beyond this place are gone; the way back is from the same place.
    if (!from) return { next: null, previous: null };
    const back = from.direction === 'next' ? 'previous' : 'next';
    return { next: null, previous: null, [back]: writeCursor(sort, { direction: back, key: from.key }) };
  }
  const backwards = from?.direction === 'previous';
  return {
    next: backwards || more ? writeCursor(sort, { direction: 'next', key: last }) : null,
    previous: (backwards ? more : from !== undefined) ? writeCursor(sort, { direction: 'previous', key: first }) : null,
  };
}
