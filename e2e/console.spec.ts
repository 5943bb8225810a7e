import { expect, test } from '@playwright/test';
import { address } from './addresses';

test('a console that was just started is healthy, and so is one without a row', async ({ request }) => {
  for (const name of ['console', 'emptyConsole'] as const) {
    const response = await request.get(`${address(name)}/api/health`);
    expect(await response.json()).toMatchObject({ status: 'ok', database: 'ok' });
    expect(response.status()).toBe(200);
  }
});

test('a foreign name that was made to lead here is answered by neither pages nor API', async ({ request }) => {
  for (const path of ['/', '/sagas', '/api/v1/sagas']) {
    const response = await request.get(path, { headers: { host: 'rebound.example' } });
    expect(response.status(), path).toBe(403);
  }
});
