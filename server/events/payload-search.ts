import type { Params } from '@/server/db/params';
import { payloadContains } from './event-filters';

/** The words are kept up to this many characters each (sagascope.payload_words). */
const WORD_CHARACTERS = 200;

/**
 * The condition over `i` that a value of the payload, or a word of one, begins with `text` (or is it), whatever the
 * case; of several words all have to be there. Events whose payload is too large for its words to be kept
 * ({@link WORDLESS}) are passed over.
 */
export const payloadHas = (text: string, params: Params): string =>
  // Small letters by the database, as the words are: İ is one letter there and two in JavaScript.
  `i.words @@ lower(${params.add(wordQuery(text))}::text)::tsquery`;

/** {@link payloadHas}, and those that it passes over are read themselves, `e` being public.event_store: for a reader that may take its time. */
export const payloadHasAnyhow = (text: string, params: Params): string =>
  `(${payloadHas(text, params)} or (${WORDLESS} and ${payloadContains(text, params)}))`;

/** Whether no words are kept of an event's payload: it is too large, or no jsonb. */
export const WORDLESS = 'i.words is null';

/** The text as PostgreSQL's tsquery: as the beginning of a whole value, or each of its parts as the beginning of one. */
export function wordQuery(text: string): string {
  const whole = text.trim().slice(0, WORD_CHARACTERS);
  // Parts as the words are kept: A-1 is one, or every text with an a and a 1 would match.
  const parts = whole.split(/\s+/).filter((part) => part !== '');
  const wholeValue = beginning(whole);
  return parts.length > 1 ? `${wholeValue} | (${parts.map(beginning).join(' & ')})` : wholeValue;
}

const beginning = (word: string): string => `'${word.replaceAll(/['\\]/g, String.raw`$&$&`)}':*`;
