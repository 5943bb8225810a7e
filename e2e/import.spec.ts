import { randomUUID } from 'node:crypto';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { stateOf } from './people';

const unique = () => randomUUID().slice(0, 8);

test('an engineer imports a log with a bad line, finds its events, and a second time adds nothing', async ({
  page,
}) => {
  const type = `Case${unique()}`;
  const file = {
    name: `${type}.csv`,
    mimeType: 'text/csv',
    buffer: Buffer.from(
      [
        'case,activity,time',
        `${type}-1,Received,2026-03-01T08:00:00Z`,
        `${type}-1,Checked V2,2026-03-01T09:00:00Z`,
        `${type}-2,Received,not a time`,
        `${type}-2,Received,2026-03-02T08:00:00Z`,
      ].join('\n'),
    ),
  };
  await page.goto('/settings/import');
  for (const round of [1, 2]) {
    await page.getByLabel('File').setInputFiles(file);
    for (const [name, value] of [
      ['aggregateType', type],
      ['case', 'case'],
      ['activity', 'activity'],
      ['time', 'time'],
    ] as const) {
      await page.locator(`input[name="${name}"]`).fill(value);
    }
    await page.getByRole('button', { name: 'Import the file' }).click();
    const row = page.getByRole('listitem', { name: `Import of ${file.name}` }).first();
    await expect(row).toContainText(round === 1 ? '3 events of 2 cases written.' : '3 were there already', {
      timeout: 30_000,
    });
    await row.getByText('1 line was left out').click();
    await expect(row).toContainText('4');
  }
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.goto(`/events?aggregateType=${type}`);
  const rows = page.getByRole('region', { name: 'Events' }).locator('tbody tr');
  await expect(rows).toHaveCount(3);
  // An imported name is never split.
  await expect(rows.filter({ hasText: 'Checked V2' })).toHaveCount(1);
});

test('a file that cannot be read says why, and writes nothing', async ({ page }) => {
  const name = `broken-${unique()}.xes.gz`;
  await page.goto('/settings/import');
  await page
    .getByLabel('File')
    .setInputFiles({ name, mimeType: 'application/gzip', buffer: Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4]) });
  await page.getByRole('button', { name: 'Import the file' }).click();
  await expect(page.getByText(/gzip|cut off|damaged|ends/i).last()).toBeVisible();
  const list = page.getByRole('listitem', { name: `Import of ${name}` });
  await expect(list.or(page.getByRole('alert')).first()).toBeVisible();
  await expect(list.getByText(/\d events of/)).toHaveCount(0);
});

test.describe('a viewer', () => {
  test.use({ storageState: stateOf('viewer') });
  test('may not import, and reads who may', async ({ page }) => {
    await page.goto('/settings/import');
    await expect(page.getByText(/engineer, admin/).first()).toBeAttached();
    const button = page.getByRole('button', { name: 'Import the file' });
    if ((await button.count()) > 0) await expect(button).toHaveAttribute('aria-disabled', 'true');
  });
});
