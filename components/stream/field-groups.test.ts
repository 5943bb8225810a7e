import { expect, test } from 'vitest';
import type { StreamField } from '@/core/contract/streams';
import { fieldGroups, valueClass } from './field-groups';
import {
  anomalyWords,
  attemptWords,
  chosenWords,
  lookUpAddress,
  markWords,
  shownWords,
  sizeWords,
  titleOf,
} from './stream-words';

const field = (path: string): StreamField => ({
  path,
  value: '1',
  before: null,
  setBy: '1',
  changed: false,
  cut: null,
});

test('fields stand under the object that they are part of, those at the top first', () => {
  const paths = ['payment.status', 'order_id', 'lines[0].sku', 'payment.card.last4', 'stock_level.x', '["a.b"].c', ''];
  expect(
    fieldGroups(paths.map(field), 'Order').map(({ name, fields }) => [name, fields.map(({ path }) => path)]),
  ).toEqual([
    ['Order', ['order_id', 'lines[0].sku', '["a.b"].c', '']],
    ['Payment', ['payment.status', 'payment.card.last4']],
    ['Stock level', ['stock_level.x']],
  ]);
  expect(fieldGroups([field('a')], '')).toMatchObject([{ name: 'State' }]);
  expect(fieldGroups([], 'Order')).toEqual([]);
});

test('values are told apart by their text', () => {
  expect(['"x"', '1.10', '-1', 'true', 'null', '{}'].map(valueClass)).toEqual([
    'st-str',
    'st-num',
    'st-num',
    'st-plain',
    'st-plain',
    'st-plain',
  ]);
});

test('what is wrong is said in words', () => {
  expect(anomalyWords({ kind: 'gap', version: '7', from: '3', to: '6' })).toBe('versions 3 to 6 are missing');
  expect(anomalyWords({ kind: 'gap', version: '7', from: '6', to: '6' })).toBe('version 6 is missing');
  expect(markWords({ kind: 'schema', from: '1', to: '2' }).short).toBe('V1 → V2');
});

test('attempts, and how much of the stream is listed', () => {
  expect(attemptWords({ number: 1, of: 3 })).toBe('1 of 3');
  expect(attemptWords({ number: 2, of: null })).toBe('attempt 2');
  const stream = {
    total: 100_000,
    types: [
      { name: 'Paid', count: 33_333 },
      { name: 'Sent', count: 2 },
    ],
  };
  expect(shownWords(stream, ['Paid', 'Sent'])).toBe('Showing 33,335 of 100,000');
  expect(shownWords(stream, ['Absent'])).toBe('Showing 0 of 100,000');
  expect([[], ['Paid'], ['Paid', 'Sent']].map(chosenWords)).toEqual(['All types', 'Paid', '2 types']);
});

test('sizes and titles', () => {
  expect(sizeWords({ total: 15, services: ['a', 'b'] })).toBe('15 events, 2 services');
  expect(sizeWords({ total: 1, services: [] })).toBe('1 event');
  expect(sizeWords({ total: 100_000, services: ['orders'] })).toBe('100,000 events, orders');
  expect([titleOf('Order', '8841'), titleOf('~', 'x'), titleOf('', 'x')]).toEqual(['Order 8841', 'x', 'x']);
});

test('an address elsewhere needs a trace, whose id is escaped', () => {
  expect(lookUpAddress('https://t.example/{traceId}', { traceId: 'a/b' })).toBe('https://t.example/a%2Fb');
  expect(lookUpAddress('https://t.example/{traceId}', { traceId: null })).toBeNull();
  expect(lookUpAddress(null, { traceId: 'a' })).toBeNull();
});
