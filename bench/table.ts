/** What a benchmark prints: a title, and rows whose first one or two are the anchors that the others are read against. */
export interface Table {
  title: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
  /** How it was measured, in a sentence. */
  note: string;
}

/** The value below which a share of the samples lies, 0 < share ≤ 1. NaN without samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Milliseconds with two digits that say something. */
export const ms = (value: number): string =>
  Number.isNaN(value) ? '-' : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

/** Name, number of samples, p50, p95 in ms, and p50 in multiples of the anchor's. */
export function timesRow(name: string, samples: readonly number[], anchor: readonly number[]): string[] {
  const p50 = quantile(samples, 0.5);
  return [
    name,
    String(samples.length),
    ms(p50),
    ms(quantile(samples, 0.95)),
    `${(p50 / quantile(anchor, 0.5)).toFixed(1)}x`,
  ];
}
export const TIMES_HEAD = ['ms', 'runs', 'p50', 'p95', 'to anchor'] as const;

export function tableText({ title, head, rows, note }: Table): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [title, '', line(head), rule, ...rows.map(line), '', note, ''].join('\n');
}

/** Runs `work` and answers how long it took, ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
