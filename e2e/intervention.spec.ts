import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { stateOf } from './people';
import { append } from './rows';
import { AWAY, startTestShop, type TestShop } from './shop';

// One shop for all of them: they run one after the other.
test.describe.configure({ mode: 'default', timeout: 120_000 });
test.use({ storageState: stateOf('operator') });

let shop: TestShop;
test.beforeAll(async () => {
  shop = await startTestShop();
});
test.afterAll(async () => {
  await shop.stop();
});

const REASON = 'Customer called (CS-55120). The order will not ship.';

async function noViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`),
  ).toEqual([]);
}

async function openPlan(page: Page, sagaId: string): Promise<Locator> {
  await page.goto(`/sagas/${sagaId}`);
  await page
    .getByRole('group', { name: 'Actions' })
    .getByRole('button', { name: /^Compensate/ })
    .click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('list', { name: 'Plan in run order' })).toBeVisible();
  return dialog;
}

const confirm = (dialog: Locator) => dialog.getByRole('button', { name: '↵' });
const run = (dialog: Locator) => dialog.getByRole('list', { name: 'Calls in run order' });

test('support finds a stranded order, reads the plan, compensates it, and sees it proven', async ({ page }) => {
  const order = await shop.strandedOrder();
  await page.goto(`/sagas?q=${order.businessKey}`);
  await page.getByRole('link', { name: order.businessKey }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(order.businessKey);

  await page
    .getByRole('group', { name: 'Actions' })
    .getByRole('button', { name: /^Compensate/ })
    .click();
  const dialog = page.getByRole('dialog', { name: `Compensate 3 steps of ${order.businessKey}` });
  const plan = dialog.getByRole('list', { name: 'Plan in run order' });
  await expect(plan.getByRole('listitem')).toContainText([
    /cancel_shipment.*POST shipping \/compensate/,
    /void_payment.*POST payment \/compensate/,
    /release_inventory.*POST inventory \/compensate/,
    /Saga ends as.*Compensated/,
  ]);
  await expect(dialog).toContainText(/State as of log #\d+, unchanged/);
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toBeFocused();
  await expect(confirm(dialog)).toHaveAttribute('aria-disabled', 'true');
  await noViolations(page);

  await page.keyboard.type(REASON);
  const requests: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/interventions')) requests.push(request.url());
  });
  await confirm(dialog).dblclick();
  await expect(run(dialog)).toBeVisible();
  await expect(page).toHaveURL(/intervention=/);
  await expect(dialog.getByRole('status')).toHaveText(/^Verified\. All 3 calls are proven by the log\./, {
    timeout: 30_000,
  });
  await expect(run(dialog).getByText(/Verified, by this intervention, log #\d+/)).toHaveCount(3);
  expect(requests).toHaveLength(1);
  await noViolations(page);
  expect(await shop.effects(order.sagaId)).toMatchObject({
    reservation: 'released',
    hold: 'voided',
    shipment: 'cancelled',
  });

  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page.locator('.sd-title')).toContainText('Compensated');
  const rail = page.getByRole('complementary', { name: 'Saga context' });
  await expect(rail).toContainText(REASON);
  await rail.getByRole('button', { name: 'Compensate 3 steps' }).click();
  await page.reload();
  await expect(page.getByRole('dialog').getByRole('status')).toHaveText(/^Verified/);
});

test('a page that has grown stale turns the button off and offers the new plan', async ({ page }) => {
  const order = await shop.strandedOrder();
  const dialog = await openPlan(page, order.sagaId);
  await dialog.getByRole('textbox', { name: 'Reason' }).fill(REASON);
  await expect(confirm(dialog)).not.toHaveAttribute('aria-disabled', 'true');

  const undone = { status: 'COMPENSATED', phase: 'COMPENSATION', service: 'payment', minutesAgo: 10 };
  await append(order.sagaId, [{ ...undone, stepName: 'authorize_payment' }]);
  const changed = dialog.getByRole('alert').filter({ hasText: 'Plan changed' });
  await expect(changed).toContainText(/#\d+ authorize_payment COMPENSATED by payment/);
  await expect(confirm(dialog)).toHaveAttribute('aria-disabled', 'true');
  await expect(changed).toContainText('authorize_payment needs no call any more');
  await changed.getByRole('button', { name: 'Use the new plan' }).click();
  await expect(page.getByRole('dialog', { name: `Compensate 2 steps of ${order.businessKey}` })).toBeVisible();
  await expect(dialog.getByRole('listitem').filter({ hasText: 'void_payment' })).toContainText('no call');
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toHaveValue(REASON);
  await confirm(dialog).click();
  await expect(dialog.getByRole('status')).toHaveText(/^Verified/, { timeout: 30_000 });
  // Its row was written by hand, so the hold itself stands: nothing called the payment service.
  expect((await shop.effects(order.sagaId)).hold).toBe('held');
});

test('a request that comes too late is refused with the rows since, and nothing runs', async ({ page }) => {
  const order = await shop.strandedOrder();
  const detail = `/api/v1/sagas/${order.sagaId}`;
  const dialog = await openPlan(page, order.sagaId);
  await dialog.getByRole('textbox', { name: 'Reason' }).fill(REASON);
  // This page hears of nothing any more: what it shows stays as it was.
  const [saga, plan] = await Promise.all([
    page.request.get(detail).then((answer) => answer.text()),
    page.request
      .post(`${detail}/interventions?dryRun=1`, { data: { action: 'COMPENSATE_SAGA' } })
      .then((answer) => answer.text()),
  ]);
  await page.route(`**${detail}`, (route) => route.fulfill({ contentType: 'application/json', body: saga }));
  await page.route(`**${detail}/interventions?dryRun=1`, (route) =>
    route.fulfill({ contentType: 'application/json', body: plan }),
  );
  await append(order.sagaId, [
    { stepName: 'create_shipment', status: 'COMPENSATED', phase: 'COMPENSATION', service: 'shipping', minutesAgo: 10 },
  ]);
  await confirm(dialog).click();
  const changed = dialog.getByRole('alert').filter({ hasText: 'Plan changed' });
  await expect(changed).toContainText(/1 row has arrived since you looked: ?#\d+ create_shipment COMPENSATED/);
  await expect(confirm(dialog)).toHaveAttribute('aria-disabled', 'true');
  const now = (await (await page.request.get(detail)).json()) as { interventions: unknown[] };
  expect(now.interventions).toEqual([]);
  expect(await shop.effects(order.sagaId)).toMatchObject({ reservation: 'reserved', hold: 'held' });
});

test('a service that is down: dead letter, a page that says so, and a retry once it is back', async ({ page }) => {
  const order = await shop.strandedOrder();
  await shop.down('payment', AWAY);
  const dialog = await openPlan(page, order.sagaId);
  await dialog.getByRole('textbox', { name: 'Reason' }).fill(REASON);
  await page.keyboard.press('Control+Enter');
  const payment = run(dialog).getByRole('listitem').filter({ hasText: 'void_payment' });
  await expect(payment).toContainText(/Attempt [12] of 3: could not be reached, sent again/, { timeout: 30_000 });

  // Closing it stops nothing.
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  const notice = page.getByRole('region', { name: 'Intervention' });
  await expect(notice).toContainText('Compensate 3 steps: running.');
  await expect(notice).toContainText('stopped', { timeout: 40_000 });
  await page.reload();
  await expect(notice).toContainText(
    'void_payment: dead letter after 3 attempts: could not be reached, effect unknown',
  );
  await notice.getByRole('button', { name: 'Open' }).click();
  await expect(run(dialog).getByText(/^Verified/)).toHaveCount(1);
  await expect(run(dialog).getByRole('listitem').filter({ hasText: 'release_inventory' })).toContainText('Waiting');
  await noViolations(page);
  expect(await shop.effects(order.sagaId)).toMatchObject({ hold: 'held', reservation: 'reserved' });
  await page.keyboard.press('Escape');

  await shop.down('payment', 0);
  await notice.getByRole('button', { name: 'Retry void_payment…' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toBeFocused();
  await page.keyboard.type('The payment service is back.');
  await page.keyboard.press('Control+Enter');
  await expect(dialog.getByRole('status')).toHaveText(/^Verified/, { timeout: 40_000 });
  expect(await shop.effects(order.sagaId)).toMatchObject({
    reservation: 'released',
    hold: 'voided',
    shipment: 'cancelled',
  });
});

test('a stopped intervention can be given up, and another one is possible then', async ({ page }) => {
  const order = await shop.strandedOrder();
  await shop.down('shipping', AWAY);
  const dialog = await openPlan(page, order.sagaId);
  await dialog.getByRole('textbox', { name: 'Reason' }).fill(REASON);
  await confirm(dialog).click();
  await dialog.getByRole('button', { name: 'Give up…' }).click({ timeout: 50_000 });
  await page.keyboard.type('The carrier is called by phone instead.');
  await confirm(dialog).click();
  await expect(dialog.getByRole('status')).toHaveText(/^Given up\. 0 of 3 calls verified/);
  await shop.down('shipping', 0);
  await page.keyboard.press('Escape');
  await expect(
    page.getByRole('group', { name: 'Actions' }).getByRole('button', { name: /^Compensate/ }),
  ).not.toHaveAttribute('aria-disabled', 'true');
});

test('keys open the plan and run nothing; Escape asks once for what was typed and gives the focus back', async ({
  page,
}) => {
  const order = await shop.strandedOrder();
  const dialog = await openPlan(page, order.sagaId);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('group', { name: 'Actions' }).getByRole('button', { name: /^Compensate/ })).toBeFocused();

  await page.keyboard.press('c');
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toBeFocused();
  await page.keyboard.type('half a thought');
  await page.keyboard.press('Escape');
  await expect(dialog.getByRole('alert')).toContainText('Press Esc again');
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toHaveValue('half a thought');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  const saga = await page.request.get(`/api/v1/sagas/${order.sagaId}`);
  expect(((await saga.json()) as { interventions: unknown[] }).interventions).toEqual([]);
});
