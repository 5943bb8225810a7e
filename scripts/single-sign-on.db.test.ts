import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Issuer, OIDC_CLIENT, startIssuer } from '@/e2e/issuer';
import { answerAuth } from '@/server/auth/auth-route';
import { insertPerson } from '@/server/auth/person-store';
import { whoAsks } from '@/server/auth/who';
import { pgQuery } from '@/server/db/query';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { CLIENT_ADDRESS_HEADER } from '@/server/http/client-address';

const ORIGIN = 'http://127.0.0.1:3000';
const ADDRESS = '192.0.2.9';
let db: TestDatabase;
let issuer: Issuer;

beforeAll(async () => {
  db = await servedDatabase();
  issuer = await startIssuer([`${ORIGIN}/api/auth/callback/oidc`]);
  Object.assign(process.env, {
    OIDC_ISSUER: issuer.url,
    OIDC_CLIENT_ID: OIDC_CLIENT.id,
    OIDC_CLIENT_SECRET: OIDC_CLIENT.secret,
    OIDC_NAME: 'Test identity',
  });
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterAll(async () => {
  for (const name of ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_NAME']) delete process.env[name];
  await issuer.stop();
  await db.drop();
});
beforeEach(async () => {
  await db.pool.query('DELETE FROM sagascope.person');
  await db.pool.query('DELETE FROM sagascope.sign_in_rate');
});

/** The cookies of one browser; the two sites are told apart by their ports here. */
class Browser {
  private readonly jars = new Map<string, Map<string, string>>();

  private async send(url: string, init: RequestInit): Promise<Response> {
    const { origin } = new URL(url);
    const jar = this.jars.get(origin) ?? new Map<string, string>();
    this.jars.set(origin, jar);
    const headers = new Headers(init.headers);
    headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    headers.set('host', new URL(url).host);
    headers.set(CLIENT_ADDRESS_HEADER, ADDRESS);
    const response =
      origin === ORIGIN
        ? await answerAuth(new Request(url, { ...init, headers }))
        : await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0\b|expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  begin(path: string, body: object): Promise<Response> {
    return this.send(`${ORIGIN}/api/auth${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: ORIGIN },
      body: JSON.stringify(body),
    });
  }

  /** Goes to the provider, gives a name and consents; answers where it ends at the console. */
  async walk(url: string, login: string): Promise<string> {
    let response = await this.send(url, { method: 'GET' });
    let at = url;
    for (let steps = 0; steps < 12; steps += 1) {
      const location = response.headers.get('location');
      if (location !== null) {
        at = new URL(location, at).href;
        if (at.startsWith(ORIGIN) && !at.includes('/api/auth/')) return at.slice(ORIGIN.length);
        response = await this.send(at, { method: 'GET' });
        continue;
      }
      const page = await response.text();
      const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
      if (action === undefined || prompt === undefined) throw new Error(`no form at ${at}: ${page.slice(0, 300)}`);
      at = new URL(action, at).href;
      response = await this.send(at, { method: 'POST', body: new URLSearchParams({ prompt, login, password: 'any' }) });
    }
    throw new Error(`the provider leads nowhere: ${at}`);
  }

  async signIn(login: string, next = '/sagas'): Promise<string> {
    const begun = await this.begin('/sign-in/social', {
      callbackURL: next,
      errorCallbackURL: `/sign-in?next=${encodeURIComponent(next)}`,
    });
    expect(begun.status).toBe(200);
    const { url } = (await begun.json()) as { url: string };
    return this.walk(url, login);
  }

  who() {
    const jar = this.jars.get(ORIGIN) ?? new Map<string, string>();
    return whoAsks(new Headers({ cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') }));
  }
}

const invite = (email: string) =>
  insertPerson(pgQuery(db.pool), { name: 'Ina', email, grants: [{ role: 'viewer', tenants: null, sagaTypes: null }] });

describe('single sign-on at a real provider', () => {
  it('lets an invited person in, as the person that they are here, and knows them again', async () => {
    const id = await invite('ina@test.example');
    const browser = new Browser();
    expect(await browser.signIn('ina@test.example')).toBe('/sagas');
    expect(await browser.who()).toMatchObject({ id, name: 'ina@test.example', kind: 'person' });
    // Their name stays the one that they were invited by.
    const { rows } = await db.pool.query<{ name: string; subject: string }>(
      'SELECT p.name, a.account_id AS subject FROM sagascope.person p JOIN sagascope.person_account a ON a.user_id = p.id',
    );
    expect(rows).toEqual([{ name: 'Ina', subject: `${issuer.url} ina@test.example` }]);
    const again = new Browser();
    expect(await again.signIn('ina@test.example', '/')).toBe('/');
    expect(await again.who()).toMatchObject({ id });
  });

  it('takes an invitation as accepted: its link no longer works', async () => {
    const id = await invite('ina@test.example');
    const { makeLink } = await import('@/server/account/person-links');
    await makeLink(pgQuery(db.pool), { purpose: 'invitation', userId: id, createdBy: 'admin' });
    await new Browser().signIn('ina@test.example');
    const { rowCount } = await db.pool.query('SELECT 1 FROM sagascope.person_link WHERE user_id = $1', [id]);
    expect(rowCount).toBe(0);
  });

  it('is told in the journal once, and leaves no token of the provider behind', async () => {
    const id = await invite('ina@test.example');
    for (let times = 0; times < 2; times += 1) await new Browser().signIn('ina@test.example');
    const journal = await db.pool.query(
      'SELECT type, actor, role, origin FROM sagascope.journal WHERE strpos(body, $1) > 0',
      [id],
    );
    expect(journal.rows).toEqual([
      { type: 'SingleSignOnLinked', actor: 'ina@test.example', role: 'viewer', origin: ADDRESS },
    ]);
    const { rows } = await db.pool.query(
      `SELECT access_token AS access, refresh_token AS refresh, id_token AS id FROM sagascope.person_account WHERE user_id = $1`,
      [id],
    );
    expect(rows).toEqual([{ access: null, refresh: null, id: null }]);
  });

  it('refuses whom nobody invited, and makes nobody', async () => {
    const browser = new Browser();
    expect(await browser.signIn('stranger@test.example')).toBe('/sign-in?next=%2Fsagas&error=signup_disabled');
    expect(await browser.who()).toBeNull();
    const { rowCount } = await db.pool.query('SELECT 1 FROM sagascope.person');
    expect(rowCount).toBe(0);
  });

  it('refuses an address that the provider has not verified', async () => {
    await invite('unverified@test.example');
    const browser = new Browser();
    expect(await browser.signIn('unverified@test.example')).toBe('/sign-in?next=%2Fsagas&error=account_not_linked');
    expect(await browser.who()).toBeNull();
  });

  it('refuses a disabled person, before and after their first sign-in', async () => {
    const id = await invite('ina@test.example');
    const disable = (at: string | null) =>
      db.pool.query('UPDATE sagascope.person SET disabled_at = $2 WHERE id = $1', [id, at]);
    await disable('2026-01-01');
    const browser = new Browser();
    expect(await browser.signIn('ina@test.example')).toMatch(/^\/sign-in\?next=%2Fsagas&error=person_disabled/);
    expect(await browser.who()).toBeNull();
    await disable(null);
    await new Browser().signIn('ina@test.example');
    await disable('2026-01-01');
    expect(await new Browser().signIn('ina@test.example')).toMatch(/error=person_disabled/);
  });

  it('sends nobody to another site, and takes no token of the provider in place of the way over it', async () => {
    await invite('ina@test.example');
    const paths = { callbackURL: '/', errorCallbackURL: '/sign-in' };
    for (const body of [
      { ...paths, callbackURL: 'https://evil.example/' },
      { ...paths, callbackURL: '//evil.example/' },
      { ...paths, errorCallbackURL: '/\\evil.example' },
      { ...paths, idToken: { token: 'x.y.z' } },
    ]) {
      expect((await new Browser().begin('/sign-in/social', body)).status).toBe(400);
    }
  });

  it('refuses an answer that it did not ask for', async () => {
    const browser = new Browser();
    const path = await browser.walk(`${ORIGIN}/api/auth/callback/oidc?code=stolen&state=guessed`, 'ina@test.example');
    expect(path).toMatch(/^\/sign-in\?error=/);
    expect(await browser.who()).toBeNull();
  });

  it('says that the provider is away, and goes on when it is back', async () => {
    await invite('ina@test.example');
    await issuer.stop();
    const refused = await new Browser().begin('/sign-in/social', { callbackURL: '/', errorCallbackURL: '/sign-in' });
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({
      code: 'unavailable',
      detail: 'Test identity does not answer now. Use your password, or try again later.',
    });
    await issuer.start();
    expect(await new Browser().signIn('ina@test.example', '/')).toBe('/');
  });
});
