const CLOCK = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
});

/** `14:20:37.160` in the reader's zone; `at` is ISO 8601. */
export const clockMs = (at: string): string => CLOCK.format(Date.parse(at));
