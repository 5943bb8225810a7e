import { randomInt, randomUUID } from 'node:crypto';
import { expect, test, type Page } from '@playwright/test';
import { address } from './addresses';
import { NOBODY, writePerson } from './people';
import { withDatabase } from './rows';

// One after the other: the last one takes the provider away.
test.describe.configure({ mode: 'default' });
test.use({ storageState: NOBODY });
test.beforeEach(({ context }) =>
  context.setExtraHTTPHeaders({ 'x-forwarded-for': `198.19.${randomInt(256)}.${randomInt(256)}` }),
);

async function invite(email = `${randomUUID().slice(0, 8)}@test.example`) {
  const name = `Invited ${email.split('@')[0]}`;
  const id = await withDatabase((client) => writePerson(client, { email, name, role: 'viewer' }));
  return { id, email, name };
}

/** Over the provider's own pages: a name, any password, and consent. */
async function signInAtProvider(page: Page, email: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in with Test identity' }).click();
  await page.locator('input[name="login"]').fill(email);
  await page.locator('input[name="password"]').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

test('an invited person signs in at the provider and is back where they wanted to be', async ({ page }) => {
  const { email, name } = await invite();
  await page.goto('/sagas');
  await signInAtProvider(page, email);
  await expect(page).toHaveURL('/sagas');
  await expect(page.getByRole('button', { name: `Account of ${name}` })).toBeVisible();
  await page.goto('/account');
  await expect(page.getByRole('region', { name: 'Password' })).toContainText('you sign in with Test identity');
});

test('whom nobody invited is told so, and so is whose address is not verified', async ({ page, browser }) => {
  await page.goto('/sagas');
  await signInAtProvider(page, `${randomUUID().slice(0, 8)}@test.example`);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await expect(page.locator('.acc-refusal')).toHaveText(/^Your account at Test identity is not invited here\./);
  expect((await page.request.get('/api/v1/session')).status()).toBe(401);

  const { email } = await invite(`unverified-${randomUUID().slice(0, 8)}@test.example`);
  const other = await browser.newContext({ baseURL: address('console'), storageState: NOBODY });
  const theirs = await other.newPage();
  await theirs.goto('/sign-in');
  await signInAtProvider(theirs, email);
  await expect(theirs.locator('.acc-refusal')).toHaveText(/^Test identity has not verified your e-mail address\./);
  await other.close();
});

test('whoever is disabled here is refused, whatever the provider says', async ({ page }) => {
  const { id, email } = await invite();
  await withDatabase((client) => client.query('UPDATE sagascope.person SET disabled_at = now() WHERE id = $1', [id]));
  await page.goto('/sign-in');
  await signInAtProvider(page, email);
  await expect(page.locator('.acc-refusal')).toHaveText(/^This account is disabled\./);
});

test('a provider that is away is named, and the password is still there', async ({ page, request }) => {
  await request.post(`${address('control')}/issuer/stop`);
  try {
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'Sign in with Test identity' }).click();
    await expect(page.locator('.acc-refusal')).toHaveText(
      'Test identity does not answer now. Use your password, or try again later.',
    );
    await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
  } finally {
    await request.post(`${address('control')}/issuer/start`);
  }
});
