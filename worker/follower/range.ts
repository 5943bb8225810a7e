/** Log positions from..to, both ends included. */
export interface Range {
  from: bigint;
  to: bigint;
}

/** The positions above `after`, up to `upTo`, that are not among `ids` (ascending), as ranges. */
export function missingRanges(after: bigint, ids: Iterable<bigint>, upTo: bigint): Range[] {
  const missing: Range[] = [];
  let next = after + 1n;
  for (const id of ids) {
    if (id > next) missing.push({ from: next, to: id - 1n });
    if (id >= next) next = id + 1n;
  }
  if (next <= upTo) missing.push({ from: next, to: upTo });
  return missing;
}

/** What is left of a range once `found` (ascending; others are ignored) have turned up. */
export const rangeWithout = (range: Range, found: readonly bigint[]): Range[] =>
  missingRanges(
    range.from - 1n,
    found.filter((id) => id >= range.from && id <= range.to),
    range.to,
  );

/** How many rows from the beginning follow `last` without a gap. */
export function gaplessCount(last: bigint, ids: readonly bigint[]): number {
  let next = last + 1n;
  const gap = ids.findIndex((id) => id !== next++);
  return gap === -1 ? ids.length : gap;
}

/** `7` or `7–12`. */
export const rangeText = ({ from, to }: Range): string => (from === to ? `${from}` : `${from}–${to}`);

/** Those of `ids` (ascending) that lie in the range. */
export function idsWithin({ from, to }: Range, ids: readonly bigint[]): bigint[] {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const id = ids[middle];
    if (id !== undefined && id < from) low = middle + 1;
    else high = middle;
  }
  const found: bigint[] = [];
  for (let index = low; index < ids.length; index += 1) {
    const id = ids[index];
    if (id === undefined || id > to) break;
    found.push(id);
  }
  return found;
}
