const WHOLE = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** A count with its noun: `1 event`, `41,208 events`; `many` where the plural is not made with an s. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${WHOLE.format(count)} ${count === 1 ? one : many}`;
