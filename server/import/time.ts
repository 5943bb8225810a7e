const TIME =
  /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?\s?(?:(Z|z|UTC)|([+-])(\d{2})(?::?(\d{2}))?)?$/;

/**
 * A time of a log as `YYYY-MM-DDTHH:MM:SS.ffffffZ`; without a zone it is UTC. Null: not a time of the years 1 to 9999.
 * Digits below the microsecond are cut off.
 */
export function parseTime(text: string): string | null {
  const match = TIME.exec(text.trim());
  if (!match) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', , sign, zoneHour, zoneMinute] =
    match;
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(y, mo - 1, d);
  date.setUTCHours(h, mi, s);
  // A date that moves when it is written down again does not exist.
  if (date.getUTCDate() !== d || date.getUTCMonth() !== mo - 1 || h > 23 || mi > 59 || s > 59) return null;
  const offset = Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0);
  if (offset > 15 * 60 + 59) return null;
  if (sign !== undefined) date.setTime(date.getTime() - (sign === '+' ? offset : -offset) * 60_000);
  if (date.getUTCFullYear() < 1 || date.getUTCFullYear() > 9999) return null;
  return `${date.toISOString().slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, '0')}Z`;
}
