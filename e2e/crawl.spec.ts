import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { OPERATIONS } from '@/server/http/operations';
import { NOBODY } from './people';

const APP = path.join(import.meta.dirname, '..', 'app');

/** Every page, as an address: groups vanish, parameters become something. */
const pages = readdirSync(APP, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.name === 'page.tsx')
  .map((entry) => {
    const segments = path.relative(APP, entry.parentPath).split(path.sep);
    return {
      isOpen: segments.includes('(open)'),
      address: `/${segments
        .filter((segment) => !/^\(.*\)$/.test(segment))
        .map((segment) => segment.replace(/^\[.*\]$/, 'something'))
        .join('/')}`,
    };
  });

/** What is answered to nobody: the bare status, and what a one-time link opens. */
const OPEN = ['get /api/health', 'post /api/v1/set-up', 'post /api/v1/welcome'];

test.use({ storageState: NOBODY });

test('every page leads who has no session to sign in, and carries no data', async ({ request }) => {
  const closed = pages.filter(({ isOpen }) => !isOpen);
  expect(closed.length).toBeGreaterThan(2);
  for (const { address } of [...closed, { address: '/no-such-page' }]) {
    const ways: Record<string, string>[] = [{}, { rsc: '1' }, { cookie: 'sagascope.session_token=forged.forged' }];
    for (const headers of ways) {
      const response = await request.get(`${address}?q=1`, { maxRedirects: 0, headers });
      expect(response.status(), address).toBe(307);
      expect(new URL(response.headers().location ?? '', 'http://console').pathname, address).toBe('/sign-in');
      expect(await response.text(), address).not.toContain('queries');
    }
  }
});

test('every route of the API answers 401 to who has no session', async ({ request }) => {
  expect(OPERATIONS.length).toBeGreaterThan(20);
  for (const [n, { method, path: pattern }] of OPERATIONS.entries()) {
    const name = `${method} ${pattern}`;
    const address = pattern.replaceAll(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000');
    // Whoever tries many tokens is told to wait (429): a few routes are enough.
    const forged = n % 10 === 0 ? [{ authorization: `Bearer sgs_${'x'.repeat(43)}` }] : [];
    const ways: Record<string, string>[] = [{}, ...forged];
    for (const headers of ways) {
      const response = await request.fetch(address, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(method === 'get' ? {} : { data: '{}' }),
      });
      if (OPEN.includes(name)) {
        if (!('authorization' in headers)) expect(response.status(), name).not.toBe(401);
      } else expect(response.status(), name).toBe(401);
    }
  }
  const health = await request.get('/api/health');
  expect(Object.keys(await health.json())).toEqual(['status']);
});
