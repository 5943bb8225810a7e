import { isLosslessNumber } from 'lossless-json';

/** A value that somebody may paste to find what it belongs to, and the name that it stands under. */
export interface Identifier {
  field: string;
  /** As written. */
  value: string;
}

/** Longer values are no identifiers. Characters. */
export const LONGEST_VALUE = 200;
const MOST_VALUES = 32;
const MOST_NODES = 10_000;
const MOST_ITEMS = 1_000;
const LONGEST_FIELD = 60;

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
/** `order-8841`, `SKU-1042`, `TX/2024/001`, `9f86d081884c`: letters and digits without a space. */
const KEY = /^(?=.*\d)(?=.*\p{L})[\p{L}\d][\p{L}\d_.:#/+-]{2,}$/u;
const DIGITS = /^\+?\d{5,}$/;
const TIME = /^\d{4}-\d\d-\d\dT|^P(?:\d|T\d)/i;
const INTEGER = /^\d{3,}$/;
/** The last word of a key whose value is one whatever it looks like: `customerId`, `tracking_number`, `IDs`. */
const NAMING = new Set(
  'id uuid guid key email mail number no nr ref reference iban phone sku account customer user login handle'.split(' '),
);

/**
 * The identifier-like values of a payload or context that was parsed losslessly, the outermost first, each once, 32 at
 * most: UUIDs, e-mail addresses, keys such as order-8841, long digit strings, and whatever stands under a key that ends
 * in id, key, number… (`paid` does not: words count). Times, long texts, amounts and flags are none.
 */
export function identifiersIn(json: unknown): Identifier[] {
  const found = new Map<string, Identifier>();
  const queue: { value: unknown; field: string }[] = [{ value: json, field: '' }];
  for (let at = 0; at < queue.length && at < MOST_NODES && found.size < MOST_VALUES; at += 1) {
    const { value, field } = queue[at] ?? { value: null, field: '' };
    const text = scalarText(value);
    if (text !== null) {
      const known = text.toLowerCase();
      if (found.has(known) || !isIdentifier(text, field, typeof value === 'string')) continue;
      found.set(known, { field: nameOf(field), value: text });
    } else if (Array.isArray(value)) {
      for (const item of value.slice(0, MOST_ITEMS)) queue.push({ value: item, field });
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) queue.push({ value: item, field: key });
    }
  }
  return [...found.values()];
}

function scalarText(value: unknown): string | null {
  if (typeof value === 'string') return value.trim();
  return isLosslessNumber(value) ? value.value : null;
}

function isIdentifier(text: string, field: string, isString: boolean): boolean {
  if (text.length < 2 || text.length > LONGEST_VALUE || TIME.test(text)) return false;
  const isNamed = NAMING.has(lastWord(field));
  if (!isString) return isNamed && INTEGER.test(text);
  if (UUID.test(text) || EMAIL.test(text) || DIGITS.test(text) || KEY.test(text)) return true;
  return isNamed && !/^(?:true|false|null)$/i.test(text);
}

/** `customerIDs` and `customer-id` both end in the word `id`. */
function lastWord(key: string): string {
  const word = /(?:\p{Lu}+|\p{Lu}?\p{Ll}+)s?\d*$/u.exec(key)?.[0] ?? key;
  return word
    .toLowerCase()
    .replace(/\d+$/, '')
    .replace(/^(id|uuid|key|number|ref|email|account)s$/, '$1');
}

const nameOf = (field: string): string => (field === '' ? 'value' : field.slice(0, LONGEST_FIELD));
