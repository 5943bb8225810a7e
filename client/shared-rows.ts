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
    return { ...after, items: after.items.map((row) => replaceEqualDeep(known.get(idOf(row)), row)) };
  };

const isRows = <Row>(data: unknown): data is Rows<Row> =>
  typeof data === 'object' && data !== null && 'items' in data && Array.isArray(data.items);
