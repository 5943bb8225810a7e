/**
 * What a held list shows: the held order with the newest content of each row, and how many rows wait outside it.
 * A row that the new answer no longer has stays as it was last seen.
 */
export function steadyRows<T>(
  held: readonly T[] | null,
  items: readonly T[],
  idOf: (item: T) => string,
): { rows: T[]; waiting: number } {
  if (held === null) return { rows: [...items], waiting: 0 };
  const latest = new Map(items.map((item) => [idOf(item), item]));
  const rows = held.map((item) => latest.get(idOf(item)) ?? item);
  const shown = new Set(held.map(idOf));
  return { rows, waiting: items.filter((item) => !shown.has(idOf(item))).length };
}
