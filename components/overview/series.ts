/** How many buckets a failure rate looks back over: single buckets of a quiet service are all or nothing. */
export const WINDOW = 5;

/** Sagas by bucket and how they ended. */
interface Ended {
  failed: readonly number[];
  compensated: readonly number[];
  completed: readonly number[];
}

/** Share of the sagas that failed or were compensated among all that ended, over the last five buckets; null where none ended. */
export function failureRates({ failed, compensated, completed }: Ended): (number | null)[] {
  return failed.map((_, i) => {
    const from = Math.max(0, i - WINDOW + 1);
    const bad = sum(failed.slice(from, i + 1)) + sum(compensated.slice(from, i + 1));
    const ended = bad + sum(completed.slice(from, i + 1));
    return ended === 0 ? null : bad / ended;
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A round top for an axis of shares that `max` fits under. */
export function shareTop(max: number): number {
  return [0.05, 0.1, 0.2, 0.5].find((top) => max <= top) ?? 1;
}

/** A bucket's length as the charts' titles have it: `minute`, `2 m`, `1 h`, `6 h`. */
export function bucketWords(ms: number): string {
  if (ms === 60_000) return 'minute';
  return ms % 3_600_000 === 0 ? `${ms / 3_600_000} h` : `${ms / 60_000} m`;
}

/** Epoch ms of the marks of a time axis: both ends and two between. */
export function axisTimes(from: number, to: number): number[] {
  return [0, 1 / 3, 2 / 3, 1].map((part) => from + (to - from) * part);
}
