const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A measured time as a diagram says it: `412 ms`, `1.18 s`, `12.4 s`, `18 m 14 s`, `1 h 12 m`. Below zero counts as zero. */
export function measuredWords(ms: number): string {
  const t = Math.max(0, ms);
  if (t < SECOND) return `${Math.round(t)} ms`;
  if (t < 9_995) return `${(t / SECOND).toFixed(2)} s`;
  if (t < 59_950) return `${(t / SECOND).toFixed(1)} s`;
  if (t < HOUR - 500) {
    const seconds = Math.round(t / SECOND);
    return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
  }
  const minutes = Math.round(t / MINUTE);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}
