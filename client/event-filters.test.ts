import { describe, expect, it } from 'vitest';
import { EVENT_FILTERS, eventFiltersOf } from './event-filters';

const { typed, written } = EVENT_FILTERS;

describe('what is typed over events', () => {
  it.each([
    ['schema:2', { eventVersion: '2' }],
    ['version:V2', { eventVersion: '2' }],
    ['Schema version:v2', { eventVersion: '2' }],
    ['type:MoneySent tenant:acme', { type: 'MoneySent', tenant: 'acme' }],
    ['event type:MoneySent aggregate id:acct-1', { type: 'MoneySent', aggregateId: 'acct-1' }],
    ['aggregate_type:Order aggregate:order-1', { aggregateType: 'Order', aggregateId: 'order-1' }],
    ['correlation:c saga:s trace:t service:shop', { correlationId: 'c', sagaId: 's', traceId: 't', service: 'shop' }],
  ])('%s', (text, expected) => {
    const read = typed(text);
    expect(Object.fromEntries(read.filters.map(({ field, values }) => [field, values[0]]))).toEqual(expected);
    expect(read).toMatchObject({ text: '', unknown: [], refused: [] });
  });

  it('looks for the value of a field of the payload as a word', () => {
    expect(typed('carrier:Alpenkurier type:X')).toEqual({
      filters: [{ field: 'type', values: ['X'] }],
      text: 'Alpenkurier',
      unknown: [{ field: 'carrier', value: 'Alpenkurier' }],
      refused: [],
    });
  });
});

it.each(['two', '0', 'V', '2.5', '99999999999'])('refuses %s as a schema version in a sentence', (value) => {
  expect(written('eventVersion', value)).toEqual({
    refused: `“${value}” is no schema version: write a whole number from 1, such as 2 or V2.`,
  });
});

it('asks the API for the number of a version that an address has as its badge', () => {
  expect(eventFiltersOf(new URLSearchParams('eventVersion=V2&type=X'))).toEqual({ eventVersion: '2', type: 'X' });
});
