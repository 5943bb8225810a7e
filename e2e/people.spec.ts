import { randomUUID } from 'node:crypto';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Browser, type Locator, type Page } from '@playwright/test';
import { address } from './addresses';
import { NOBODY, PASSWORD, stateOf, writePerson } from './people';
import { withDatabase } from './rows';

const unique = () => randomUUID().slice(0, 8);

async function noViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`),
  ).toEqual([]);
}

/** A person of a test's own, and a browser in which they have signed in. */
async function signedIn(browser: Browser, role: 'viewer' | 'admin') {
  const person = { email: `${role}-${unique()}@test.example`, name: `Person ${unique()}`, password: PASSWORD, role };
  await withDatabase((client) => writePerson(client, person));
  const context = await browser.newContext({ baseURL: address('console'), storageState: NOBODY });
  const { email, password } = person;
  const answer = await context.request.post('/api/auth/sign-in/email', { data: { email, password } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return { ...person, context, page: await context.newPage() };
}

async function open(page: Page, name: string): Promise<Locator> {
  await page.goto('/settings/people');
  await page.getByRole('searchbox', { name: 'Name or e-mail' }).fill(name);
  await page.getByRole('link', { name, exact: true }).click();
  const dialog = page.getByRole('dialog', { name });
  await expect(dialog).toBeVisible();
  return dialog;
}

test('an administrator invites a person, and the link leads to where they choose a password', async ({
  page,
  browser,
}) => {
  const name = `Nora ${unique()}`;
  await page.goto('/settings/people');
  await page.getByRole('button', { name: 'Invite…' }).click();
  const form = page.getByRole('dialog', { name: 'Invite a person' });
  await expect(form.getByLabel('Name')).toBeFocused();
  await form.getByLabel('Name').fill(name);
  await form.getByLabel('E-mail').fill(`${unique()}@test.example`);
  await form.getByLabel('Role', { exact: true }).selectOption('operator');
  await form.getByLabel('Tenants').fill('acme');
  await page.keyboard.press('Enter');
  await expect(form.getByText('acme')).toBeVisible();
  await noViolations(page);
  await form.getByRole('button', { name: 'Make the invitation' }).click();
  const made = page.getByRole('dialog', { name: `${name} is invited` });
  const link = await made.getByRole('textbox', { name: 'Invitation link' }).inputValue();
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/welcome\?token=[\w-]{43}$/);
  await noViolations(page);
  await made.getByRole('button', { name: 'Done' }).click();
  const row = page.getByRole('table', { name: 'People' }).getByRole('row').filter({ hasText: name });
  await expect(row).toContainText('operator in acme');
  await expect(row).toContainText(/Invited, link good until/);
  // Shown once: opening the person tells it to nobody.
  await expect(page.getByText(link)).toHaveCount(0);

  const theirs = await browser.newContext({ storageState: NOBODY });
  const welcome = await theirs.newPage();
  await welcome.goto(link);
  await expect(welcome.getByText(name)).toBeVisible();
  await theirs.close();
});

test('whoever is disabled is signed out where they are, and their stream ends', async ({ page, browser }) => {
  const theirs = await signedIn(browser, 'viewer');
  await theirs.page.goto('/sagas');
  await expect(theirs.page.getByRole('heading', { level: 1, name: 'Sagas' })).toBeVisible();
  const dialog = await open(page, theirs.name);
  await expect(dialog.getByRole('heading', { name: 'Sessions' })).toBeVisible();
  await expect(dialog).toContainText(/Chrome on \w+/);
  await noViolations(page);
  await dialog.getByRole('button', { name: 'Disable…' }).click();
  const asked = page.getByRole('dialog', { name: `Disable ${theirs.name}` });
  await expect(asked).toContainText('Their session ends at once');
  await asked.getByRole('button', { name: 'Disable', exact: true }).click();
  await expect(page.getByRole('dialog', { name: theirs.name })).toContainText(/Disabled since/);
  expect((await theirs.context.request.get('/api/v1/session')).status()).toBe(401);
  await expect(theirs.page).toHaveURL(/\/sign-in/);
  const { email, password } = theirs;
  const again = () =>
    theirs.context.request.post('/api/auth/sign-in/email', {
      data: { email, password },
      headers: { origin: address('console') },
    });
  expect((await again()).ok()).toBe(false);

  await page.getByRole('button', { name: 'Enable…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Enable', exact: true }).click();
  await expect(page.getByRole('dialog', { name: theirs.name })).toContainText('Active');
  expect((await again()).ok()).toBe(true);
  await theirs.context.close();
});

test('roles are set for some tenants; a page that is old is told so', async ({ page, browser }) => {
  const theirs = await signedIn(browser, 'viewer');
  const dialog = await open(page, theirs.name);
  await dialog.getByRole('button', { name: 'Change roles…' }).click();
  const form = page.getByRole('dialog', { name: `Roles of ${theirs.name}` });
  await form.getByRole('button', { name: 'Add a role' }).click();
  const second = form.getByRole('group', { name: 'Role 2' });
  await second.getByLabel('Role', { exact: true }).selectOption('engineer');
  await second.getByLabel('Tenants').fill('globex');
  await second.getByLabel('Saga types').click();
  await noViolations(page);
  // Somebody else is faster, and this page does not hear of it.
  await page.route('**/api/v1/people/*', (route) =>
    route.request().method() === 'GET' ? route.abort() : route.continue(),
  );
  await withDatabase((client) =>
    client.query('UPDATE sagascope.person SET version = version + 1 WHERE email = $1', [theirs.email]),
  );
  await form.getByRole('button', { name: 'Set roles' }).click();
  await expect(form.getByRole('alert')).toContainText(/Something changed since you looked/);
  await page.unroute('**/api/v1/people/*');
  const again = await open(page, theirs.name);
  await again.getByRole('button', { name: 'Change roles…' }).click();
  await form.getByRole('button', { name: 'Add a role' }).click();
  await second.getByLabel('Role', { exact: true }).selectOption('engineer');
  await form.getByRole('button', { name: 'Set roles' }).click();
  await expect(page.getByRole('dialog', { name: theirs.name })).toContainText('engineer everywhere');
  const permitted = await theirs.context.request.get('/api/v1/diagnostics');
  expect(permitted.status()).toBe(200);
  await theirs.context.close();
});

test('a token is shown once, works, and is refused from the moment it is revoked', async ({ page, playwright }) => {
  const name = `machine-${unique()}`;
  await page.goto('/settings/tokens');
  await page.getByRole('button', { name: 'New token…' }).click();
  const form = page.getByRole('dialog', { name: 'New token' });
  const make = form.getByRole('button', { name: 'Make the token' });
  await expect(make).toHaveAttribute('aria-disabled', 'true');
  await form.getByLabel('Name').fill(name);
  await form.getByRole('checkbox', { name: /^read / }).check();
  await noViolations(page);
  await make.click();
  const made = page.getByRole('dialog', { name: `Token ${name}` });
  const secret = await made.getByRole('textbox', { name: 'Token' }).inputValue();
  await made.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText(secret)).toHaveCount(0);
  const row = page.getByRole('table', { name: 'Tokens' }).getByRole('row').filter({ hasText: name });
  await expect(row).toContainText('never');

  const machine = await playwright.request.newContext({
    baseURL: address('console'),
    storageState: NOBODY,
    extraHTTPHeaders: { authorization: `Bearer ${secret}` },
  });
  expect((await machine.get('/api/v1/sagas?limit=1')).status()).toBe(200);
  expect((await machine.get('/api/v1/people')).status()).toBe(403);
  await page.reload();
  await expect(row).not.toContainText('never');
  await row.getByRole('button', { name: `Revoke ${name}…` }).click();
  await page
    .getByRole('dialog', { name: `Revoke ${name}` })
    .getByRole('button', { name: 'Revoke', exact: true })
    .click();
  await expect(row).toHaveCount(0);
  expect((await machine.get('/api/v1/sagas?limit=1')).status()).toBe(401);
  await machine.dispose();
  await page.getByRole('button', { name: 'Ended' }).click();
  await expect(row).toContainText('Revoked');
  const { items } = (await (await page.request.get('/api/v1/audit?limit=50')).json()) as { items: { text: string }[] };
  expect(items.map(({ text }) => text).join('\n')).toContain(`revoked token ${name}`);
});

test.describe('a viewer', () => {
  test.use({ storageState: stateOf('viewer') });

  test('reads what each role may do, and who reads the rest', async ({ page }) => {
    await page.goto('/settings');
    await expect(page).toHaveURL(/\/settings\/roles$/);
    const table = page.getByRole('table');
    await expect(table.getByRole('columnheader', { name: /viewer/ })).toContainText('yours');
    await expect(table.getByRole('row', { name: /Compensate and retry/ })).toContainText('intervene');
    await noViolations(page);
    for (const section of ['people', 'tokens']) {
      await page.goto(`/settings/${section}`);
      await expect(page.getByText(/Roles that may see them: admin\./)).toBeVisible();
      await expect(page.getByRole('navigation', { name: 'Settings' })).toBeVisible();
    }
    await noViolations(page);
  });
});

test('the settings work by keyboard alone: a person is opened, and the focus goes back', async ({ page, browser }) => {
  const theirs = await signedIn(browser, 'viewer');
  await page.goto(`/settings/people?q=${encodeURIComponent(theirs.name)}`);
  const link = page.getByRole('link', { name: theirs.name, exact: true });
  await link.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: theirs.name })).toBeVisible();
  await expect(page).toHaveURL(/person=/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(link).toBeFocused();
  await theirs.context.close();
});
