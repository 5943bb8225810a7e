import { randomUUID } from 'node:crypto';
import { expect, test, type Page } from '@playwright/test';
import { Client } from 'pg';
import { setPassword, insertPerson } from '@/server/auth/person-store';
import { pgQuery } from '@/server/db/query';
import { address } from './addresses';
import { NOBODY, PASSWORD } from './people';
import { withDatabase } from './rows';

/** Two sagas of one type, one of each tenant, and an event beside each. */
async function twoTenants() {
  const mark = randomUUID().slice(0, 8);
  const type = `tenant_${mark}`;
  const sagas = { acme: randomUUID(), globex: randomUUID() };
  await withDatabase(async (client) => {
    for (const [tenant, sagaId] of Object.entries(sagas)) {
      await client.query(
        `INSERT INTO saga_log (saga_id, step_name, status, saga_type, tenant_id, context)
         VALUES ($1, 'charge_card', 'FAILED', $2, $3, $4)`,
        [sagaId, type, tenant, { order_id: `order-${tenant}-${mark}` }],
      );
      await client.query(
        `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload, metadata)
         VALUES ('Order', $1, 1, 'OrderPlacedV1', $2, $3)`,
        [`order-${tenant}-${mark}`, { mark }, { tenant_id: tenant, correlation_id: sagaId }],
      );
    }
  });
  return { type, sagas, mark };
}

async function personOf(tenants: string[]): Promise<string> {
  const email = `t-${randomUUID().slice(0, 8)}@test.example`;
  const client = new Client({ connectionString: address('database') });
  await client.connect();
  try {
    const query = pgQuery(client);
    const id = await insertPerson(query, {
      email,
      name: 'Tia Tenant',
      grants: [{ role: 'operator', tenants, sagaTypes: null }],
    });
    await setPassword(query, id, PASSWORD);
  } finally {
    await client.end();
  }
  return email;
}

const rows = (page: Page) => page.getByRole('region', { name: 'Sagas' }).locator('tbody tr');

test('who sees all tenants chooses one, and lists, counts, events and search keep to it', async ({ page }) => {
  const { type, sagas, mark } = await twoTenants();
  await page.goto(`/sagas?type=${type}`);
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole('combobox', { name: 'Tenant', exact: true }).selectOption('globex');
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText(`order-globex-${mark}`);
  await page.goto(`/events?q=${mark}`);
  await expect(page.getByRole('region', { name: 'Events' }).locator('tbody tr')).toHaveCount(1);
  const found = await page.request.get(`/api/v1/search?q=order-acme-${mark}`);
  expect(((await found.json()) as { groups: unknown[] }).groups).toEqual([]);
  expect((await page.request.get(`/api/v1/sagas/${sagas.acme}`)).status()).toBe(404);
  await page.getByRole('combobox', { name: 'Tenant', exact: true }).selectOption('All tenants');
  await expect(page.getByRole('region', { name: 'Events' }).locator('tbody tr')).toHaveCount(2);
});

test('who holds a role in one tenant sees its rows alone, live too', async ({ browser }) => {
  const { type, sagas, mark } = await twoTenants();
  const context = await browser.newContext({ baseURL: address('console'), storageState: NOBODY });
  const signIn = await context.request.post('/api/auth/sign-in/email', {
    headers: { origin: address('console') },
    data: { email: await personOf(['acme']), password: PASSWORD },
  });
  expect(signIn.ok()).toBe(true);
  const page = await context.newPage();
  await page.goto(`/sagas?type=${type}`);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText(`order-acme-${mark}`);
  await expect(page.getByText('acme', { exact: true }).first()).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Tenant', exact: true })).toHaveCount(0);

  await page.goto(`/sagas/${sagas.globex}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No such saga');
  await page.goto(`/flows/${sagas.globex}`);
  await expect(page.getByText(`order-globex-${mark}`)).toHaveCount(0);

  await page.goto(`/sagas/${sagas.acme}`);
  await expect(page.locator('.sd-title')).toContainText('Failed');
  await withDatabase((client) =>
    client.query(
      `INSERT INTO saga_log (saga_id, step_name, status, saga_type) VALUES ($1, 'charge_card', 'PENDING', $2)`,
      [sagas.acme, type],
    ),
  );
  await expect(page.locator('.sd-title')).toContainText('Running');
  await context.close();
});
