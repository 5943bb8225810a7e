import { expect, test } from 'vitest';
import { applyEvent, emptyFold } from '@/core/stream/fold';
import { jsonText } from '@/core/stream/json';
import order from './Order';

test('an order of the demo has its status by the name of its events, and since when', () => {
  const fold = emptyFold();
  const events = [
    ['OrderPlaced', '{"order_id":"order-1","total":184.90}'],
    ['CustomerNotified', '{"notified":"a@example.com"}'],
    ['OrderCancelled', '{"why":"CARRIER_TIMEOUT"}'],
  ] as const;
  for (const [place, [name, payload]] of events.entries()) {
    const version = BigInt(place + 1);
    const row = { version, position: version, name, eventType: `${name}V1`, eventVersion: 1, payload };
    applyEvent(fold, { ...row, service: 'order', tenantId: null, occurredAt: place }, { id: 'order', reduce: order });
  }
  expect(jsonText(fold.state ?? null)).toBe(
    '{"order_id":"order-1","total":184.90,"status":"CANCELLED","since":{"PLACED":"1970-01-01T00:00:00.000Z","CANCELLED":"1970-01-01T00:00:00.002Z"},"notified":"a@example.com","why":"CARRIER_TIMEOUT"}',
  );
  expect(fold.blame.get('status')).toBe(3n);
  expect(fold.blame.get('since.PLACED')).toBe(1n);
});
