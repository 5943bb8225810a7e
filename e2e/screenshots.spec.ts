import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { append, type NewRow } from './rows';
import { writeStory } from './story-events';

const ROOT = path.join(import.meta.dirname, '..');
// The pictures of the README are those of a browser run; UPDATE_SCREENSHOTS=1 puts new ones in their place.
const folder = path.join(ROOT, process.env.UPDATE_SCREENSHOTS ? 'docs/screenshots' : 'test-results/screenshots');

const context = (order: string) =>
  `{"order_id": "${order}", "amount": {"eur": 184.90}, "goods": "2 × SKU-1042", "lines": [{"sku": "SKU-1042", "qty": 2}], "customer": {"id": "C-20917"}, "warehouse": "HAM-2", "carrier": "NordPost", "reservation_id": "rsv_5Qd81m", "payment_id": "pay_9cK2vT", "shipment_id": null}`;
const error = (code: string, message: string) => ({ code, message, category: 'business', retryable: true });

/** The order of the README: shipping gave up, the payment was voided, the warehouse refuses to release. */
function storyOf(order: string): NewRow[] {
  const second = 1 / 60;
  const row = (stepName: string, status: string, at: number, more: Partial<NewRow> = {}): NewRow => ({
    stepName,
    status,
    minutesAgo: 18 - at * second,
    sagaType: 'order_fulfilment',
    context: context(order),
    ...more,
  });
  const shipping = [1, 7, 16].flatMap((at, index) => [
    row('create_shipment', 'PENDING', at + 1, { phase: 'ACTION', attempt: index + 1 }),
    row('create_shipment', 'FAILED', at + 5, {
      phase: 'ACTION',
      attempt: index + 1,
      error: error('CARRIER_TIMEOUT', 'NordPost did not answer in 5 s'),
    }),
  ]);
  const release = [23, 26, 30.5].flatMap((at, index) => [
    row('reserve_inventory', 'PENDING', at, { phase: 'COMPENSATION', attempt: index + 1 }),
    row('reserve_inventory', 'FAILED', at + 0.5, {
      phase: 'COMPENSATION',
      attempt: index + 1,
      error: error('WMS_UNAVAILABLE', 'Warehouse HAM-2 is locked by stock count WB-77'),
    }),
  ]);
  return [
    row('reserve_inventory', 'PENDING', 0, { phase: 'ACTION' }),
    row('reserve_inventory', 'SUCCESS', 0.412, { phase: 'ACTION' }),
    row('authorize_payment', 'PENDING', 0.42, { phase: 'ACTION' }),
    row('authorize_payment', 'SUCCESS', 1.6, { phase: 'ACTION' }),
    ...shipping,
    row('authorize_payment', 'PENDING', 22, { phase: 'COMPENSATION' }),
    row('authorize_payment', 'COMPENSATED', 22.84, { phase: 'COMPENSATION' }),
    ...release,
  ];
}

test('a saga whose compensation failed reads as its log says', async ({ page, request }) => {
  const definition = await request.put('/api/v1/definitions/order_fulfilment', {
    headers: { 'content-type': 'application/yaml' },
    data: await readFile(path.join(ROOT, 'demo/order_fulfilment.yaml'), 'utf8'),
  });
  expect(definition.ok()).toBe(true);
  const sagaId = randomUUID();
  await append(sagaId, storyOf('order-8841'));
  await page.setViewportSize({ width: 1440, height: 900 });
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.goto(`/sagas/${sagaId}`);
    await expect(page.locator('.summary')).toContainText('releasing inventory failed 3 times');
    await expect(page.locator('.summary strong')).toHaveText(/^2 × SKU-1042 still reserved/);
    await expect(page.locator('.sd-title')).toContainText('Compensation failed');
    await expect(page.locator('svg.dg')).toBeVisible();
    await expect(page.locator('[data-live="live"]')).toBeVisible();
    await page.screenshot({ path: path.join(folder, theme === 'light' ? 'saga.png' : 'saga-dark.png') });
  }
});

test('the events of an order as list, stream, flow and search', async ({ page }) => {
  const order = `order-${randomUUID().slice(0, 6)}`;
  const sagaId = randomUUID();
  const correlation = await writeStory(order, sagaId);
  await page.setViewportSize({ width: 1440, height: 900 });
  const pages = [
    { name: 'events', path: `/events?correlationId=${correlation}`, text: 'StockReleaseFailed' },
    { name: 'stream', path: `/events/streams/Order/${order}`, text: 'CompensationStarted' },
    { name: 'flow', path: `/flows/${correlation}`, text: 'PaymentVoided' },
    { name: 'search', path: `/search?q=${order}`, text: order },
  ];
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    for (const { name, path: address, text } of pages) {
      await expect
        .poll(
          async () => {
            await page.goto(address);
            return page.getByText(text).count();
          },
          { timeout: 30_000 },
        )
        .toBeGreaterThan(0);
      await expect(page.locator('[data-live="live"]')).toBeVisible();
      await page.screenshot({ path: path.join(folder, theme === 'light' ? `${name}.png` : `${name}-dark.png`) });
    }
  }
});
