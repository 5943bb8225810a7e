const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration in ms as people read it: `412 ms`, `5.0 s`, `18 m 14 s`, `1 h 12 m`, `2 d 3 h`. */
export function durationWords(ms: number): string {
  const t = Math.max(0, Math.round(ms));
  if (t < SECOND) return `${t} ms`;
  // 59.96 s would read 60.0 s: from 59.95 on it is a minute.
  if (t < 59_950) return `${(t / SECOND).toFixed(1)} s`;
  const seconds = Math.round(t / SECOND);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
  return ageWords(seconds * SECOND);
}

/** How long something has lasted, coarse, for columns that tick: `41 s`, `17 m`, `1 h 3 m`, `2 d 4 h`. */
export function ageWords(ms: number): string {
  const t = Math.max(0, ms);
  if (t < MINUTE) return `${Math.floor(t / SECOND)} s`;
  if (t < HOUR) return `${Math.floor(t / MINUTE)} m`;
  if (t < DAY) return two(Math.floor(t / HOUR), 'h', Math.floor((t % HOUR) / MINUTE), 'm');
  return two(Math.floor(t / DAY), 'd', Math.floor((t % DAY) / HOUR), 'h');
}

function two(a: number, unitA: string, b: number, unitB: string): string {
  return b === 0 ? `${a} ${unitA}` : `${a} ${unitA} ${b} ${unitB}`;
}

/** When something was, seen from `now` (epoch ms): `2 s ago`, `17 m ago`, `3 h ago`; above 24 h the date. */
export function relativeWords(at: number, now: number): string {
  const age = now - at;
  if (age < SECOND) return age < -MINUTE ? dateWords(at) : 'now';
  if (age < MINUTE) return `${Math.floor(age / SECOND)} s ago`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)} m ago`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h ago`;
  return dateWords(at);
}

const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const CLOCK = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const CLOCK_MINUTE = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const CLOCK_ZONE = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
  timeZoneName: 'short',
});

/** `12 Mar 2026` in the reader's zone. */
export function dateWords(at: number): string {
  return DATE.format(at);
}

/** `14:38:20` in the reader's zone. */
export function clockWords(at: number): string {
  return CLOCK.format(at);
}

/** `14:38` in the reader's zone, for axes. */
export function minuteWords(at: number): string {
  return CLOCK_MINUTE.format(at);
}

/** `12 Mar 2026, 14:20:38.004 CET`: what a tooltip says of a time. */
export function fullTimeWords(at: number): string {
  return `${DATE.format(at)}, ${CLOCK_ZONE.format(at)}`;
}

/** The reader's zone as tooltips write it: `CET`, `UTC`. */
export function zoneWords(at: number): string {
  return CLOCK_ZONE.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? '';
}
