import type { Params } from '@/server/db/params';
import { payloadContains } from './event-filters';

/** The words are kept up to this many characters each (sagascope.payload_words). */
const WORD_CHARACTERS = 200;

/**
 * The condition over `i` that a value of the payload, or a word of one, begins with `text` (or is it), whatever the
 * case; of several words all have to be there. Payloads that have no words kept are read themselves: none is missed.
 */
export function payloadHas(text: string, params: Params): string {
  const query = params.add(wordQuery(text));
  const wordless = `array(select l.position from sagascope.event_index l join public.event_store e using (position)
    where l.words is null and ${payloadContains(text, params)})`;
  return `(i.words @@ ${query}::text::tsquery or i.position = any(${wordless}))`;
}

/** The text as PostgreSQL's tsquery: as the beginning of a whole value, or each of its parts as the beginning of one. */
export function wordQuery(text: string): string {
  const whole = text.trim().toLowerCase().slice(0, WORD_CHARACTERS);
  // Parts as the words are kept: A-1 is one, or every text with an a and a 1 would match.
  const parts = whole.split(/\s+/).filter((part) => part !== '');
  const wholeValue = beginning(whole);
  return parts.length > 1 ? `${wholeValue} | (${parts.map(beginning).join(' & ')})` : wholeValue;
}

const beginning = (word: string): string => `'${word.replaceAll(/['\\]/g, String.raw`$&$&`)}':*`;
