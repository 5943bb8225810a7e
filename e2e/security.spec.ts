import { randomUUID } from 'node:crypto';
import { expect, type Page, test } from '@playwright/test';
import { NOBODY } from './people';
import { append } from './rows';
import { startTestShop, type TestShop } from './shop';

/** What the browser refused on a page by its Content-Security-Policy. */
async function refusals(page: Page): Promise<() => string[]> {
  const told: string[] = [];
  await page.exposeFunction('tellRefusal', (text: string) => told.push(text));
  await page.addInitScript(() => {
    document.addEventListener(
      'securitypolicyviolation',
      ({ effectiveDirective, blockedURI, sourceFile, lineNumber }) => {
        const { tellRefusal } = globalThis as unknown as { tellRefusal: (text: string) => void };
        tellRefusal(`${effectiveDirective} ${blockedURI} at ${sourceFile}:${lineNumber}`);
      },
    );
  });
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) told.push(message.text());
  });
  return () => told;
}

async function failedSaga(): Promise<string> {
  const sagaId = randomUUID();
  await append(sagaId, [
    { stepName: 'reserve_inventory', status: 'SUCCESS', minutesAgo: 30, sagaType: 'order_fulfilment' },
    { stepName: 'authorize_payment', status: 'FAILED', minutesAgo: 20, error: { code: 'DECLINED' } },
  ]);
  return sagaId;
}

test.describe('the policy of the pages', () => {
  let shop: TestShop;
  test.beforeAll(async () => {
    shop = await startTestShop();
  });
  test.afterAll(() => shop.stop());

  test('lets a saga be drawn and an intervention be planned', async ({ page }) => {
    const refused = await refusals(page);
    const { sagaId } = await shop.strandedOrder();
    await page.goto(`/sagas/${sagaId}`);
    await expect(page.locator('svg.dg')).toBeVisible();
    await page
      .getByRole('group', { name: 'Actions' })
      .getByRole('button', { name: /^Compensate/ })
      .click();
    await expect(page.getByRole('dialog').getByRole('list', { name: 'Plan in run order' })).toBeVisible();
    expect(refused()).toEqual([]);
  });
});

test('no page is refused what it needs', async ({ page }) => {
  const refused = await refusals(page);
  const sagaId = await failedSaga();
  for (const path of ['/', '/sagas', `/sagas/${sagaId}`, '/events', '/settings', '/account', '/no-such-page']) {
    const response = await page.goto(path);
    const policy = response?.headers()['content-security-policy'] ?? '';
    expect(policy, path).toMatch(/script-src 'nonce-[\w+/=-]{22,}' 'strict-dynamic';/);
    expect(policy).toContain("frame-ancestors 'none'");
    await expect(page.getByRole('heading').first()).toBeVisible();
    // Hydrated: the policy let the scripts of the page run.
    await page.waitForFunction(() => Object.keys(document.body).some((key) => key.startsWith('__react')));
    expect(refused(), path).toEqual([]);
  }
});

test('each page has a nonce of its own', async ({ page }) => {
  const nonceOf = async () => {
    const response = await page.goto('/sagas');
    return /'nonce-([^']+)'/.exec(response?.headers()['content-security-policy'] ?? '')?.[1];
  };
  const [first, second] = [await nonceOf(), await nonceOf()];
  expect(first).toBeTruthy();
  expect(second).not.toBe(first);
});

test.describe('without a session', () => {
  test.use({ storageState: NOBODY });

  test('the way in is refused nothing that it needs', async ({ page }) => {
    const refused = await refusals(page);
    await page.goto('/sign-in');
    await page.getByLabel(/e-mail/i).fill('nobody@test.example');
    await page.getByLabel(/^password/i).fill('not the password');
    await page
      .getByRole('button', { name: /sign in/i })
      .first()
      .click();
    await expect(page.getByText('The e-mail address or the password is wrong.')).toBeVisible();
    expect(refused()).toEqual([]);
  });
});

test('a script that somebody smuggles into a page does not run', async ({ page }) => {
  const refused = await refusals(page);
  await page.route('**/settings', async (route) => {
    const response = await route.fetch();
    const smuggled = [
      '<script>document.title = "smuggled"</script>',
      '<script nonce="guessed">document.title = "smuggled"</script>',
      '<script src="/api/v1/openapi.json"></script>',
      '<script src="https://evil.example/x.js"></script>',
      '<img src="/nothing" onerror="document.title = \'smuggled\'">',
      '<base href="https://evil.example/">',
      '<object data="/api/v1/session"></object>',
      '<a id="smuggled" href="javascript:document.title=\'smuggled\'">smuggled</a>',
    ];
    await route.fulfill({ response, body: (await response.text()).replace('</body>', `${smuggled.join('')}</body>`) });
  });
  await page.goto('/settings');
  await page.locator('#smuggled').evaluate((link: HTMLElement) => link.click());
  await expect.poll(() => refused().join('\n')).toMatch(/base-uri/);
  await expect.poll(() => refused().join('\n')).toMatch(/script-src-attr/);
  await expect
    .poll(() => refused().filter((text) => text.startsWith('script-src-elem')).length)
    .toBeGreaterThanOrEqual(4);
  expect(await page.title()).not.toContain('smuggled');
});

test('no page lets itself be framed, by a foreign site or by its own', async ({ page, baseURL }) => {
  await page.route('http://framer.test/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<iframe src="${baseURL}/sagas"></iframe>` }),
  );
  await page.goto('http://framer.test/');
  await expect.poll(() => page.frames()[1]?.url()).toBe('chrome-error://chromewebdata/');
  await page.goto('/no-such-page');
  await page.evaluate(() => {
    const frame = document.createElement('iframe');
    frame.src = '/sagas';
    document.body.append(frame);
  });
  await expect(page.frameLocator('iframe').getByRole('heading')).toHaveCount(0);
});

test('data, styles and scripts say that they are nothing else, and for no other site', async ({ page, request }) => {
  const addresses: string[] = [];
  page.on('response', (response) => addresses.push(response.url()));
  await page.goto('/sagas');
  const script = addresses.find((url) => /\/_next\/static\/.*\.js/.test(url));
  const style = addresses.find((url) => /\/_next\/static\/.*\.css/.test(url));
  for (const url of ['/api/v1/session', '/api/health', '/api/v1/no-such-thing', script ?? '', style ?? '']) {
    const headers = (await request.get(url)).headers();
    expect(headers, url).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'referrer-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'x-frame-options': 'DENY',
    });
    expect(headers['x-powered-by']).toBeUndefined();
  }
});
