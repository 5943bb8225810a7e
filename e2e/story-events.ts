import { randomUUID } from 'node:crypto';
import { withDatabase } from './rows';

interface StoryEvent {
  /** Seconds after the order was placed. */
  at: number;
  service: string;
  aggregate: readonly [type: string, id: string];
  type: string;
  payload: string;
  /** Which event of the story caused it; the one before where none is said. */
  cause?: number;
}

const SKUS = ['SKU-1042', 'SKU-1043', 'SKU-2014'];

/** What happened around the order of the README, event by event: carrier silent, payment voided, release refused. */
function storyOf(order: string): StoryEvent[] {
  const [shipment, payment] = [['Shipment', 'shp_71Kq'] as const, ['Payment', `pay_${order}`] as const];
  const placed = ['Order', order] as const;
  return [
    {
      at: 0,
      service: 'order',
      aggregate: placed,
      type: 'OrderPlacedV2',
      payload: `{"order_id": "${order}", "customer_id": "C-20917", "total": 184.90, "currency": "EUR", "lines": [{"sku": "SKU-1042", "qty": 2}], "status": "PLACED"}`,
    },
    { at: 0.03, service: 'order', aggregate: placed, type: 'FulfilmentStartedV2', payload: '{"status": "FULFILLING"}' },
    ...SKUS.map((sku, n) => ({
      at: 0.4 + n / 100,
      service: 'inventory',
      aggregate: ['Stock', `${sku}@HAM-2`] as const,
      type: 'StockReservedV1',
      payload: `{"sku": "${sku}", "qty": 2, "reservation_id": "rsv_5Qd81m"}`,
      cause: 1,
    })),
    {
      at: 1.6,
      service: 'payment',
      aggregate: payment,
      type: 'PaymentAuthorizedV2',
      payload: '{"amount": 184.90, "currency": "EUR", "held": 184.90, "status": "AUTHORIZED"}',
    },
    {
      at: 1.64,
      service: 'shipping',
      aggregate: shipment,
      type: 'ShipmentRequestedV2',
      payload: '{"carrier": "NordPost"}',
    },
    ...[6.6, 13.6, 22.6].map((at, n) => ({
      at,
      service: 'shipping',
      aggregate: shipment,
      type: n === 2 ? 'ShipmentFailedV2' : 'CarrierCallTimedOutV2',
      payload: `{"attempt": ${n + 1}, "carrier": "NordPost", "timeout_ms": 5000, "error": {"code": "CARRIER_TIMEOUT", "category": "infrastructure", "retryable": true}}`,
      cause: n === 2 ? 7 : 6,
    })),
    {
      at: 22.7,
      service: 'order',
      aggregate: placed,
      type: 'CompensationStartedV2',
      payload: '{"status": "COMPENSATING"}',
    },
    {
      at: 23.6,
      service: 'payment',
      aggregate: payment,
      type: 'PaymentVoidedV2',
      payload: '{"amount": 184.90, "currency": "EUR", "held": 0.00, "status": "VOIDED"}',
      cause: 10,
    },
    ...[24.1, 26.6, 31.1].map((at, n) => ({
      at,
      service: 'inventory',
      aggregate: ['Stock', 'SKU-1042@HAM-2'] as const,
      type: 'StockReleaseFailedV1',
      payload: `{"attempt": ${n + 1}, "warehouse": "HAM-2", "stock_count": "WB-77", "error": {"code": "WMS_UNAVAILABLE"}}`,
      cause: 10,
    })),
  ];
}

/** Writes the story as its services did, eighteen minutes ago; answers its correlation. */
export async function writeStory(order: string, sagaId: string): Promise<string> {
  const correlation = randomUUID();
  const ids = storyOf(order).map(() => randomUUID());
  await withDatabase(async (client) => {
    for (const [n, event] of storyOf(order).entries()) {
      await client.query(
        `INSERT INTO event_store (event_id, aggregate_type, aggregate_id, version, event_type, payload, metadata, occurred_at)
         SELECT $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5::jsonb, $6, now() - interval '18 minutes' + $7 * interval '1 second'
         FROM event_store WHERE aggregate_type = $2 AND aggregate_id = $3`,
        [
          ids[n],
          ...event.aggregate,
          event.type,
          event.payload,
          {
            correlation_id: correlation,
            saga_id: sagaId,
            service: event.service,
            ...(n === 0 ? {} : { causation_id: ids[event.cause ?? n - 1] }),
          },
          event.at,
        ],
      );
    }
  });
  return correlation;
}
