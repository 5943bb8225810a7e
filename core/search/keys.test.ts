import { describe, expect, it } from 'vitest';
import { eventKeys, sagaKeys, searchValue } from './keys';

const words = (keys: ReturnType<typeof sagaKeys>) =>
  keys.map(({ kind, field, value, targetType, target }) => `${kind} ${field} ${value} → ${targetType}/${target}`);

describe('what a saga is found by', () => {
  it('its ids, its business key, the number at its end, and its contexts', () => {
    const saga = { sagaId: 's', businessKey: 'Order-8841', correlationId: 'c', traceId: null };
    expect(words(sagaKeys(saga, [{ field: 'email', value: 'Jo@x.org' }]))).toEqual([
      'saga saga id s → /s',
      'saga business key order-8841 → /s',
      'saga number 8841 → /s',
      'saga correlation id c → /s',
      'saga email jo@x.org → /s',
    ]);
  });
});

describe('what an event makes findable', () => {
  it('its stream, flow, trace and values', () => {
    const event = { aggregateType: 'Order', aggregateId: 'order-1', correlationId: 'C', traceId: 't' };
    expect(words(eventKeys(event, [{ field: 'customerId', value: 'Cust-42' }]))).toEqual([
      'stream aggregate id order-1 → Order/order-1',
      'stream number 1 → Order/order-1',
      'flow correlation id c → /C',
      'trace trace id t → /C',
      'stream customerId cust-42 → Order/order-1',
      'value customerId cust-42 → customerId/Cust-42',
    ]);
  });

  it('no number of a UUID or of a number, and nothing of what it has not', () => {
    const event = { aggregateType: '', aggregateId: '8841', correlationId: null, traceId: null };
    expect(words(eventKeys(event, []))).toEqual(['stream aggregate id 8841 → /8841']);
    const uuid = { ...event, aggregateId: '7f3c9a3e-0000-4000-8000-000000000001' };
    expect(eventKeys(uuid, [])).toHaveLength(1);
  });
});

it('is looked for as it is kept', () => {
  expect(searchValue('  ORDER-Ä ')).toBe('order-ä');
  expect(searchValue('x'.repeat(500))).toHaveLength(200);
});
