import { describe, expect, it } from 'vitest';
import { eventSays, moneyWords } from './event-says';

describe('what an event says beside its name', () => {
  const both = { code: 'CARRIER_TIMEOUT', amount: '6412.00', currency: 'EUR' };
  const nothing = { code: null, amount: null, currency: null };

  it.each([
    ['ShipmentFailed', both, 'CARRIER_TIMEOUT'],
    // A code is that of an error only where something failed.
    ['PaymentAuthorized', both, '€6,412.00'],
    ['PaymentDeclined', { ...both, code: null }, '€6,412.00'],
    ['PaymentAuthorized', { ...both, currency: null }, ''],
    ['ShipmentFailed', nothing, ''],
  ])('%s', (name, facts, words) => expect(eventSays(name, facts)).toBe(words));
});

describe('an amount in words', () => {
  it.each([
    ['6412.00', 'EUR', '€6,412.00'],
    ['-184.90', 'USD', '-$184.90'],
    ['9007199254740993.10', 'EUR', '€9,007,199,254,740,993.10'],
    ['1500', 'JPY', '¥1,500'],
    ['12.50', 'SEK', 'SEK 12.50'],
    // May be cents: as it was written.
    ['641200', 'EUR', '641,200 EUR'],
    ['1.5', 'EUR', '1.5 EUR'],
    ['3.00', 'QQQ', 'QQQ 3.00'],
  ])('%s %s', (amount, currency, words) => expect(moneyWords(amount, currency)).toBe(words));
});
