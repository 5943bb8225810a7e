import { expect, test } from '@playwright/test';
import { address } from './addresses';

test('a console that was just started is healthy, and so is one without a row', async ({ request }) => {
  for (const name of ['console', 'emptyConsole'] as const) {
    const response = await request.get(`${address(name)}/api/health`);
    expect(await response.json()).toMatchObject({ status: 'ok', database: 'ok' });
    expect(response.status()).toBe(200);
  }
});
