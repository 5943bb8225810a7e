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
        'case,what,time',
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
    await expect(page.getByLabel('Format')).toHaveValue('csv');
    // The columns of the file are offered; those with a usual name are chosen.
    await expect(page.getByLabel('Case', { exact: true })).toHaveValue('case');
    await expect(page.getByLabel('Time', { exact: true })).toHaveValue('time');
    await page.getByLabel('Activity', { exact: true }).selectOption('what');
    await page.getByLabel('Aggregate type').fill(type);
    await page.getByRole('button', { name: 'Import the file' }).click();
    const row = page.getByRole('listitem', { name: `Import of ${file.name}` }).first();
    await expect(row).toContainText(
      round === 1 ? '3 events of 2 cases written.' : 'Nothing new: all 3 events of 2 cases were there already.',
      {
        timeout: 30_000,
      },
    );
    await row.getByText('1 line was left out').click();
    await expect(row).toContainText('4');
  }
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  const first = page.getByRole('listitem', { name: `Import of ${file.name}` }).nth(1);
  await first.getByRole('link', { name: 'Show the 3 events' }).click();
  await expect(page.getByRole('search', { name: 'Events' })).toContainText(file.name);
  const rows = page.getByRole('region', { name: 'Events' }).locator('tbody tr');
  await expect(rows).toHaveCount(3);
  await expect(rows.filter({ hasText: `${type}-2` })).toHaveCount(1);
  // An imported name is never split.
  await expect(rows.filter({ hasText: 'Checked V2' })).toHaveCount(1);
});

test('the form asks for what a format uses, and no more', async ({ page }) => {
  await page.goto('/settings/import');
  const choose = (name: string, text: string) =>
    page.getByLabel('File').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
  const labels = page.locator('.import-fields label');
  await expect(labels).toHaveText(['File']);
  await choose('a.jsonl', '{"specversion": "1.0", "id": "1", "source": "/s", "type": "T"}\n');
  await expect(page.getByLabel('Format')).toHaveValue('cloudevents');
  await expect(labels).toHaveText(['File', 'Format', 'Order of a case’s events', 'Tenant']);
  // What a console exports says everything itself.
  const own = {
    eventId: randomUUID(),
    aggregateId: 'a',
    eventType: 'T',
    occurredAt: '2026-03-01T08:00:00Z',
    payload: {},
  };
  await choose('a.jsonl', `${JSON.stringify(own)}\n`);
  await expect(labels).toHaveText(['File', 'Format', 'Tenant']);
  await choose('a.csv', `${Object.keys(own).join(',')}\n`);
  await expect(labels).toHaveText(['File', 'Format', 'Delimiter', 'Tenant']);
  await expect(page.getByText('each keeps its id, stream, version, type and time')).toBeVisible();
  // The name of a file may lie: its beginning does not.
  await choose('a.csv', '<log></log>');
  await expect(page.getByLabel('Format')).toHaveValue('xes');
  await expect(page.getByLabel('Case', { exact: true })).toHaveCount(0);
  await choose('a.json', '{"objectTypes": [], "eventTypes": [], "events": [], "objects": []}');
  await expect(page.getByLabel('Type of object')).toBeVisible();
  await page.getByLabel('Format').selectOption('csv');
  await page.getByRole('button', { name: 'Import the file' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'choose OCEL in JSON' })).toBeVisible();
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
