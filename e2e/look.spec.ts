import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { address } from './addresses';
import { failedOrder } from './rows';

const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

/** The sections of the settings, and what each shows once it has been read. */
const SETTINGS = {
  people: 'admin@test.example',
  roles: 'Compensate and retry, cancel and give up',
  tokens: 'A token is of a machine',
  definitions: 'what a type of saga is declared to be',
  services: 'called when a step is compensated or retried',
  diagnostics: 'saga_log',
  appearance: 'Single-key shortcuts',
};

/** What every screen must keep to, in any theme and at any width. */
async function looksRight(page: Page, name: string): Promise<void> {
  await expect(page.locator('[data-live="live"], [data-live="slow"]')).toBeAttached();
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(sideways, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`),
    name,
  ).toEqual([]);
}

for (const theme of ['light', 'dark'] as const) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    test(`screens in ${theme} on a ${size}: nothing for axe, no sideways scroll`, async ({ browser, baseURL }) => {
      const order = await failedOrder();
      const context = await browser.newContext({
        baseURL: baseURL ?? '',
        colorScheme: theme,
        viewport,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      await page.goto('/');
      await expect(page.getByRole('heading', { name: 'Needs attention' })).toBeVisible();
      await looksRight(page, 'overview');
      await page.goto('/sagas?type=journey_order');
      await expect(page.locator('a[data-row]').first()).toBeVisible();
      await looksRight(page, 'sagas');
      await page.goto(`/sagas/${order.sagaId}`);
      await expect(page.locator('svg.dg')).toBeVisible();
      await looksRight(page, 'saga');
      for (const [section, shown] of Object.entries(SETTINGS)) {
        await page.goto(`/settings/${section}`);
        await expect(page.locator('main').getByText(shown).first()).toBeVisible();
        await looksRight(page, `settings, ${section}`);
      }
      await page.goto(address('emptyConsole'));
      await expect(page.getByText('No saga yet')).toBeVisible();
      await looksRight(page, 'empty console');
      await context.close();
    });
  }
}

test('a chosen theme is kept through a reload', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/settings/appearance');
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: 'Dark', exact: true }).click();
  await expect.poll(ground).not.toBe(light);
  const dark = await ground();
  await page.reload();
  expect(await ground()).toBe(dark);
});
