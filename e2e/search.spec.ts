import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { failedOrder, type Order, withDatabase } from './rows';

/** A failed order, and a stream and a flow of events that name its customer; answers what can be looked for. */
async function orderWithEvents(): Promise<Order & { customer: string; flow: string; eventId: string }> {
  const order = await failedOrder();
  const part = order.sagaId.slice(0, 8);
  const customer = `Cust-${part}`;
  const flow = `flow-${part}`;
  const eventId = await withDatabase(async (client) => {
    const { rows } = await client.query<{ event_id: string }>(
      `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload, metadata)
       SELECT 'Order', $1, n, CASE n WHEN 1 THEN 'OrderPlacedV1' ELSE 'OrderShelvedV2' END, jsonb_build_object('customerId', $2::text),
         jsonb_build_object('correlation_id', $3::text) FROM generate_series(1, 2) n RETURNING event_id`,
      [order.businessKey, customer, flow],
    );
    return rows[0]?.event_id ?? '';
  });
  return { ...order, customer, flow, eventId };
}

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Search' });
const field = (page: Page) => dialog(page).getByRole('combobox', { name: 'Search any id or value' });

/** Opens the search once the page takes keys, and types. */
async function searchFor(page: Page, text: string): Promise<void> {
  await expect(page.locator('.live b')).toBeVisible();
  await expect(async () => {
    if (!(await dialog(page).isVisible())) await page.keyboard.press('ControlOrMeta+k');
    await expect(field(page)).toBeFocused({ timeout: 1_000 });
  }).toPass();
  await field(page).fill(text);
}

/** The hit that is open on ↵, once the projector has come to it. */
async function hit(page: Page, kind: string, text: string | RegExp) {
  const found = dialog(page).getByRole('group', { name: kind }).getByRole('option').filter({ hasText: text }).first();
  await expect(async () => {
    if (await found.isVisible()) return;
    // Typed again: a search asks when it is typed.
    const typed = await field(page).inputValue();
    await field(page).fill('');
    await field(page).fill(typed);
    await expect(found).toBeVisible({ timeout: 2_000 });
  }).toPass();
  return found;
}

test('an order number is found by keyboard alone, and ↵ opens its saga', async ({ page }) => {
  const order = await orderWithEvents();
  await page.goto('/');
  await searchFor(page, order.businessKey.toUpperCase());
  await hit(page, 'Sagas', order.businessKey);
  await hit(page, 'Streams', order.businessKey);
  const options = dialog(page).getByRole('option');
  await expect(options.first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowUp');
  await expect(options.last()).toHaveAttribute('aria-selected', 'true');
  await expect(field(page)).toHaveAttribute('aria-activedescendant', (await options.last().getAttribute('id')) ?? '');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`/sagas/${order.sagaId}`);
  await expect(dialog(page)).toBeHidden();

  // It is offered again, can be searched again, and forgotten.
  await searchFor(page, '');
  const recent = dialog(page).getByRole('option', { name: order.businessKey.toUpperCase() });
  await expect(recent).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(field(page)).toHaveValue(order.businessKey.toUpperCase());
  await field(page).fill('');
  await dialog(page).getByRole('button', { name: 'Clear' }).click();
  await expect(recent).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();
});

test('a customer, a flow and an event are found by value, grouped by what they belong to', async ({ page }) => {
  const { customer, flow, eventId, businessKey } = await orderWithEvents();
  await page.goto('/sagas');
  await searchFor(page, customer.toLowerCase());
  await expect(await hit(page, 'Streams', businessKey)).toHaveAttribute('href', `/events/streams/Order/${businessKey}`);
  await expect(await hit(page, 'Values', customer)).toContainText('customerId');
  await field(page).fill(flow);
  await expect(await hit(page, 'Flows', flow)).toHaveAttribute('href', `/flows/${flow}`);
  await field(page).fill(eventId.slice(0, 13));
  await expect(await hit(page, 'Events', 'OrderPlaced')).toHaveAttribute('href', `/events/${eventId}`);
});

test('the page of results lists all of them, keeps the text in the address, and links to each', async ({ page }) => {
  const order = await orderWithEvents();
  await expect(async () => {
    await page.goto(`/search?q=${order.customer}`);
    await expect(page.getByRole('region', { name: 'Streams' })).toContainText(order.businessKey, { timeout: 2_000 });
  }).toPass();
  await page.getByRole('searchbox', { name: 'Any id or value' }).fill(order.sagaId);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`/search?q=${order.sagaId}`);
  await page.getByRole('region', { name: 'Sagas' }).getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(order.businessKey);
  await page.goBack();
  await page.goBack();
  await expect(page).toHaveURL(`/search?q=${order.customer}`);
});

test('nothing found is told apart from a search that failed, which can be tried again', async ({ page }) => {
  await page.goto('/');
  await searchFor(page, 'no-such-thing-4711');
  await expect(dialog(page).getByText('Nothing found for “no-such-thing-4711”')).toBeVisible();
  await expect(dialog(page)).toContainText('Searched sagas, events, streams, flows, traces and values');
  await page.route('**/api/v1/search?**', (route) => route.fulfill({ status: 503, body: '' }));
  await field(page).fill('no-such-thing-4712');
  await expect(dialog(page).getByRole('alert')).toContainText('Search failed');
  await expect(dialog(page).getByText('Nothing found')).toBeHidden();
  await page.unroute('**/api/v1/search?**');
  await dialog(page).getByRole('button', { name: 'Try again' }).click();
  await expect(dialog(page).getByText('Nothing found for “no-such-thing-4712”')).toBeVisible();
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test(`the search has no violation of axe and fits, ${theme}, ${width} px`, async ({ page }) => {
      const order = await orderWithEvents();
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 844 });
      await page.goto('/search');
      await page.evaluate((name) => document.documentElement.setAttribute('data-theme', name), theme);
      await searchFor(page, order.customer);
      await hit(page, 'Streams', order.businessKey);
      expect((await new AxeBuilder({ page }).include('dialog[open]').analyze()).violations).toEqual([]);
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('region', { name: 'Streams' })).toContainText(order.businessKey);
      expect((await new AxeBuilder({ page }).include('main').analyze()).violations).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    });
  }
}
