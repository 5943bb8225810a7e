import { randomUUID } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { append, withDatabase } from './rows';

const NAMES = [
  '<img src=x onerror=document.title=1>',
  'end;',
  '"]; click a "javascript:alert(1)"',
  '付款处理',
  '🚚 send it',
  'line\nbreak',
  '%%{init: {"theme":"forest"}}%%',
  'ship#1',
];

test('step names that look like markup are shown exactly as written and do nothing', async ({ page }) => {
  const sagaId = randomUUID();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('dialog', (dialog) => {
    throw new Error(`the page opened a dialog: ${dialog.message()}`);
  });
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(error.message));
  await append(
    sagaId,
    NAMES.map((stepName) => ({ stepName, status: 'SUCCESS', sagaType: '<script>alert(1)</script>', minutesAgo: 1 })),
  );
  await page.goto(`/sagas/${sagaId}`);
  await expect(page.locator('svg.dg')).toBeVisible();
  for (const name of NAMES.filter((one) => !one.includes('\n'))) {
    await expect(page.locator('.dg-scroll')).toContainText(name.slice(0, 8));
  }
  await page.getByRole('button', { name: /Log rows/ }).click();
  const rows = page.getByRole('region', { name: 'Log rows' });
  for (const name of NAMES) {
    await expect(
      rows
        .locator('td')
        .filter({ hasText: name.split('\n')[0] ?? '' })
        .first(),
    ).toBeVisible();
  }
  await expect(page.locator('.sd-main img')).toHaveCount(0);
  expect(new URL(page.url()).pathname).toBe(`/sagas/${sagaId}`);
  expect(asked.filter((url) => /\/x$|javascript:/.test(url))).toEqual([]);
  expect(await page.title()).not.toBe('1');
  expect(failures).toEqual([]);
});

test('numbers beyond 2^53, a 2 MB context and clocks that run backwards are shown as written, or said to be cut', async ({
  page,
}) => {
  const sagaId = randomUUID();
  const big = `{"order_id": "big-${sagaId.slice(0, 8)}", "exact": 9007199254740993, "price": 1.10, "blob": "${'x'.repeat(2_000_000)}"}`;
  await append(sagaId, [
    { stepName: 'first', status: 'SUCCESS', minutesAgo: 1, context: '{"exact": 9007199254740993, "price": 1.10}' },
    { stepName: 'second', status: 'SUCCESS', minutesAgo: 30 },
    { stepName: 'third', status: 'PENDING', minutesAgo: -60 },
  ]);
  await page.goto(`/sagas/${sagaId}`);
  await expect(page.locator('.rail')).toContainText('9007199254740993');
  await expect(page.locator('.rail')).toContainText('1.10');
  await expect(page.locator('svg.dg')).toBeVisible();
  await append(sagaId, [{ stepName: 'third', status: 'SUCCESS', context: big }]);
  await expect(page.locator('.rail')).toContainText(/2[.,]0\d* MB|of 2,\d{3},\d{3}|2,000,\d{3}|1[.,]9\d* MB/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('big-');
});

test('what the log cannot hold is refused by the database with a clear error', async () => {
  const sagaId = randomUUID();
  const refused = [
    { stepName: 'x'.repeat(10_000), status: 'PENDING', error: /value too long/ },
    { stepName: 'first', status: 'DONE', error: /check constraint/ },
  ];
  for (const { stepName, status, error } of refused) {
    await expect(append(sagaId, [{ stepName, status }])).rejects.toThrow(error);
  }
  await withDatabase(async (client) => {
    await expect(
      client.query('INSERT INTO saga_log (saga_id, step_name, status) VALUES ($1, NULL, $2)', [sagaId, 'PENDING']),
    ).rejects.toThrow(/null value in column "step_name"/);
    await expect(client.query(`UPDATE saga_log SET status = 'SUCCESS'`)).rejects.toThrow(/append-only/);
  });
});
