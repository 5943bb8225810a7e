import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { orderOf } from './catalog';
import { faultOf, FAULTS, isFault } from './faults';
import { Cents, contextText, jsonText, parseContext } from './json';

test('amounts are written with two decimals, exactly', () => {
  expect(new Cents(18_490).decimal).toBe('184.90');
  expect(new Cents(5).decimal).toBe('0.05');
  expect(new Cents(-110).decimal).toBe('-1.10');
  expect(jsonText({ total: new Cents(100), lines: [{ sku: 'a"b', qty: 2 }], none: null })).toBe(
    '{"total":1.00,"lines":[{"sku":"a\\"b","qty":2}],"none":null}',
  );
});

test('a context that is written and read again is the same', () => {
  assert(
    property(integer({ min: 1, max: 1_000_000 }), integer({ min: 1, max: 50_000_000 }), (number, cents) => {
      const context = { ...orderOf(7, number).context, amountCents: cents };
      expect(parseContext(contextText(context))).toEqual(context);
    }),
  );
});

test('an order follows from seed and number', () => {
  expect(orderOf(7, 8_841)).toEqual(orderOf(7, 8_841));
  expect(orderOf(7, 8_841).context.order_id).toBe('order-8841');
  expect(orderOf(8, 8_841).sagaId).not.toBe(orderOf(7, 8_841).sagaId);
});

test('faults hit the share that was asked for, and about one order in 120 needs a person', () => {
  const faults = Array.from({ length: 40_000 }, (_, n) => faultOf(7, n, 0.08)).filter((fault) => fault !== null);
  expect(faults.length / 40_000).toBeCloseTo(0.08, 2);
  const persons = faults.filter((fault) => FAULTS[fault].person).length;
  expect(40_000 / persons).toBeGreaterThan(95);
  expect(40_000 / persons).toBeLessThan(145);
  expect(Object.keys(FAULTS).every(isFault)).toBe(true);
  expect(isFault('constructor')).toBe(false);
});
