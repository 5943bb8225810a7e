import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { withDatabase } from './rows';

interface Written {
  correlation: string;
  aggregateId: string;
  eventIds: string[];
}

/** Three events of one flow, as a service writes them. */
export async function writeFlow(word: string): Promise<Written> {
  const [correlation, aggregateId] = [randomUUID(), `parcel-${randomUUID().slice(0, 8)}`];
  const eventIds = [randomUUID(), randomUUID(), randomUUID()];
  await withDatabase(async (client) => {
    for (const [n, type] of ['ParcelPackedV1', 'ParcelShippedV2', 'DeliveryFailedV1'].entries()) {
      await client.query(
        `INSERT INTO event_store (event_id, aggregate_type, aggregate_id, version, event_type, payload, metadata)
         VALUES ($1, 'Parcel', $2, $3, $4, $5::jsonb, $6)`,
        [
          eventIds[n],
          aggregateId,
          n + 1,
          type,
          `{"parcel": "${aggregateId}", "weight": 1.10, "big": 9007199254740993, "note": "<img src=x onerror=alert(1)> ${word}"}`,
          { correlation_id: correlation, service: 'shipping', ...(n === 0 ? {} : { causation_id: eventIds[n - 1] }) },
        ],
      );
    }
  });
  return { correlation, aggregateId, eventIds };
}

/** The rows of the list of events. */
export const rows = (page: Page) => page.getByRole('region', { name: 'Events' }).locator('tbody tr');

/** One more event of a flow. */
export const append = (correlation: string) =>
  withDatabase((client) =>
    client.query(
      `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload, metadata)
       VALUES ('Parcel', $1, 1, 'ParcelLostV1', '{}', $2)`,
      [randomUUID(), { correlation_id: correlation }],
    ),
  );
