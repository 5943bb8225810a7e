/** What an event's name says of how things went. */
export type EventTone = 'plain' | 'failed' | 'compensating' | 'compensated';

const FAILED = new Set(
  'failed failure fail rejected declined denied refused errored error aborted abort crashed bounced timedout timeout'.split(
    ' ',
  ),
);
const UNDONE = new Set(
  'compensated undone reversed voided refunded released cancelled canceled revoked withdrawn'.split(' '),
);

const DONE = new Set(
  'completed succeeded confirmed approved accepted reserved authorized authorised captured charged paid settled allocated shipped delivered fulfilled'.split(
    ' ',
  ),
);

/** The words of a name in small letters; its end says how it went, and a name of megabytes is not read whole. */
const wordsOf = (name: string): string[] =>
  name
    .slice(-120)
    .replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');

/**
 * What an event's name says in the list of one stream, where there is room for more than what went wrong: its tone, else
 * whether something was achieved (`StockReserved`), or a person is called (`AttentionRequested`).
 */
export function eventOutcome(name: string): EventTone | 'completed' | 'attention' {
  const tone = eventTone(name);
  if (tone !== 'plain') return tone;
  const words = wordsOf(name);
  if (DONE.has(words.at(-1) ?? '')) return 'completed';
  return words.at(-2) === 'attention' ? 'attention' : 'plain';
}

/**
 * The one rule of what counts as a failure of an event, and what as an undo: the last word of its name, whatever the
 * spelling (`PaymentDeclined`, `payment_declined`, `Payment declined`, `CallTimedOut`). Else `plain`.
 */
export function eventTone(name: string): EventTone {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  if (FAILED.has(last) || FAILED.has(`${words.at(-2) ?? ''}${last}`)) return 'failed';
  if (UNDONE.has(last)) return 'compensated';
  if (last === 'compensating' || words.at(-2) === 'compensation') return 'compensating';
  return 'plain';
}
