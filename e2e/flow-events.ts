import { expect, type Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { withDatabase } from './rows';

interface NewEvent {
  name: string;
  service: string;
  /** Which of the events given it names as its cause; or any id. */
  cause?: number | string;
  /** ms after the first. */
  at?: number;
  aggregate?: string;
  /** JSON text, sent as it stands. */
  payload?: string;
  sagaId?: string;
  /** Its event id, where a test names it. */
  id?: string;
}

/** Appends events as services do, and waits until the flow has them all. */
export async function appendFlow(page: Page, correlation: string, events: readonly NewEvent[]): Promise<void> {
  const ids = events.map(({ id }) => id ?? randomUUID());
  const rows = events.map(({ name, service, cause, at = 0, aggregate, payload = '{}', sagaId }, n) => ({
    id: ids[n],
    aggregate: aggregate ?? `${correlation}-${n}`,
    name,
    payload,
    at: Date.now() - 60_000 + at,
    metadata: {
      correlation_id: correlation,
      service,
      ...(cause === undefined ? {} : { causation_id: typeof cause === 'number' ? ids[cause] : cause }),
      ...(sagaId === undefined ? {} : { saga_id: sagaId }),
    },
  }));
  await withDatabase((client) =>
    client.query(
      `INSERT INTO event_store (event_id, aggregate_type, aggregate_id, version, event_type, payload, metadata, occurred_at)
       SELECT (r->>'id')::uuid, 'Journey', r->>'aggregate', row_number() OVER (PARTITION BY r->>'aggregate' ORDER BY n)
           + coalesce((SELECT max(version) FROM event_store e WHERE e.aggregate_type = 'Journey' AND e.aggregate_id = r->>'aggregate'), 0),
         r->>'name', (r->>'payload')::jsonb, r->'metadata', to_timestamp((r->>'at')::float8 / 1000)
       FROM json_array_elements($1::json) WITH ORDINALITY AS j(r, n) ORDER BY n`,
      [JSON.stringify(rows)],
    ),
  );
  await expect
    .poll(async () => {
      const answer = await page.request.get(`/api/v1/flows/${correlation}`);
      return answer.ok() ? ((await answer.json()) as { total: number }).total : 0;
    })
    .toBeGreaterThanOrEqual(events.length);
}

const LINES = 128;
const TIMED_OUT = '{"error": {"code": "CARRIER_TIMEOUT"}}';
/** An order of 128 lines whose shipment fails: 268 events of four services. */
export function bigOrder(sagaId?: string): NewEvent[] {
  const lines = Array.from({ length: LINES }, (_, n) => n);
  const last = 2 + LINES - 1;
  return [
    { name: 'OrderPlacedV1', service: 'orders', ...(sagaId === undefined ? {} : { sagaId }) },
    { name: 'FulfilmentStarted', service: 'orders', cause: 0, at: 32 },
    ...lines.map((n) => ({ name: 'InventoryReserved', service: 'inventory', cause: 1, at: 410 + n })),
    {
      name: 'PaymentAuthorized',
      service: 'payments',
      cause: last,
      at: 1_620,
      payload: '{"amount": 9007199254740993.00, "currency": "EUR", "rate": 1.10}',
    },
    { name: 'ShipmentRequested', service: 'shipping', cause: last + 1, at: 1_660 },
    { name: 'CarrierCallTimedOut', service: 'shipping', cause: last + 2, at: 6_700, payload: TIMED_OUT },
    { name: 'CarrierCallTimedOut', service: 'shipping', cause: last + 2, at: 11_700, payload: TIMED_OUT },
    { name: 'ShipmentFailedV2', service: 'shipping', cause: last + 4, at: 22_700, payload: TIMED_OUT },
    { name: 'PaymentVoided', service: 'payments', cause: last + 5, at: 23_500 },
    ...lines.map((n) => ({ name: 'InventoryReleased', service: 'inventory', cause: last + 6, at: 24_000 + n })),
  ];
}
/** The nodes of the picture that is shown. */
export const nodes = (page: Page) => page.locator('[data-node]');
/** One of them, by what is read out of it. */
export const node = (page: Page, name: RegExp | string) => page.getByRole('button', { name }).and(nodes(page));
