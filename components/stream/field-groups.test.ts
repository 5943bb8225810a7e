import { expect, test } from 'vitest';
import type { StreamField } from '@/core/contract/streams';
import { fieldGroups, shownOf, valueClass } from './field-groups';
import {
  anomalyWords,
  attemptWords,
  chosenWords,
  lookUpAddress,
  markWords,
  momentWords,
  newDay,
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
    ['Order', ['order_id', '["a.b"].c', '']],
    ['Payment', ['payment.status', 'payment.card.last4']],
    ['Stock level', ['stock_level.x']],
  ]);
  expect(fieldGroups([field('a')], '')).toMatchObject([{ name: 'State' }]);
  expect(fieldGroups([], 'Order')).toEqual([]);
});

test('what is in no array comes before the items of arrays; only many of them are folded, never what changed', () => {
  const lines = Array.from({ length: 128 }, (_, n) => [`lines[${n}].sku`, `lines[${n}].qty`]).flat();
  const few = [0, 1, 2, 3, 4].map((n) => `tags[${n}]`);
  const paths = [...lines, 'status', ...few, '["k[9]"]', 'parcel.codes[0]', 'parcel.weight'];
  const [order, parcel] = fieldGroups(
    paths.map((path) => ({ ...field(path), changed: path === 'lines[77].qty' || path === 'lines[2].sku' })),
    'Order',
  );
  expect(order?.fields.map(({ path }) => path)).toEqual(['status', '["k[9]"]']);
  expect(order?.arrays.map(({ path, items, isLong }) => [path, items, isLong])).toEqual([
    ['lines', 128, true],
    ['tags', 5, false],
  ]);
  const [long, short] = order?.arrays ?? [];
  if (long === undefined || short === undefined) throw new Error('two arrays were given');
  expect(shownOf(long, false).map(({ path }) => path)).toEqual(['lines[2].sku', 'lines[77].qty']);
  expect(shownOf(long, true)).toHaveLength(256);
  expect(shownOf(short, false)).toHaveLength(5);
  expect([parcel?.fields[0]?.path, parcel?.arrays[0]?.path]).toEqual(['parcel.weight', 'parcel.codes']);
});

test('what was taken away is no item', () => {
  const gone = Array.from({ length: 8 }, (_, n) => ({ ...field(`lines[${n}]`), value: n < 6 ? '1' : null }));
  expect(fieldGroups(gone, 'Order')[0]?.arrays).toMatchObject([{ items: 6, isLong: true }]);
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

test('a day is said where it begins, past rows without a time', () => {
  const at = (occurredAt: string | null) => ({ occurredAt });
  const local = (day: number, hour: number) => new Date(2026, 10, day, hour, 20, 32, 123).toISOString();
  const rows = [at(null), at(local(20, 21)), at(local(20, 22)), at(null), at(local(21, 0)), at(local(21, 3))];
  const days = rows.map((_, place) => newDay(rows, place));
  expect(days).toEqual([null, '20 Nov 2026', null, null, '21 Nov 2026', null]);
  const row = (occurredAt: string | null) => ({
    version: '1',
    position: '1',
    eventId: '',
    eventType: 'A',
    name: 'A',
    schemaVersion: 1,
    service: null,
    marks: [],
    attempt: null,
    occurredAt,
  });
  const versions = [row(local(20, 22)), row(local(21, 0)), row(null)];
  expect(momentWords(local(21, 0), { versions, next: null })).toBe('00:20:32.123');
  expect(momentWords(local(20, 22), { versions, next: null })).toBe('20 Nov 2026, 22:20:32.123');
  // Where the last event is not known the day is never left out.
  expect(momentWords(local(21, 0), { versions, next: 'after.2.2' })).toBe('21 Nov 2026, 00:20:32.123');
  expect(momentWords(null, { versions, next: null })).toBe('–');
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
