import { expect, test } from '@playwright/test';
import { address } from './addresses';
import { append, failedOrder } from './rows';

test('a console outlives its database: it says that it is away, keeps what it showed, and goes on when it is back', async ({
  page,
  request,
}) => {
  const health = async () => (await request.get(`${address('console')}/api/health`)).status();
  const order = await failedOrder();
  await page.goto(`/sagas/${order.sagaId}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(order.businessKey);
  await request.post(`${address('control')}/stop`);
  try {
    await expect.poll(health, { timeout: 30_000 }).toBe(503);
    await expect(page.locator('[data-live="offline"]')).toBeVisible({ timeout: 30_000 });
    // What was read stays; it is not shown as an empty saga.
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(order.businessKey);
    const list = await request.get(`${address('console')}/api/v1/sagas`);
    expect(list.status()).toBe(503);
    expect(await list.json()).toMatchObject({ code: 'unavailable' });
  } finally {
    await request.post(`${address('control')}/start`);
  }
  await expect.poll(health, { timeout: 30_000 }).toBe(200);
  await expect(page.locator('[data-live="live"], [data-live="slow"]')).toBeVisible({ timeout: 30_000 });
  await append(order.sagaId, [{ stepName: 'authorize_payment', status: 'COMPENSATED', phase: 'COMPENSATION' }]);
  await expect(page.locator('.sd-title')).toContainText('Compensating', { timeout: 30_000 });
});
