import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { stateOf } from './people';
import { append, rows, writeFlow } from './parcels';
import { failedOrder } from './rows';

test('an engineer finds an event by a word of its payload, opens it, and goes on to its cause', async ({ page }) => {
  const word = `needle${randomUUID().slice(0, 8)}`;
  const { aggregateId, eventIds } = await writeFlow(word);
  await page.goto('/events');
  await page.getByRole('searchbox', { name: /Word or value of the payload/ }).fill(word);
  await expect(page).toHaveURL(new RegExp(`q=${word}`));
  // Not another journey's three rows.
  await expect(rows(page).filter({ hasText: aggregateId })).toHaveCount(3);
  await expect(rows(page)).toHaveCount(3);
  await page.keyboard.press('Escape');
  await rows(page)
    .filter({ hasText: 'ParcelShipped' })
    .getByRole('link', { name: /ParcelShipped/ })
    .click();
  await expect(page).toHaveURL(new RegExp(`/events/${eventIds[1]}`));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('ParcelShipped');
  // When it was, as exactly as its cause and effects say it; in UTC for whoever asks.
  const time = page.getByText(/^\d{1,2} \w+ \d{4}, \d\d:\d\d:\d\d\.\d{3} \S+$/);
  await time.hover();
  await expect(page.getByText(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \(UTC\)$/)).toBeVisible();
  const payload = page.getByRole('region', { name: 'Payload' }).first();
  await expect(payload).toContainText('9007199254740993');
  await expect(payload).toContainText('1.10');
  // Text of a payload is text.
  await expect(payload).toContainText('<img src=x onerror=alert(1)>');
  await page.getByRole('list', { name: 'Cause' }).getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('ParcelPacked');
  await expect(page.getByRole('list', { name: 'Effects' })).toContainText('ParcelShipped');
  await expect(page.getByRole('link', { name: 'Event flow' })).toBeVisible();
  await page.getByRole('link', { name: 'Stream' }).click();
  await expect(page).toHaveURL(new RegExp(`/events/streams/Parcel/${aggregateId}`));
});

test('an event that is written comes onto the list without a reload, and leaves it when it is filtered away', async ({
  page,
}) => {
  const { correlation } = await writeFlow('first');
  await page.goto(`/events?correlationId=${correlation}`);
  await expect(rows(page)).toHaveCount(3);
  await append(correlation);
  await expect(rows(page)).toHaveCount(4);
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('dialog', { name: 'Add a filter' }).getByLabel('Field').selectOption('type');
  await page.getByRole('dialog', { name: 'Add a filter' }).getByRole('combobox').last().fill('ParcelLost');
  await page.getByRole('button', { name: 'Add filter' }).click();
  await expect(rows(page)).toHaveCount(1);
  await page.goBack();
  await expect(rows(page)).toHaveCount(4);
});

test('what matches is exported whole, to the last digit', async ({ page }) => {
  const { correlation, eventIds } = await writeFlow('exported');
  await page.goto(`/events?correlationId=${correlation}`);
  await expect(rows(page)).toHaveCount(3);
  await page.getByRole('button', { name: 'Export…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export events' });
  await dialog.getByLabel(/JSON Lines/).check();
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Export JSON Lines' }).click();
  const lines = (await readFile(await (await download).path(), 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { eventId: string }).eventId)).toEqual(eventIds);
  expect(lines[0]).toContain('9007199254740993');
  await expect(dialog.getByText('Done: 3 events')).toBeVisible();
});

test('an export that fails in the middle is not saved as if it were whole', async ({ page }) => {
  await page.goto('/events');
  await page.route('**/api/v1/events/export**', (route) => route.abort('connectionreset'));
  await page.getByRole('button', { name: 'Export…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export events' });
  await dialog.getByRole('button', { name: 'Export CSV' }).click();
  await expect(dialog.getByText(/did not answer|was not saved|Try again|server is stopped/)).toBeVisible();
});

test('filters are kept as a view, found again, shared and removed', async ({ page, browser }) => {
  const { correlation } = await writeFlow('viewed');
  const name = `Lost ${randomUUID().slice(0, 8)}`;
  await page.goto(`/events?correlationId=${correlation}`);
  await page.getByRole('button', { name: 'Save view' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save view' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Share with everybody').check();
  await dialog.getByRole('button', { name: 'Save view' }).click();
  const tab = page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: new RegExp(name) });
  await expect(tab).toHaveAttribute('aria-current', 'page');
  await expect(tab).toContainText('3');

  const other = await browser.newContext({ storageState: stateOf('viewer') });
  const theirs = await other.newPage();
  await theirs.goto('/events');
  await theirs.getByRole('link', { name: new RegExp(name) }).click();
  await expect(theirs).toHaveURL(new RegExp(correlation));
  await theirs.getByRole('button', { name: 'Edit view' }).click();
  const remove = theirs.getByRole('button', { name: 'Remove view' });
  await expect(remove).toHaveAttribute('aria-disabled', 'true');
  await other.close();

  // Other columns are the same view, and are saved with it where one wants.
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Tenant' }).check();
  await page.keyboard.press('Escape');
  await expect(tab).toHaveAttribute('aria-current', 'page');
  await page.getByRole('button', { name: 'Save columns' }).click();
  await page
    .getByRole('dialog', { name: /Edit view/ })
    .getByRole('button', { name: 'Save view' })
    .click();
  await expect(page.getByRole('button', { name: 'Edit view' })).toBeVisible();

  // With other filters it is saved in its own place.
  await page.goto(`/events?correlationId=${correlation}&service=nobody`);
  await page.getByRole('button', { name: 'Save view' }).click();
  await dialog.getByLabel('Save as').selectOption({ label: `in place of ${name} (shared)` });
  await dialog.getByRole('button', { name: 'Replace view' }).click();
  await expect(tab).toHaveAttribute('aria-current', 'page');
  await expect(tab).toContainText('0');

  await page.getByRole('button', { name: 'Edit view' }).click();
  await page.getByRole('button', { name: 'Remove view' }).click();
  await expect(tab).toHaveCount(0);
});

test('columns of the list of events come and go, and stay in the address', async ({ page }) => {
  const { correlation } = await writeFlow('columns');
  await page.goto(`/events?correlationId=${correlation}`);
  const head = (name: string) => page.getByRole('columnheader', { name });
  await expect(head('Payload')).toBeVisible();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Correlation' }).check();
  await page.getByRole('checkbox', { name: 'Payload' }).uncheck();
  await expect(head('Payload')).toHaveCount(0);
  await page.reload();
  await expect(head('Correlation')).toBeVisible();
  await expect(page.getByRole('cell', { name: correlation }).first()).toBeVisible();
});

test('columns of the list of sagas come and go, and stay in the address', async ({ page }) => {
  await failedOrder();
  await page.goto('/sagas?type=journey_order');
  await expect(page.getByRole('columnheader', { name: 'Last error' })).toBeVisible();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByLabel('Last error').uncheck();
  await page.getByRole('checkbox', { name: 'Tenant' }).check();
  await expect(page.getByRole('columnheader', { name: 'Last error' })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('columnheader', { name: 'Tenant' })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Last error' })).toHaveCount(0);
});

test('an unknown event says so', async ({ page }) => {
  await page.goto(`/events/${randomUUID()}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No such event');
  await page.goto('/events/nonsense');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No such event');
});

for (const theme of ['light', 'dark'] as const) {
  test(`events have nothing for axe to find (${theme})`, async ({ page }) => {
    const { eventIds } = await writeFlow('seen');
    await page.emulateMedia({ colorScheme: theme });
    for (const path of ['/events', `/events/${eventIds[1]}`]) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.getByText('is being read')).toHaveCount(0);
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    }
  });
}
