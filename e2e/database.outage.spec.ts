import { expect, test } from '@playwright/test';
import { address } from './addresses';

test('a console outlives its database, says that it is away, and goes on when it is back', async ({ request }) => {
  const health = async () => (await request.get(`${address('console')}/api/health`)).status();
  expect(await health()).toBe(200);
  await request.post(`${address('control')}/stop`);
  try {
    await expect.poll(health, { timeout: 30_000 }).toBe(503);
  } finally {
    await request.post(`${address('control')}/start`);
  }
  await expect.poll(health, { timeout: 30_000 }).toBe(200);
});
