import { replaceEqualDeep } from '@tanstack/react-query';

interface Rows<Row> {
  items: readonly Row[];
}

/**
 * Structural sharing of a list by the ids of its rows, for `structuralSharing`: a row that reads as before stays the
 * same object wherever it stands now, so that it need not be drawn again when others came before it.
 */
export const sharedRows =
  <Row>(idOf: (row: Row) => string) =>
  (before: unknown, after: unknown): unknown => {
    if (!isRows<Row>(before) || !isRows<Row>(after)) return after;
    const known = new Map(before.items.map((row) => [idOf(row), row]));
    const items = after.items.map((row) => replaceEqualDeep(known.get(idOf(row)), row));
    const head = { ...before, items: null };
    const rest = replaceEqualDeep(head, { ...after, items: null });
    // The same answer is the same object: a placeholder is shared with itself at each drawing, and would draw for ever.
    if (rest === head && items.length === before.items.length && items.every((row, n) => row === before.items[n])) {
      return before;
    }
    return { ...rest, items };
  };

const isRows = <Row>(data: unknown): data is Rows<Row> =>
  typeof data === 'object' && data !== null && 'items' in data && Array.isArray(data.items);
