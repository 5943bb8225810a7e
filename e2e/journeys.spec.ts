import { randomUUID } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { address } from './addresses';
import { append, failedOrder, withDatabase } from './rows';

test('support finds a failed saga, reads why, and sees it change without a reload', async ({ page }) => {
  const order = await failedOrder();
  await page.goto('/sagas');
  await page.getByRole('searchbox', { name: 'Business key, id or field:value' }).fill(order.businessKey);
  await page.getByRole('link', { name: order.businessKey }).click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText(order.businessKey);
  const summary = page.locator('.summary');
  await expect(summary).toContainText('CARRIER_TIMEOUT');
  await expect(summary.locator('strong')).toContainText(/still in effect/);
  await expect(page.locator('.sd-title')).toContainText('Failed');
  await expect(page.locator('.sd-title')).toContainText('Not compensated');
  await expect(page.getByRole('img', { name: /create_shipment failed/ })).toBeAttached();

  // A mark in the page that a reload would lose.
  await page.evaluate(() => Object.assign(window, { untouched: true }));
  const undo = { status: 'COMPENSATED', sagaType: 'journey_order', phase: 'COMPENSATION' };
  await append(order.sagaId, [{ ...undo, stepName: 'authorize_payment' }]);
  await expect(page.locator('.sd-title')).toContainText('Compensating');
  await append(order.sagaId, [{ ...undo, stepName: 'reserve_inventory' }]);
  await expect(page.locator('.sd-title')).toContainText('Compensated');
  await expect(summary.locator('strong')).toHaveCount(0);
  expect(await page.evaluate(() => 'untouched' in window)).toBe(true);
});

test('a row written by the plain INSERT of the contract is on screen without a reload', async ({ page }) => {
  const sagaId = randomUUID();
  const step = `charge_${sagaId.slice(0, 8)}`;
  await page.goto(`/sagas?q=${sagaId}`);
  await expect(page.getByText('No saga matches')).toBeVisible();
  await withDatabase((client) =>
    client.query('INSERT INTO saga_log (saga_id, step_name, status) VALUES ($1, $2, $3)', [sagaId, step, 'PENDING']),
  );
  await expect(page.getByRole('cell', { name: step }).first()).toBeVisible();
});

test('filters live in the address: a reload and the way back keep them', async ({ page }) => {
  const order = await failedOrder();
  await page.goto(`/sagas?type=journey_order&q=${order.businessKey}`);
  await expect(page.getByRole('link', { name: order.businessKey })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('link', { name: order.businessKey })).toBeVisible();
  await page.getByRole('link', { name: order.businessKey }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(order.businessKey);
  await page.goBack();
  await expect(page).toHaveURL(/type=journey_order/);
  await expect(page.getByRole('link', { name: order.businessKey })).toBeVisible();
});

test('every page of a long list follows the one before: none twice, none left out', async ({ page }) => {
  const type = `paged_${randomUUID().slice(0, 8)}`;
  const ids = Array.from({ length: 120 }, () => randomUUID());
  await withDatabase((client) =>
    client.query(
      `INSERT INTO saga_log (saga_id, step_name, status, saga_type) SELECT id, 'first', 'PENDING', $2 FROM unnest($1::uuid[]) id`,
      [ids, type],
    ),
  );
  await expect
    .poll(async () => {
      const list = await page.request.get(`/api/v1/sagas?type=${type}&limit=1`);
      const { count } = (await list.json()) as { count: { value: number } };
      return count.value;
    })
    .toBe(ids.length);
  await page.goto(`/sagas?type=${type}&sort=-startedAt`);
  const seen: string[] = [];
  for (;;) {
    const links = page.locator('a[data-row]');
    const shown = seen.length === 0 ? 50 : Math.min(50, ids.length - seen.length);
    await expect(links).toHaveCount(shown);
    seen.push(...(await links.evaluateAll((all) => all.map((link) => link.getAttribute('data-row') ?? ''))));
    if (seen.length >= ids.length) break;
    const first = await links.first().getAttribute('data-row');
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Older' }).click();
    await expect(links.first()).not.toHaveAttribute('data-row', first ?? '');
  }
  expect(seen.toSorted()).toEqual(ids.toSorted());
});

test('an empty console says what would be here and how to send the first row', async ({ page }) => {
  await page.goto(address('emptyConsole'));
  await expect(page.getByText('INSERT INTO saga_log (saga_id, step_name, status) VALUES ($1, $2, $3)')).toBeVisible();
  await expect(page.getByText('npm run demo')).toBeVisible();
  await expect(page.getByText('No saga yet')).toBeVisible();
});

test('an id that the log does not know, and a text that is none, say so', async ({ page }) => {
  await page.goto(`/sagas/${randomUUID()}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No such saga');
  await page.goto('/sagas/not-an-id');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not a saga id');
});

test('the diagram can be taken along as mermaid text', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const order = await failedOrder();
  await page.goto(`/sagas/${order.sagaId}`);
  await page.getByRole('button', { name: /Copy .*mermaid/i }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^flowchart LR/);
});
