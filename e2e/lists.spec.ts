import { randomUUID } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { append, rows, writeFlow } from './parcels';
import { failedOrder } from './rows';

test('no row moves under the pointer, and what is new comes in when it leaves', async ({ page }) => {
  const { correlation } = await writeFlow('still');
  await page.goto(`/events?correlationId=${correlation}`);
  await expect(rows(page)).toHaveCount(3);
  const row = rows(page).nth(1);
  await row.hover();
  const before = { box: await row.boundingBox(), text: await row.textContent() };
  for (const n of [1, 2]) {
    await append(correlation);
    await expect(page.getByRole('button', { name: `Show ${n} new` })).toBeVisible();
    expect({ box: await row.boundingBox(), text: await row.textContent() }).toEqual(before);
  }
  await page.getByRole('heading', { level: 1 }).hover();
  await expect(rows(page)).toHaveCount(5);
});

test('no saga moves under the pointer', async ({ page }) => {
  await failedOrder();
  await page.goto('/sagas?type=journey_order');
  const row = page.getByRole('region', { name: 'Sagas' }).locator('tbody tr').first();
  await row.hover();
  const key = row.getByRole('link');
  const before = { box: await row.boundingBox(), key: await key.textContent() };
  await failedOrder();
  await expect(page.getByRole('button', { name: /Show \d+\+? new/ })).toBeVisible();
  expect({ box: await row.boundingBox(), key: await key.textContent() }).toEqual(before);
});

test('no row moves while the first one is scrolled away', async ({ page }) => {
  const { correlation } = await writeFlow('scrolled');
  for (let n = 0; n < 12; n += 1) await append(correlation);
  await page.setViewportSize({ width: 1280, height: 300 });
  await page.goto(`/events?correlationId=${correlation}`);
  await expect(rows(page)).toHaveCount(15);
  await page.mouse.move(5, 5);
  const row = rows(page).nth(6);
  await row.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  const before = await row.boundingBox();
  await append(correlation);
  await expect(page.getByRole('button', { name: /Paused.*1 new/ })).toBeVisible();
  expect(await row.boundingBox()).toEqual(before);
  // Resuming leads to where the new row is.
  await page.getByRole('button', { name: /Paused.*1 new/ }).click();
  await expect(rows(page)).toHaveCount(16);
  await expect(rows(page).first()).toBeInViewport();
});

test('a person pauses the lists of a tab by the keyboard, reloads it, and lets them go on', async ({ page }) => {
  const { correlation } = await writeFlow('paused');
  await page.goto(`/events?correlationId=${correlation}`);
  await expect(rows(page)).toHaveCount(3);
  await page.keyboard.press('p');
  await expect(page.getByRole('button', { name: /^Paused\s*Resume the list/ })).toBeVisible();
  await append(correlation);
  await expect(page.getByRole('button', { name: /Paused.*1 new.*Resume the list/ })).toBeVisible();
  await expect(rows(page)).toHaveCount(3);
  await page.reload();
  await expect(rows(page)).toHaveCount(4);
  await expect(page.getByRole('button', { name: /^Paused\s*Resume the list/ })).toBeVisible();
  await append(correlation);
  const resume = page.getByRole('button', { name: /Paused.*1 new/ });
  await expect(page.getByRole('status').filter({ hasText: 'Paused: 1 new' })).toBeAttached();
  await resume.focus();
  await page.keyboard.press('Enter');
  await expect(rows(page)).toHaveCount(5);
  await expect(page.getByRole('button', { name: /Live.*Pause the list/ })).toBeVisible();
});

test('field:value means what the menu calls it, and nothing matches nothing in silence', async ({ page }) => {
  const word = `needle${randomUUID().slice(0, 8)}`;
  const { correlation } = await writeFlow(word);
  await page.goto('/events');
  const bar = page.getByRole('searchbox');
  await bar.fill(`correlation:${correlation} schema:V2`);
  await bar.press('Enter');
  await expect(rows(page)).toHaveCount(1);
  await expect(page).toHaveURL(new RegExp(`correlationId=${correlation}&eventVersion=2$`));

  await page.goto(`/events?correlationId=${correlation}`);
  await bar.fill(`note:${word}`);
  await bar.press('Enter');
  await expect(page.getByText('There is no field “note” here')).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`q=${word}$`));
  await expect(rows(page)).toHaveCount(3);

  await bar.fill('schema:two');
  await bar.press('Enter');
  await expect(page.getByText('“two” is no schema version')).toBeVisible();
  await expect(bar).toHaveValue('schema:two');
  await expect(bar).toBeFocused();
});

test('while a search is answered no number of the one before stands', async ({ page }) => {
  const { correlation } = await writeFlow('asked');
  await page.goto(`/events?correlationId=${correlation}`);
  await expect(page.getByText('3 match', { exact: true })).toBeVisible();
  let answer: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route(/api\/v1\/events\?.*q=nobody/, async (route) => {
    await asked;
    await route.continue();
  });
  await page.getByRole('searchbox').fill('nobody');
  await expect(page.getByText('Searching…')).toBeVisible();
  await expect(page.getByText('3 match', { exact: true })).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Events' })).toHaveAttribute('aria-busy', 'true');
  answer();
  await expect(page.getByText('None match', { exact: true })).toBeVisible();
});

test('a schema version is added as its badge has it, and another is refused in a sentence', async ({ page }) => {
  const { correlation } = await writeFlow('versions');
  await page.goto(`/events?correlationId=${correlation}`);
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a filter' });
  await dialog.getByLabel('Field').selectOption('eventVersion');
  const value = dialog.getByLabel('schema version').last();
  await value.fill('two');
  await page.getByRole('button', { name: 'Add filter' }).click();
  await expect(dialog.getByRole('alert')).toHaveText(/“two” is no schema version/);
  await value.fill('V2');
  await page.getByRole('button', { name: 'Add filter' }).click();
  await expect(rows(page)).toHaveCount(1);
});
