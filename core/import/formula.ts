/**
 * What a spreadsheet would run instead of show, and what {@link guarded} has made of it: any number of quotes and one of
 * the characters that a formula begins with, wide ones included.
 */
const FORMULA = /^'*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/** A value for a CSV that a spreadsheet shows as text: a quote in front of what it would run. */
export const guarded = (value: string): string => (FORMULA.test(value) ? `'${value}` : value);

/** The value that {@link guarded} was given. */
export const unguarded = (value: string): string =>
  value.startsWith("'") && FORMULA.test(value) ? value.slice(1) : value;
