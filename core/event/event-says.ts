import { eventTone } from './event-tone';

/** What `sagascope.payload_says` finds in a payload; null: nothing of the kind. */
export interface PayloadSays {
  /** Of an error. */
  code: string | null;
  /** A decimal number as it was written. */
  amount: string | null;
  /** ISO 4217. */
  currency: string | null;
}

/**
 * The one rule of what an event says beside its name, in the picture of its flow: of a failure its error code, else the
 * amount that it is about, else nothing (''). Where in a payload they stand is said by `sagascope.payload_says`.
 */
export function eventSays(name: string, { code, amount, currency }: PayloadSays): string {
  if (code !== null && eventTone(name) === 'failed') return code;
  return amount === null || currency === null ? '' : moneyWords(amount, currency);
}

const grouped = (digits: string): string => digits.replaceAll(/\B(?=(\d{3})+$)/g, ',');

/**
 * `6412.00`, `EUR` → `€6,412.00`, to the last digit. An amount without the decimals of its currency may be counted in
 * cents: it stands as it was written, `641,200 EUR`.
 */
export function moneyWords(amount: string, currency: string): string {
  const [, sign = '', whole = '', decimals = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount) ?? [];
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const number = `${grouped(whole)}${decimals === '' ? '' : `.${decimals}`}`;
  if (decimals.length !== format.resolvedOptions().minimumFractionDigits) return `${sign}${number} ${currency}`;
  const symbol = format.formatToParts(0).find(({ type }) => type === 'currency')?.value ?? currency;
  return /^\p{L}+$/u.test(symbol) ? `${symbol} ${sign}${number}` : `${sign}${symbol}${number}`;
}
