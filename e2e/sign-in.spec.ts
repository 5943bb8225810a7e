import { randomInt, randomUUID } from 'node:crypto';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import type { Role } from '@/core/people/roles';
import { SagaDefinition } from '@/core/definition/definition';
import { makeLink } from '@/server/account/person-links';
import { putDefinition, putService } from '@/server/db/definitions';
import { pgQuery } from '@/server/db/query';
import { address } from './addresses';
import { NOBODY, PASSWORD, personOf, stateOf, writePerson } from './people';
import { append, withDatabase } from './rows';

// Each test comes from an address of its own, so that none uses up the tries of another.
test.use({ storageState: NOBODY });
test.beforeEach(({ context }) =>
  context.setExtraHTTPHeaders({ 'x-forwarded-for': `198.18.${randomInt(256)}.${randomInt(256)}` }),
);

async function noViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`),
  ).toEqual([]);
}

/** A person of a test's own, who has a password unless they are yet to choose one. */
async function newPerson({ role = 'viewer', invited = false }: { role?: Role; invited?: boolean } = {}) {
  const one = randomUUID().slice(0, 8);
  const person = { email: `${one}@test.example`, name: `Person ${one}`, role };
  const id = await withDatabase((client) => writePerson(client, invited ? person : { ...person, password: PASSWORD }));
  return { ...person, id };
}

/** The way that an administrator sends to a person. */
async function linkFor(userId: string, purpose: 'invitation' | 'reset'): Promise<string> {
  const { path } = await withDatabase((client) => makeLink(pgQuery(client), { purpose, userId, createdBy: 'a test' }));
  return path;
}

async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

const refusal = (page: Page) => page.locator('.acc-refusal');
const menuOf = (page: Page, name: string) => page.getByRole('button', { name: `Account of ${name}` });

test('whoever comes to a page signs in, is back where they wanted to be, and signs out', async ({ page }) => {
  const person = await newPerson({ role: 'operator' });
  await page.goto('/sagas?type=journey_order&q=nothing');
  await expect(page).toHaveURL('/sign-in?next=%2Fsagas%3Ftype%3Djourney_order%26q%3Dnothing');
  await expect(page.getByLabel('E-mail')).toBeFocused();
  await noViolations(page);
  await signIn(page, person.email);
  await expect(page).toHaveURL('/sagas?type=journey_order&q=nothing');
  await menuOf(page, person.name).click();
  const menu = page.locator('.menu:popover-open');
  await expect(menu).toContainText(person.email);
  await expect(menu.getByRole('list', { name: 'Roles' })).toHaveText('operator');
  await noViolations(page);
  await menu.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/sign-in');
  expect((await page.request.get('/api/v1/sagas')).status()).toBe(401);
  await page.goto('/');
  await expect(page).toHaveURL('/sign-in');
});

test('a wrong password is refused in one sentence, and too many tries with the wait', async ({ page }) => {
  const { email } = await newPerson();
  await page.goto('/sign-in');
  await signIn(page, email, 'not the password');
  await expect(refusal(page)).toHaveText('The e-mail address or the password is wrong.');
  await expect(page).toHaveURL('/sign-in');
  await noViolations(page);
  for (let tries = 1; tries < 10; tries += 1) {
    await page.request.post('/api/auth/sign-in/email', { data: { email, password: 'not the password' } });
  }
  await signIn(page, email);
  await expect(refusal(page)).toHaveText(/^Too many tries.* Wait \d+ s, then try again\.$/);
});

test('signing in leads to no other site', async ({ page }) => {
  const { email } = await newPerson();
  await page.goto('/sign-in?next=//evil.example/sagas');
  await signIn(page, email);
  await expect(page).toHaveURL('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('the link that a new console prints makes its first administrator, once', async ({ page, browser }) => {
  const link = address('setUpLink');
  const origin = new URL(link).origin;
  await page.goto(origin);
  await expect(page).toHaveURL(`${origin}/sign-in`);
  await page.goto(link);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Set up this console');
  await noViolations(page);
  await page.getByLabel('Name').fill('Ada First');
  await page.getByLabel('E-mail').fill('ada@test.example');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Show the password').check();
  await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('type', 'text');
  await page.getByRole('button', { name: 'Make the administrator' }).click();
  await expect(page).toHaveURL(`${origin}/`);
  await menuOf(page, 'Ada First').click();
  await expect(page.locator('.menu:popover-open').getByRole('list', { name: 'Roles' })).toHaveText('admin');
  const other = await browser.newContext({ storageState: NOBODY });
  const late = await other.newPage();
  await late.goto(link);
  await expect(refusal(late)).toHaveText(/^This link was used already\./);
  await expect(late.getByRole('link', { name: 'Sign in' })).toBeVisible();
  await noViolations(late);
  await other.close();
});

test('whoever is invited chooses a password by their link, which works once and tells no other page', async ({
  page,
}) => {
  const person = await newPerson({ role: 'support', invited: true });
  const link = await linkFor(person.id, 'invitation');
  const response = await page.goto(link);
  expect(await response?.headerValue('cache-control')).toMatch(/no-store/);
  await expect(page.locator('meta[name="referrer"]')).toHaveAttribute('content', 'no-referrer');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Welcome to Sagascope');
  await expect(page.locator('main')).toContainText(person.email);
  await noViolations(page);
  await page.getByLabel('Password', { exact: true }).fill('four words or so');
  await page.getByRole('button', { name: 'Accept the invitation' }).click();
  await expect(page).toHaveURL('/');
  await expect(menuOf(page, person.name)).toBeVisible();
  await page.goto(link);
  await expect(refusal(page)).toHaveText(/^This link was used already\./);
});

test('a forgotten password is chosen anew, and the sessions of before have ended', async ({ page, browser }) => {
  const person = await newPerson();
  const before = await browser.newContext({ baseURL: address('console'), storageState: NOBODY });
  const data = { email: person.email, password: PASSWORD };
  expect((await before.request.post('/api/auth/sign-in/email', { data })).ok()).toBe(true);
  await page.goto(await linkFor(person.id, 'reset'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Choose a new password');
  await page.getByLabel('Password', { exact: true }).fill('another password');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page).toHaveURL('/');
  expect((await before.request.get('/api/v1/session')).status()).toBe(401);
  await before.close();
});

test('a link that has expired, or was replaced by a newer one, says so', async ({ page }) => {
  const person = await newPerson({ invited: true });
  const older = await linkFor(person.id, 'invitation');
  const newer = await linkFor(person.id, 'invitation');
  await page.goto(older);
  await expect(refusal(page)).toHaveText(/^This link is not known here, or a newer one has taken its place\./);
  await withDatabase((client) =>
    client.query(`UPDATE sagascope.person_link SET expires_at = now() - interval '1 s' WHERE user_id = $1`, [
      person.id,
    ]),
  );
  await page.goto(newer);
  await expect(refusal(page)).toHaveText('This link has expired. Ask an administrator of this console for a new one.');
});

test('whoever is disabled is led out by the page itself, and does not come back', async ({ page }) => {
  const person = await newPerson();
  await page.goto('/sign-in?next=/sagas');
  await signIn(page, person.email);
  await expect(page.getByRole('heading', { level: 1, name: 'Sagas' })).toBeVisible();
  await expect(page.locator('[data-live="live"], [data-live="slow"]')).toBeAttached();
  await withDatabase(async (client) => {
    await client.query('UPDATE sagascope.person SET disabled_at = now() WHERE id = $1', [person.id]);
    await client.query('DELETE FROM sagascope.person_session WHERE user_id = $1', [person.id]);
  });
  await expect(page).toHaveURL('/sign-in?next=%2Fsagas', { timeout: 30_000 });
  await signIn(page, person.email);
  await expect(refusal(page)).toHaveText(/^This account is disabled\./);
});

test('one’s own sessions are listed, ended one by one, and all at once', async ({ page, browser }) => {
  const person = await newPerson();
  const there = await browser.newContext({ baseURL: address('console'), storageState: NOBODY });
  const data = { email: person.email, password: PASSWORD };
  const enter = async () => {
    const answer = await there.request.post('/api/auth/sign-in/email', {
      data,
      headers: { 'x-forwarded-for': '198.18.0.77' },
    });
    expect(answer.ok()).toBe(true);
  };
  await enter();
  await page.goto('/sign-in?next=/account');
  await signIn(page, person.email);
  const sessions = page.getByRole('list', { name: 'Sessions' }).getByRole('listitem');
  await expect(sessions).toHaveCount(2);
  await expect(sessions.nth(0)).toContainText('this one');
  await expect(sessions.nth(1)).toContainText('198.18.0.77');
  await noViolations(page);
  await sessions
    .nth(1)
    .getByRole('button', { name: /^End the session/ })
    .click();
  await expect(sessions).toHaveCount(1);
  expect((await there.request.get('/api/v1/session')).status()).toBe(401);

  await enter();
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  expect((await there.request.get('/api/v1/session')).status()).toBe(401);
  expect((await page.request.get('/api/v1/session')).status()).toBe(401);
  await there.close();
});

test('one’s own password is changed by whoever knows it', async ({ page }) => {
  const person = await newPerson();
  await page.goto('/sign-in?next=/account');
  await signIn(page, person.email);
  const form = page.getByRole('region', { name: 'Password' });
  await form.getByLabel('Current password').fill('not the password');
  await form.getByLabel('New password').fill('four words or so');
  await form.getByRole('button', { name: 'Change the password' }).click();
  await expect(refusal(page)).toHaveText('The current password is wrong.');
  await form.getByLabel('Current password').fill(PASSWORD);
  await form.getByRole('button', { name: 'Change the password' }).click();
  await expect(form.getByRole('status')).toHaveText('The password is changed. No other session had to end.');
  await expect(form.getByLabel('New password')).toHaveValue('');
  const answer = await page.request.post('/api/auth/sign-in/email', {
    data: { email: person.email, password: 'four words or so' },
  });
  expect(answer.ok()).toBe(true);
});

/** A saga of a declared type with one effect to undo. */
async function parcel(): Promise<string> {
  const body = SagaDefinition.parse({
    saga: 'role_parcel',
    steps: [
      { name: 'take_in', service: 'role_depot', kind: 'compensatable', compensation: 'hand_back' },
      { name: 'send', service: 'role_depot', kind: 'compensatable' },
    ],
  });
  await withDatabase(async (client) => {
    const query = pgQuery(client);
    await putDefinition(query, { body, source: 'declared', createdBy: 'a test' });
    await putService(query, { name: 'role_depot', url: 'http://127.0.0.1:9', evidence: 'log' }, 'a test');
  });
  const sagaId = randomUUID();
  const error = { code: 'DEPOT_FULL', message: 'The depot is full', category: 'business', retryable: false };
  await append(sagaId, [
    { stepName: 'take_in', status: 'SUCCESS', sagaType: 'role_parcel', phase: 'ACTION', minutesAgo: 20 },
    { stepName: 'send', status: 'FAILED', sagaType: 'role_parcel', phase: 'ACTION', minutesAgo: 20, error },
  ]);
  return sagaId;
}

const MINUTE: Record<
  Role,
  { may: (page: Page) => Promise<void>; mayNot: { at: string; button: RegExp; who: RegExp } }
> = {
  viewer: { may: readLog, mayNot: { at: 'saga', button: /^Compensate/, who: /operator/ } },
  support: { may: readLog, mayNot: { at: 'saga', button: /^Compensate/, who: /operator/ } },
  approver: { may: readLog, mayNot: { at: 'saga', button: /^Compensate/, who: /operator/ } },
  engineer: {
    may: async (page) => {
      await page.goto('/settings/definitions');
      const button = page.getByRole('main').getByRole('button', { name: /^Declare/ });
      await expect(button).toBeVisible();
      await expect(button).not.toHaveAttribute('aria-disabled');
    },
    mayNot: { at: 'saga', button: /^Compensate/, who: /operator/ },
  },
  operator: {
    may: async (page) => {
      await page
        .getByRole('group', { name: 'Actions' })
        .getByRole('button', { name: /^Compensate/ })
        .click();
      await expect(page.getByRole('dialog').getByRole('list', { name: 'Plan in run order' })).toBeVisible();
      await page.keyboard.press('Escape');
    },
    mayNot: { at: '/settings/definitions', button: /^Declare/, who: /engineer/ },
  },
  admin: {
    may: async (page) => {
      await page.goto('/settings/people');
      const button = page.getByRole('button', { name: 'Invite…' });
      await expect(button).toBeVisible();
      await expect(button).not.toHaveAttribute('aria-disabled');
    },
    // What nobody may yet is off for them too, and says so.
    mayNot: { at: 'saga', button: /^Skip step/, who: /\S/ },
  },
};

async function readLog(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Log rows/ }).click();
  await expect(page.getByRole('region', { name: 'Log rows' })).toContainText('DEPOT_FULL');
}

for (const [role, { may, mayNot }] of Object.entries(MINUTE) as [Role, (typeof MINUTE)[Role]][]) {
  test.describe(`the first minute as ${role}`, () => {
    test.use({ storageState: stateOf(role) });

    test('begins at the overview; one thing may be done, one button says who else may', async ({ page }) => {
      const sagaId = await parcel();
      await page.goto('/');
      await expect(page.getByRole('heading', { name: 'Needs attention' })).toBeVisible();
      await expect(menuOf(page, personOf(role).name)).toBeVisible();
      await page.goto(`/sagas/${sagaId}`);
      await expect(page.getByRole('group', { name: 'Actions' })).toBeVisible();
      await may(page);
      await page.goto(mayNot.at === 'saga' ? `/sagas/${sagaId}` : mayNot.at);
      const button = page.getByRole('main').getByRole('button', { name: mayNot.button }).first();
      await expect(button).toHaveAttribute('aria-disabled', 'true');
      await expect(button).toHaveAccessibleDescription(mayNot.who);
    });
  });
}
