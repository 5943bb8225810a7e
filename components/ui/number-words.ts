const WHOLE = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** `41,208` */
export function wholeWords(value: number): string {
  return WHOLE.format(value);
}

/** A count that may be capped: `10,000+` says that there are more. */
export function countWords(count: { value: number; capped: boolean }): string {
  return count.capped ? `${WHOLE.format(count.value)}+` : WHOLE.format(count.value);
}

/** A share of 1 as `7.4%`; null is a dash: nothing to take a share of. */
export function shareWords(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)}%`;
}

/** A size in bytes as `412 B`, `5.2 kB`, `10.0 MB`. */
export function bytesWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
