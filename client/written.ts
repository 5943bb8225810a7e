import type { Written } from './url-filters';

/** A time as people write it, as ISO 8601; without a zone it is the reader's. */
export function writtenTime(word: string, value: string): Written {
  const at = Date.parse(value);
  if (!Number.isNaN(at)) return { value: new Date(at).toISOString() };
  return { refused: `“${value}” is no time: ${word} takes one such as 2026-03-12T14:00.` };
}

const GREATEST_VERSION = 2_147_483_647;

/** The schema version of an event as its badge has it, V2, or the number alone. */
export function writtenVersion(value: string): Written {
  const number = Number(/^v?(\d{1,10})$/i.exec(value)?.[1] ?? Number.NaN);
  if (number >= 1 && number <= GREATEST_VERSION) return { value: String(number) };
  return { refused: `“${value}” is no schema version: write a whole number from 1, such as 2 or V2.` };
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The id of an import. */
export function writtenImport(value: string): Written {
  if (UUID.test(value)) return { value: value.toLowerCase() };
  return { refused: `“${value}” is no import: its id is a UUID, as the list of imports links to.` };
}

/**
 * One of a few words in capitals, however its case and spaces are typed.
 * @param also other words for some of them, as the console shows them
 */
export function writtenWord(
  word: string,
  known: readonly string[],
  value: string,
  also: Readonly<Record<string, string>> = {},
): Written {
  const typed = value.toUpperCase().replaceAll(/[\s-]+/g, '_');
  const found = known.find((one) => one.toUpperCase() === (also[typed] ?? typed));
  if (found !== undefined) return { value: found };
  const words = known.map((one) => one.toLowerCase().replaceAll('_', ' ')).join(', ');
  return { refused: `“${value}” is no ${word}: it is one of ${words}.` };
}
