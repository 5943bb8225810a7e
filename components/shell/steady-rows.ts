import type { Count } from '@/core/contract/wire';

/**
 * What a held list shows: the held order with the newest content of each row, and how many rows wait outside it; as many
 * as a page has, and not one that was there before: there may be more. A row that the new answer no longer has stays as
 * it was last seen.
 */
export function steadyRows<T>(
  held: readonly T[] | null,
  items: readonly T[],
  idOf: (item: T) => string,
): { rows: T[]; waiting: Count } {
  if (held === null) return { rows: [...items], waiting: { value: 0, capped: false } };
  const latest = new Map(items.map((item) => [idOf(item), item]));
  const rows = held.map((item) => latest.get(idOf(item)) ?? item);
  const shown = new Set(held.map(idOf));
  const value = items.filter((item) => !shown.has(idOf(item))).length;
  return { rows, waiting: { value, capped: held.length > 0 && value > 0 && value === items.length } };
}
