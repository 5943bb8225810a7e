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

/**
 * The one rule of what counts as a failure of an event, and what as an undo: the last word of its name, whatever the
 * spelling (`PaymentDeclined`, `payment_declined`, `Payment declined`, `CallTimedOut`). Else `plain`.
 */
export function eventTone(name: string): EventTone {
  // The end of a name says it; a name of megabytes is not read whole.
  const words = name
    .slice(-120)
    .replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const last = words.at(-1) ?? '';
  if (FAILED.has(last) || FAILED.has(`${words.at(-2) ?? ''}${last}`)) return 'failed';
  if (UNDONE.has(last)) return 'compensated';
  if (last === 'compensating' || words.at(-2) === 'compensation') return 'compensating';
  return 'plain';
}
