import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { appendFlow, bigOrder, node, nodes } from './flow-events';
import { append, withDatabase } from './rows';

test('an engineer goes from a saga to its events, and finds why the shipment failed', async ({ page }) => {
  const [sagaId, correlation] = [randomUUID(), `flow-${randomUUID()}`];
  await append(sagaId, [
    {
      stepName: 'create_shipment',
      status: 'FAILED',
      sagaType: 'flow_order',
      phase: 'ACTION',
      context: `{"order_id": "order-${sagaId.slice(0, 6)}"}`,
    },
  ]);
  await withDatabase((client) =>
    client.query(
      `INSERT INTO saga_log (saga_id, step_name, status, saga_type, phase, correlation_id) VALUES ($1, 'create_shipment', 'FAILED', 'flow_order', 'ACTION', $2)`,
      [sagaId, correlation],
    ),
  );
  await appendFlow(page, correlation, bigOrder(sagaId));
  await page.goto(`/sagas/${sagaId}`);
  await expect(page.getByRole('link', { name: /Event flow/ })).toBeVisible();
  await page.keyboard.press('e');
  await expect(page).toHaveURL(new RegExp(`/flows/${correlation}`));
  await expect(page.locator('.ef-summary')).toContainText(/OrderPlaced began it: 264 events of 4 services/);
  await expect(page.locator('.ef-summary')).toContainText('CarrierCallTimedOut was the first of 3 failures');
  await expect(node(page, /^create_shipment saga step/)).toBeVisible();
});

test('repeats are folded, unfold by the second click, and fold again', async ({ page }) => {
  const correlation = `flow-${randomUUID()}`;
  await appendFlow(page, correlation, bigOrder());
  await page.goto(`/flows/${correlation}`);
  const stack = node(page, /^×128 InventoryReserved/);
  await stack.click();
  await expect(stack).toHaveAttribute('aria-pressed', 'true');
  await stack.click();
  await expect(page.getByText('30 of 128 one by one')).toBeVisible();
  await expect(node(page, /^InventoryReserved/)).toHaveCount(30);
  // Each names whose event it is, and what is left of the stack stands for none of them.
  await expect(node(page, new RegExp(`^InventoryReserved ${correlation.slice(0, 8)}.*….*-2 v1`))).toHaveCount(1);
  const rest = node(page, /^×98 InventoryReserved #\d+ to \d+/);
  await rest.click();
  const first = /#(\d+) to/.exec((await rest.getAttribute('aria-label')) ?? '')?.[1] ?? 'none';
  const rail = page.getByRole('complementary', { name: 'Selected event' });
  await expect(rail.getByText(`position #${first}`)).toBeVisible();
  await expect(rail.getByRole('link', { name: `Stream of ${correlation}-32` })).toBeVisible();
  await page.getByRole('link', { name: 'After these' }).click();
  await expect(page).toHaveURL(/members=/);
  await page.getByRole('button', { name: 'Fold again' }).click();
  await expect(node(page, /^×128 InventoryReserved/)).toBeVisible();
  await expect(node(page, /^InventoryReserved/)).toHaveCount(0);
});

test('the second line of a node says what matters, and a stack what all of it says', async ({ page }) => {
  const correlation = `flow-${randomUUID()}`;
  await appendFlow(page, correlation, bigOrder());
  await page.goto(`/flows/${correlation}`);
  await expect(node(page, /^×2 CarrierCallTimedOut CARRIER_TIMEOUT/)).toBeVisible();
  await expect(node(page, /^ShipmentFailed CARRIER_TIMEOUT/)).toBeVisible();
  await expect(node(page, /^PaymentAuthorized €9,007,199,254,740,993.00/)).toBeVisible();
  await expect(node(page, /^ShipmentRequested Journey v1/)).toBeVisible();
});

test('repeats stand apart where that is asked for, a page at a time, and a link keeps it', async ({ page }) => {
  const correlation = `flow-${randomUUID()}`;
  await appendFlow(page, correlation, bigOrder());
  await page.goto(`/flows/${correlation}`);
  const grouped = page.getByRole('checkbox', { name: 'Group repeats' });
  await expect(grouped).toBeChecked();
  await node(page, /^ShipmentFailed/).click();
  await grouped.uncheck();
  await expect(page).toHaveURL(/fold=none/);
  await expect(page.getByText('Showing 60 of 264 events')).toBeVisible();
  const pager = page.getByRole('navigation', { name: 'Pages', exact: true });
  await expect(pager).toContainText(/^#\d+ to \d+, \d\d:\d\d:\d\d\.\d{3} to \d\d:\d\d:\d\d\.\d{3} · 60 of 264 nodes/);
  expect(await nodes(page).count()).toBeLessThanOrEqual(120);
  // What was looked at is still looked at.
  await expect(node(page, /^ShipmentFailed/)).toHaveAttribute('aria-pressed', 'true');
  await expect(node(page, /^ShipmentFailed/)).toBeInViewport({ ratio: 1 });
  await expect(node(page, /^×/)).toHaveCount(0);
  await page.reload();
  await expect(grouped).not.toBeChecked();
  await grouped.check();
  await expect(node(page, /^×128 InventoryReserved/)).toBeVisible();
});

test('commands stand among the events where that is asked for', async ({ page }) => {
  const [sagaId, correlation] = [randomUUID(), `flow-${randomUUID()}`];
  const failed = { status: 'FAILED', phase: 'ACTION', error: { code: 'CARRIER_TIMEOUT', retryable: true } };
  const row = { stepName: 'create_shipment', sagaType: 'flow_order', service: 'shipping' };
  await append(sagaId, [
    { ...row, status: 'PENDING', phase: 'ACTION' },
    { ...row, ...failed },
    { ...row, status: 'PENDING', phase: 'ACTION' },
  ]);
  await appendFlow(page, correlation, [{ name: 'OrderPlaced', service: 'orders', sagaId }]);
  await page.goto(`/flows/${correlation}`);
  await expect(node(page, /^create_shipment saga step, running/)).toBeVisible();
  await expect(nodes(page)).toHaveCount(2);
  await page.getByRole('checkbox', { name: 'Commands' }).check();
  await expect(page).toHaveURL(/commands=1/);
  await expect(node(page, /^create_shipment command 1, CARRIER_TIMEOUT/)).toBeVisible();
  await node(page, /^create_shipment command 2, no outcome yet/).click();
  const rail = page.getByRole('complementary', { name: 'Selected event' });
  await expect(rail.getByText('An attempt to run create_shipment')).toBeVisible();
  await expect(rail.getByRole('link', { name: 'Open its saga' })).toHaveAttribute('href', new RegExp(sagaId));
  await page.getByRole('button', { name: 'Sequence', exact: true }).click();
  await expect(page.locator('.messageText.fm-sel')).toHaveText('create_shipment, command 2, no outcome yet');
});

test('a payload of 10 MB comes cut, says so, and leaves the page in order', async ({ page }) => {
  const correlation = `flow-${randomUUID()}`;
  const rows = Array.from({ length: 100_000 }, (_, n) => ({ n, text: `line ${n} ${'x'.repeat(80)}` }));
  await appendFlow(page, correlation, [
    { name: 'ReportRequested', service: 'reports' },
    { name: 'ReportFailed', service: 'reports', cause: 0, payload: JSON.stringify({ code: 'TOO_LONG', rows }) },
  ]);
  await page.goto(`/flows/${correlation}`);
  await node(page, /^ReportFailed/).click();
  const rail = page.getByRole('complementary', { name: 'Selected event' });
  await expect(rail.getByText(/^Only the first 1 MB of \d\d\.\d MB is here\./)).toBeVisible();
  await expect(rail.getByText(/No diff: the payload of version 1 is over 1 MB/)).toBeVisible();
  expect(await rail.locator('.json-line').count()).toBeLessThanOrEqual(41);
  await rail.getByRole('button', { name: 'Show more lines' }).click();
  expect(await rail.locator('.json-line').count()).toBeLessThanOrEqual(401);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('complementary', { name: 'About this flow' })).toBeVisible();
});

test('a cause in another flow says what it is, and leads there', async ({ page }) => {
  const [other, correlation] = [`flow-${randomUUID()}`, `flow-${randomUUID()}`];
  const cause = randomUUID();
  await appendFlow(page, other, [{ name: 'CartAbandoned', service: 'carts', id: cause }]);
  await appendFlow(page, correlation, [{ name: 'MailQueued', service: 'mail', cause }]);
  await page.goto(`/flows/${correlation}`);
  await node(page, /^CartAbandoned in another flow/).click();
  await page.getByRole('link', { name: other }).click();
  await expect(page).toHaveURL(new RegExp(`/flows/${other}`));
  await expect(node(page, /^CartAbandoned Journey v1/)).toBeVisible();
});

test('the rail says which version of how many, its schema and what it changed', async ({ page }) => {
  const correlation = `flow-${randomUUID()}`;
  const aggregate = `shp-${correlation}`;
  await appendFlow(page, correlation, [
    { name: 'ShipmentRequested', service: 'shipping', aggregate, payload: '{"status": "REQUESTED"}' },
    { name: 'ShipmentFailedV2', service: 'shipping', aggregate, cause: 0, payload: '{"status": "FAILED"}' },
  ]);
  await page.goto(`/flows/${correlation}`);
  await node(page, /^ShipmentFailed/).click();
  const rail = page.getByRole('complementary', { name: 'Selected event' });
  await expect(rail.getByRole('definition').filter({ hasText: '2 of 2' })).toBeVisible();
  await expect(rail.getByRole('definition').filter({ hasText: /^V2/ })).toBeVisible();
  await expect(rail.getByRole('heading', { name: /Diff, version 1 to 2/ })).toBeVisible();
  await expect(rail.locator('del')).toContainText('status: "REQUESTED"');
  await expect(rail.locator('ins')).toContainText('status: "FAILED"');
});

test('the keys lead from effect to cause, and the payload is whole to the last digit', async ({ page }) => {
  const correlation = `flow-${randomUUID()}`;
  await appendFlow(page, correlation, bigOrder());
  await page.goto(`/flows/${correlation}`);
  await node(page, /^ShipmentRequested/).click();
  await expect(page.getByText('bold: causes of ShipmentRequested')).toBeVisible();
  await expect(page.locator('.ft-bold')).toHaveCount(4);
  await page.keyboard.press('[');
  const rail = page.getByRole('complementary', { name: 'Selected event' });
  await expect(rail.getByRole('heading', { name: 'PaymentAuthorized' })).toBeVisible();
  await expect(rail.getByLabel('Payload', { exact: true })).toContainText('9007199254740993');
  await expect(rail.getByLabel('Payload', { exact: true })).toContainText('1.10');
  await page.keyboard.press(']');
  await expect(rail.getByRole('heading', { name: 'ShipmentRequested' })).toBeVisible();
  await expect(rail.getByRole('link', { name: /^Stream of/ })).toHaveAttribute('href', /\/events\/streams\/Journey\//);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('complementary', { name: 'About this flow' })).toBeVisible();
});

test('the four views show the same nodes', async ({ page }) => {
  const correlation = `flow-${randomUUID()}`;
  await appendFlow(page, correlation, bigOrder());
  await page.goto(`/flows/${correlation}`);
  await expect(nodes(page)).toHaveCount(9);
  await page.getByRole('button', { name: 'Table', exact: true }).click();
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(10);
  await expect(page.getByRole('row', { name: /ShipmentFailed/ }).first()).toContainText('CarrierCallTimedOut');
  await page.getByRole('button', { name: 'Graph', exact: true }).click();
  await expect(page.locator('.fm-graph [data-node]')).toHaveCount(9);
  await node(page, /^ShipmentFailed/).click();
  await expect(page.locator('.fm-bold')).toHaveCount(6);
  await page.getByRole('button', { name: 'Sequence', exact: true }).click();
  await expect(page.locator('.fm-sequence').getByText('ShipmentFailed')).toBeVisible();
  await expect(page.locator('.messageText.fm-sel')).toHaveText('ShipmentFailed');
  await expect(page.locator('.messageText.fm-bold')).toHaveCount(6);
  await expect(page.locator('.messageText.fm-bold').first()).toHaveCSS('font-weight', '600');
  await expect(page.locator('.noteText.fm-bold')).toHaveText('OrderPlaced');
  const text = await page.request.get(`/api/v1/flows/${correlation}?format=mermaid`);
  expect(text.headers()['content-type']).toBe('text/plain; charset=utf-8');
  expect(await text.text()).toMatch(/^flowchart LR/);
});

test('of a thousand events that do not fold a page is shown, and the first failure is one click away', async ({
  page,
}) => {
  const correlation = `flow-${randomUUID()}`;
  await appendFlow(
    page,
    correlation,
    Array.from({ length: 1_000 }, (_, n) => ({
      name: n === 700 ? 'StepRejected' : `Step${n % 7}Done`,
      service: ['orders', 'stock', 'payment'][n % 3] ?? '',
      at: n * 20,
      ...(n === 0 ? {} : { cause: n - 1 }),
    })),
  );
  await page.goto(`/flows/${correlation}`);
  await expect(page.getByText('Showing 60 of 1,000 events')).toBeVisible();
  expect(await nodes(page).count()).toBeLessThanOrEqual(120);
  await page.getByRole('button', { name: 'First failure' }).click();
  const rail = page.getByRole('complementary', { name: 'Selected event' });
  await expect(rail.getByRole('heading', { name: 'StepRejected' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Pages', exact: true }).getByRole('link', { name: 'Later' }).click();
  await expect(node(page, /^StepRejected/)).toHaveCount(0);
  await page.goBack();
  await expect(node(page, /^StepRejected/)).toBeVisible();
});

test('on a phone what was jumped to is in sight, and its details one press away', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const correlation = `flow-${randomUUID()}`;
  await appendFlow(page, correlation, bigOrder());
  await page.goto(`/flows/${correlation}`);
  await page.getByRole('button', { name: 'First failure' }).click();
  await expect(node(page, /^×2 CarrierCallTimedOut/)).toBeInViewport({ ratio: 1 });
  await page.getByRole('button', { name: 'Details of CarrierCallTimedOut' }).click();
  const rail = page.getByRole('complementary', { name: 'Selected event' });
  await expect(rail).toBeFocused();
  await expect(rail.getByRole('heading', { name: /CarrierCallTimedOut/ })).toBeInViewport();
});

test('what is odd is said: a missing cause, an event that names itself, names that are markup', async ({ page }) => {
  const correlation = `flow-${randomUUID()}`;
  const evil = '<img src=x onerror="document.title=`hit`">';
  await appendFlow(page, correlation, [
    { name: 'PaymentDeclined', service: 'payment', cause: randomUUID() },
    { name: 'JobRetried', service: 'jobs', cause: 1 },
    { name: evil, service: evil, cause: 0 },
  ]);
  await page.goto(`/flows/${correlation}`);
  await node(page, /^Missing event/).click();
  await expect(page.getByText(/No event that you may see has it/)).toBeVisible();
  await node(page, /JobRetried/).click();
  await expect(page.getByText('It names itself as its cause: no arrow is drawn.')).toBeVisible();
  for (const view of ['Graph', 'Sequence', 'Table'] as const) {
    await page.getByRole('button', { name: view, exact: true }).click();
    await expect(page.locator('.fm-graph, .fm-sequence, .ef-table')).toBeVisible();
    await expect(page.locator('main img')).toHaveCount(0);
  }
  expect(await page.title()).not.toBe('hit');
});

test('a new event is shown without a reload', async ({ page }) => {
  const correlation = `flow-${randomUUID()}`;
  await appendFlow(page, correlation, [{ name: 'OrderPlaced', service: 'orders' }]);
  await page.goto(`/flows/${correlation}`);
  await expect(nodes(page)).toHaveCount(1);
  await appendFlow(page, correlation, [{ name: 'OrderShipped', service: 'shipping' }]);
  await expect(node(page, /^OrderShipped/)).toBeVisible();
});

test('a correlation that nothing carries says so', async ({ page }) => {
  await page.goto(`/flows/${randomUUID()}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No such event flow');
});

for (const theme of ['light', 'dark'] as const) {
  for (const [size, viewport] of Object.entries({
    desk: { width: 1440, height: 900 },
    phone: { width: 390, height: 844 },
  })) {
    test(`the event flow in ${theme} on a ${size}: nothing for axe, no sideways scroll`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.setViewportSize(viewport);
      const correlation = `flow-${randomUUID()}`;
      await appendFlow(page, correlation, bigOrder());
      for (const view of ['timeline', 'table', 'graph', 'sequence']) {
        await page.goto(`/flows/${correlation}?view=${view}`);
        await expect(page.locator('.ft-n, .ef-table td, .fm').first()).toBeVisible();
        const sideways = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(sideways, view).toBeLessThanOrEqual(0);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const said = violations.map(
          ({ id, nodes: at }) => `${id}: ${at.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
        );
        expect(said, view).toEqual([]);
      }
    });
  }
}
