import { randomUUID } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { withDatabase } from './rows';

interface NewEvent {
  type: string;
  payload: string;
  version?: number;
  service?: string;
}

/** Appends events to a stream, each in its own transaction, as services do; versions go on from `from`. */
async function appendEvents(aggregateId: string, from: number, events: readonly NewEvent[]): Promise<void> {
  await withDatabase(async (client) => {
    for (const [place, { type, payload, version = from + place, service = 'orders' }] of events.entries()) {
      await client.query(
        `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload, metadata)
         VALUES ('JourneyOrder', $1, $2, $3, $4::jsonb, $5::jsonb)`,
        [aggregateId, version, type, payload, JSON.stringify({ service, correlation_id: `flow-${aggregateId}` })],
      );
    }
  });
}

const LIFE: readonly NewEvent[] = [
  {
    type: 'OrderPlacedV1',
    payload: '{"order_id":"8841","total":184.90,"ledger":9007199254740993,"payment":{"status":"NONE"}}',
  },
  { type: 'PaymentAuthorizedV2', payload: '{"payment":{"status":"AUTHORIZED","held":184.90}}', service: 'payment' },
  { type: 'PaymentVoidedV2', payload: '{"payment":{"status":"VOIDED","held":0.00}}', service: 'payment' },
  { type: 'OrderPlacedV2', payload: '{"note":"second schema"}' },
];

test('an engineer travels through an order: state, what changed, who set it, and live to the end', async ({ page }) => {
  const id = `journey-${randomUUID().slice(0, 8)}`;
  await appendEvents(id, 1, LIFE);
  await page.goto(`/events/streams/JourneyOrder/${id}?at=3`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`JourneyOrder ${id}`);
  const slider = page.getByRole('slider', { name: 'Version' });
  await expect(slider).toHaveAttribute('aria-valuetext', /^Version 3, PaymentVoided, \d\d:\d\d:\d\d\.\d{3}$/);
  const state = page.getByRole('region', { name: 'State at version 3' });
  await expect(state).toContainText('PaymentVoided changed 2 fields');
  await expect(state.getByRole('row', { name: /payment\.held/ })).toContainText('0.00184.90v3');
  await expect(state.getByRole('row', { name: /^ledger/ })).toContainText('9007199254740993');

  // Keys travel, on the slider and off it; later events stay listed.
  await page.keyboard.press('ArrowLeft');
  await expect(page).toHaveURL(/at=2/);
  await slider.press('Home');
  await expect(slider).toHaveAttribute('aria-valuetext', /^Version 1, OrderPlaced/);
  await expect(page.getByText('3 are later than this view')).toBeVisible();
  await slider.press('End');
  await expect(page.getByRole('button', { name: /OrderPlaced.*V1 → V2/ })).toBeVisible();
  await expect(page.getByRole('region', { name: 'State at version 4' })).toBeVisible();

  // Who set a field is a way back to the event that did.
  await page
    .getByRole('row', { name: /payment\.status/ })
    .getByRole('link')
    .click();
  await expect(page.getByRole('region', { name: 'State at version 3' })).toBeVisible();
  await page.getByRole('checkbox', { name: 'Changes only' }).check();
  await expect(page.getByRole('row', { name: /order_id/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Event', exact: true }).click();
  await expect(page.getByLabel('Payload of version 3')).toContainText('0.00');

  // At the latest version the page follows the stream.
  await page.getByRole('button', { name: 'Latest' }).click();
  await expect(page.getByRole('region', { name: 'State at version 4' })).toBeVisible();
  await appendEvents(id, 6, [{ type: 'OrderClosedV1', payload: '{"closed":true}' }]);
  await expect(page.getByRole('region', { name: 'State at version 6' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'version 5 is missing' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Event flow', exact: true })).toHaveAttribute(
    'href',
    `/flows/flow-${id}`,
  );
});

test('the list is narrowed to types, in the address; attempts carry their number', async ({ page }) => {
  const id = `types-${randomUUID().slice(0, 8)}`;
  const tries = [1, 2, 3].map((attempt) => ({
    type: attempt === 3 ? 'ShipmentFailedV1' : 'CarrierCallTimedOutV1',
    payload: JSON.stringify({ attempt }),
  }));
  await appendEvents(id, 1, [...LIFE, ...tries]);
  await page.goto(`/events/streams/JourneyOrder/${id}`);
  const list = page.getByRole('region', { name: 'Events' });
  await expect(list.getByRole('button', { name: /CarrierCallTimedOut.*2 of 3/ })).toBeVisible();
  await expect(list.getByRole('button', { name: /ShipmentFailed.*3 of 3/ })).toBeVisible();
  await list.getByRole('button', { name: 'Types of events listed: All types' }).click();
  const menu = page.getByRole('dialog', { name: 'Types of events' });
  await menu.getByRole('checkbox', { name: /CarrierCallTimedOut 2/ }).check();
  await menu.getByRole('checkbox', { name: /OrderPlaced 2/ }).check();
  await expect(list.getByText('Showing 4 of 7')).toBeVisible();
  await expect(page).toHaveURL(/type=CarrierCallTimedOut&type=OrderPlaced/);
  await expect(list.getByRole('listitem')).toHaveCount(4);
  await page.reload();
  await expect(list.getByText('Showing 4 of 7')).toBeVisible();
  // The buttons and keys step among those listed; the line of versions goes through all of them still.
  await page.getByRole('button', { name: /OrderPlaced.*V1 → V2/ }).click();
  await page.getByRole('button', { name: 'Previous version of those listed' }).click();
  await expect(page.getByRole('region', { name: 'State at version 1', exact: true })).toBeVisible();
  await expect(list.getByRole('button', { name: /^1 OrderPlaced/ })).toHaveAttribute('aria-current', 'true');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('region', { name: 'State at version 4' })).toBeVisible();
  await page.getByRole('button', { name: 'Latest' }).click();
  await expect(page.getByRole('region', { name: 'State at version 7' })).toBeVisible();
  await page.getByRole('slider', { name: 'Version' }).press('ArrowLeft');
  await expect(page.getByRole('region', { name: 'State at version 6' })).toBeVisible();
  await list.getByRole('button', { name: 'Types of events listed: 2 types' }).click();
  await menu.getByRole('button', { name: 'List all types' }).click();
  await expect(list.getByRole('listitem')).toHaveCount(7);
});

test('a stream of 3,000 events is scrolled through and jumped in, and only what is seen is drawn', async ({ page }) => {
  const id = `long-${randomUUID().slice(0, 8)}`;
  await withDatabase((client) =>
    client.query(
      `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload)
       SELECT 'JourneyCounter', $1, v, CASE v % 50 WHEN 0 THEN 'CounterReset' ELSE 'CounterMoved' END || 'V1', jsonb_build_object('n', v) FROM generate_series(1, 3000) v`,
      [id],
    ),
  );
  await page.goto(`/events/streams/JourneyCounter/${id}`);
  await expect(page.getByRole('region', { name: 'State at version 3000' })).toContainText('3000');
  const rows = page.getByRole('listitem');
  await expect(rows.filter({ hasText: '3000' })).toBeVisible();
  expect(await page.locator('.st-row').count()).toBeLessThan(60);
  const slider = page.getByRole('slider', { name: 'Version' });
  await slider.press('Home');
  await expect(page.getByRole('region', { name: 'State at version 1', exact: true })).toBeVisible();
  // Of one type, pages come from the server.
  await page.goto(`/events/streams/JourneyCounter/${id}?at=1500&type=CounterReset`);
  await expect(page.getByText('Showing 60 of 3,000')).toBeVisible();
  await expect(rows.filter({ hasText: '1500' })).toBeVisible();
  await page.goto(`/events/streams/JourneyCounter/${id}?at=1`);
  const list = page.locator('.st-rows');
  await expect
    .poll(
      async () => {
        await list.evaluate((box) => box.scrollTo({ top: box.scrollHeight }));
        return Number(await page.locator('.st-v').last().textContent());
      },
      { timeout: 30_000 },
    )
    .toBeGreaterThan(250);
});

test('a version that is not there is said, and the address mended', async ({ page }) => {
  const id = `short-${randomUUID().slice(0, 8)}`;
  await appendEvents(id, 1, LIFE.slice(0, 2));
  await page.goto(`/events/streams/JourneyOrder/${id}?at=99`);
  await expect(page.getByText('There is no version 99; this is the last one, 2.')).toBeVisible();
  await expect(page).toHaveURL(/at=2$/);
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByRole('region', { name: 'State at version 1', exact: true })).toBeVisible();
  await expect(page.getByText('There is no version 99')).toHaveCount(0);
  await page.goto(`/events/streams/JourneyOrder/${id}?at=0`);
  await expect(page.getByText('There is no version 0; this is the first one, 1.')).toBeVisible();
  await expect(page).toHaveURL(/at=1$/);
});

test('a state of many lines begins with what is in none of them; they are folded but for what changed', async ({
  page,
}) => {
  const id = `lines-${randomUUID().slice(0, 8)}`;
  const lines = Array.from({ length: 128 }, (_, n) => ({ sku: `SKU-${n}`, qty: 1 }));
  const changed = lines.map((line, n) => (n === 77 ? { ...line, qty: 9 } : line));
  await appendEvents(id, 1, [
    { type: 'OrderPlacedV1', payload: JSON.stringify({ lines, status: 'PLACED' }) },
    { type: 'LineChangedV1', payload: JSON.stringify({ lines: changed }) },
  ]);
  await page.goto(`/events/streams/JourneyOrder/${id}`);
  const state = page.getByRole('region', { name: 'State at version 2' });
  const rows = state.locator('tbody tr:not(.grp)');
  await expect(rows).toHaveCount(3);
  await expect(rows.first()).toContainText('status');
  await expect(state.getByRole('row', { name: /lines\[77\]\.qty/ })).toContainText('9');
  const fold = state.getByRole('button', { name: /^lines\s*128 items/ });
  await fold.press('Enter');
  await expect(fold).toHaveAttribute('aria-expanded', 'true');
  await expect(rows).toHaveCount(2 + 256);
  await fold.press('Enter');
  await expect(rows).toHaveCount(3);
});

test('the day is said where it changes, in the list and at the slider', async ({ page }) => {
  const id = `days-${randomUUID().slice(0, 8)}`;
  await withDatabase((client) =>
    client.query(
      `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload, occurred_at)
       SELECT 'JourneyOrder', $1, v, 'OrderMovedV1', '{}', timestamptz '2026-01-01 12:00Z' + v * interval '1 day' FROM generate_series(1, 2) v`,
      [id],
    ),
  );
  await page.goto(`/events/streams/JourneyOrder/${id}?at=1`);
  await expect(page.locator('.st-day')).toHaveText(['2 Jan 2026', '3 Jan 2026']);
  const slider = page.getByRole('slider', { name: 'Version' });
  await expect(slider).toHaveAttribute('aria-valuetext', /^Version 1, OrderMoved, 2 Jan 2026, \d\d:/);
  await slider.press('End');
  await expect(slider).toHaveAttribute('aria-valuetext', /^Version 2, OrderMoved, \d\d:/);
});

test('a stream that is not there says so', async ({ page }) => {
  await page.goto(`/events/streams/JourneyOrder/${randomUUID()}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No such stream');
});
