import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerAuth } from '@/server/auth/auth-route';
import type { Role } from '@/server/auth/actor';
import { insertPerson, isPassword, setPassword } from '@/server/auth/person-store';
import { whoAsks } from '@/server/auth/who';
import { verifyJournal } from '@/server/db/journal';
import { pgQuery, type Query } from '@/server/db/query';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { CLIENT_ADDRESS_HEADER } from '@/server/http/client-address';
import { type Ctx, createContext, requestContext } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { OperatorError } from '@/server/operator-error';
import { changePassword } from './change-password';
import { DEMO_PEOPLE, ensureDemoPeople, refuseDemoPeople } from './demo-people';
import { endSession, signOutEverywhere } from './end-sessions';
import { ensureAdministrator, setUp } from './first-administrator';
import { getAccount } from './get-account';
import { readLink } from './open-link';
import { makeLink } from './person-links';
import { welcome } from './welcome';

const PASSWORD = 'correct horse battery';
const ORIGIN = 'http://127.0.0.1:3000';
let db: TestDatabase;
let query: Query;

beforeAll(async () => {
  db = await servedDatabase();
  query = pgQuery(db.pool);
});
afterAll(() => db.drop());
beforeEach(async () => {
  await query('DELETE FROM sagascope.person');
  await query('DELETE FROM sagascope.person_link');
  await query('DELETE FROM sagascope.sign_in_rate');
});

/** One transaction, as a start has it. */
async function once<T>(work: (inside: Query) => Promise<T>): Promise<T> {
  const client = await db.pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(pgQuery(client));
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

async function person(role: Role = 'viewer', email = `${role}-${randomUUID()}@test.example`) {
  const id = await insertPerson(query, { name: role, email, grants: [{ role, tenants: null, sagaTypes: null }] });
  await setPassword(query, id, PASSWORD);
  return { id, email };
}

function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return answerAuth(
    new Request(`${ORIGIN}/api/auth${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', host: '127.0.0.1:3000', origin: ORIGIN, ...headers },
      body: JSON.stringify(body),
    }),
  );
}

const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');

/** Signs in, as from an address; answers the cookie. */
async function signIn(email: string, password = PASSWORD, from = '192.0.2.1'): Promise<string> {
  const response = await post(
    '/sign-in/email',
    { email, password },
    { [CLIENT_ADDRESS_HEADER]: from, 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0' },
  );
  expect(response.status).toBe(200);
  return cookieOf(response);
}

const signedIn = (cookie: string): Promise<Ctx> => requestContext(new Headers({ cookie }), randomUUID());
const nobody = (): Promise<Ctx> =>
  requestContext(new Headers({ [CLIENT_ADDRESS_HEADER]: '192.0.2.7' }), randomUUID(), true);
const tokenOf = (path: string) => new URL(path, ORIGIN).searchParams.get('token') ?? '';

async function refusal(work: Promise<unknown>): Promise<{ code: string; detail: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Problem) return { code: error.code, detail: error.detail };
    throw error;
  }
  throw new Error('it was not refused');
}

async function journal(): Promise<{ type: string; actor: string; origin: string; body: string }[]> {
  expect((await verifyJournal(query)).fault).toBeNull();
  return query('SELECT type, actor, origin, body FROM sagascope.journal ORDER BY seq DESC LIMIT 1');
}

describe('signing in by password', () => {
  it('gives a session in an HttpOnly cookie, and no secret in the body', async () => {
    const { email } = await person();
    const response = await post('/sign-in/email', { email: email.toUpperCase(), password: PASSWORD });
    expect(response.status).toBe(200);
    const [session = ''] = response.headers.getSetCookie().filter((line) => line.includes('session_token'));
    expect(session).toMatch(/; HttpOnly/i);
    expect(session).toMatch(/; SameSite=Lax/i);
    // A session that is used goes on longer than twelve hours: its cookie is there for that.
    expect(session).toMatch(/; Max-Age=2592000;/);
    const body = await response.text();
    expect(body).toBe('{}');
    expect((await whoAsks(new Headers({ cookie: cookieOf(response) })))?.name).toBe(email);
  });

  it('says one thing of a wrong password and of an unknown person', async () => {
    const { email } = await person();
    const answers = await Promise.all(
      [
        { email, password: 'wrong' },
        { email: 'nobody@test.example', password: PASSWORD },
        { email: 'no address', password: PASSWORD },
      ].map(async (body) => {
        const response = await post('/sign-in/email', body);
        const { code, detail } = (await response.json()) as { code: string; detail: string };
        return { status: response.status, code, detail };
      }),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toEqual({
      status: 401,
      code: 'unauthenticated',
      detail: 'The e-mail address or the password is wrong.',
    });
  });

  it('refuses a disabled person, though only who knows the password learns that, and ends what was open', async () => {
    const { id, email } = await person();
    const cookie = await signIn(email);
    await query('UPDATE sagascope.person SET disabled_at = now() WHERE id = $1', [id]);
    expect(await whoAsks(new Headers({ cookie }))).toBeNull();
    const right = await post('/sign-in/email', { email, password: PASSWORD });
    expect([right.status, await right.json()]).toMatchObject([
      403,
      { detail: expect.stringMatching(/^This account is disabled\./) },
    ]);
    const wrong = await post('/sign-in/email', { email, password: 'wrong' });
    expect([wrong.status, await wrong.json()]).toMatchObject([
      401,
      { detail: 'The e-mail address or the password is wrong.' },
    ]);
  });

  it('lets a program that has a session sign in anew and out, and no page of another site', async () => {
    const { email } = await person();
    const cookie = await signIn(email);
    const asked = (path: string, body: object, headers: Record<string, string>) =>
      answerAuth(
        new Request(`${ORIGIN}/api/auth${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', host: '127.0.0.1:3000', cookie, ...headers },
          body: JSON.stringify(body),
        }),
      );
    expect((await asked('/sign-in/email', { email, password: PASSWORD }, {})).status).toBe(200);
    expect((await asked('/sign-out', {}, { origin: 'https://evil.example' })).status).toBe(403);
    expect(await whoAsks(new Headers({ cookie }))).toMatchObject({ name: email });
    expect((await asked('/sign-out', {}, {})).status).toBe(200);
    expect(await whoAsks(new Headers({ cookie }))).toBeNull();
  });

  it('serves nothing else of better-auth', async () => {
    for (const path of [
      '/sign-up/email',
      '/change-password',
      '/list-sessions',
      '/update-user',
      '/delete-user',
      '/ok',
    ]) {
      expect((await post(path, {})).status, path).toBe(404);
    }
  });
});

describe('the first administrator', () => {
  const ADMIN = { role: 'admin', tenants: null, sagaTypes: null } as const;
  const admin = { email: 'first@test.example', password: PASSWORD };

  it('is the person of the environment, once, and journaled', async () => {
    expect(await once((inside) => ensureAdministrator(inside, admin))).toEqual({ state: 'made', email: admin.email });
    const [entry] = await journal();
    expect(entry).toMatchObject({ type: 'FirstAdministratorMade', actor: 'console' });
    expect(entry?.body).not.toContain(PASSWORD);
    expect((await signedIn(await signIn(admin.email))).actor.grants).toMatchObject([{ holds: 'admin', tenants: null }]);
    const other = { email: 'second@test.example', password: 'another password' };
    expect(await once((inside) => ensureAdministrator(inside, other))).toEqual({ state: 'there' });
    // A changed password in the environment changes nobody's.
    await once((inside) => ensureAdministrator(inside, { ...admin, password: 'another password' }));
    await signIn(admin.email);
  });

  it('is made one by two consoles that start at once', async () => {
    const states = await Promise.all(
      [1, 2, 3].map(() => once(async (inside) => (await ensureAdministrator(inside, admin)).state)),
    );
    expect(states.toSorted()).toEqual(['made', 'there', 'there']);
  });

  it('keeps the password that somebody of that address has', async () => {
    const { id } = await person('viewer', admin.email);
    await once((inside) => ensureAdministrator(inside, { ...admin, password: 'from the environment' }));
    expect(await isPassword(query, id, PASSWORD)).toBe(true);
    expect((await signedIn(await signIn(admin.email))).actor.grants.map(({ holds }) => holds)).toEqual([
      'viewer',
      'admin',
    ]);
  });

  it('comes by the newest link that was printed, which works once', async () => {
    const link = async () => {
      const state = await once((inside) => ensureAdministrator(inside, undefined));
      if (state.state !== 'link') throw new Error(state.state);
      expect(state.expiresAt.getTime() - Date.now()).toBeGreaterThan(23.9 * 3_600_000);
      expect(state.expiresAt.getTime() - Date.now()).toBeLessThan(24.1 * 3_600_000);
      return tokenOf(state.path);
    };
    const older = await link();
    const token = await link();
    const input = { name: 'Ada', email: 'Ada@Test.example', password: PASSWORD };
    expect(await refusal(setUp(await nobody(), { ...input, token: older }))).toMatchObject({ code: 'not_found' });
    expect(await readLink(await nobody(), { token, purposes: ['set_up'] })).toMatchObject({ open: true });
    const clicks = await Promise.allSettled([1, 2, 3].map(async () => setUp(await nobody(), { ...input, token })));
    expect(clicks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await signIn('ada@test.example');
    expect(await journal()).toMatchObject([
      { type: 'FirstAdministratorMade', actor: 'ada@test.example', origin: '192.0.2.7' },
    ]);
    expect(await refusal(setUp(await nobody(), { ...input, token }))).toEqual({
      code: 'forbidden',
      detail: 'This link was used already. Sign in with the password that was chosen by it.',
    });
    expect(await once((inside) => ensureAdministrator(inside, undefined))).toEqual({ state: 'there' });
  });

  it('is asked for again where every administrator is disabled', async () => {
    const { id } = await person('admin');
    await query('UPDATE sagascope.person SET disabled_at = now() WHERE id = $1', [id]);
    expect((await once((inside) => ensureAdministrator(inside, undefined))).state).toBe('link');
  });

  it('is asked for again where whoever is left was only invited, or administers some tenants only', async () => {
    await insertPerson(query, { name: 'Ina', email: 'ina@test.example', grants: [ADMIN] });
    const limited = await person('viewer');
    await query(`UPDATE sagascope.person_grant SET role = 'admin', tenants = '{acme}' WHERE user_id = $1`, [
      limited.id,
    ]);
    expect((await once((inside) => ensureAdministrator(inside, undefined))).state).toBe('link');
    await person('admin');
    expect((await once((inside) => ensureAdministrator(inside, undefined))).state).toBe('there');
  });
});

describe('a one-time link', () => {
  async function invited(purpose: 'invitation' | 'reset' = 'invitation') {
    const email = `ina-${randomUUID()}@test.example`;
    const grants = [{ role: 'support', tenants: ['acme'], sagaTypes: null }] as const;
    const id = await insertPerson(query, { name: 'Ina', email, grants });
    const { path } = await makeLink(query, { purpose, userId: id, createdBy: 'admin@test' });
    return { id, email, path, token: tokenOf(path) };
  }

  it('lets a person choose a password, once, and is kept as a hash alone', async () => {
    const { email, path, token } = await invited();
    expect(path).toMatch(/^\/welcome\?token=[\w-]{43}$/);
    const kept = await query<{ token_hash: string }>('SELECT token_hash FROM sagascope.person_link');
    expect(JSON.stringify(kept)).not.toContain(token);
    expect(await readLink(await nobody(), { token, purposes: ['invitation', 'reset'] })).toEqual({
      open: true,
      purpose: 'invitation',
      name: 'Ina',
      email,
    });
    expect(await welcome(await nobody(), { token, password: PASSWORD })).toEqual({ email });
    expect(await journal()).toMatchObject([{ type: 'InvitationAccepted', actor: email, origin: '192.0.2.7' }]);
    await signIn(email);
    expect(await refusal(welcome(await nobody(), { token, password: 'stolen password' }))).toEqual({
      code: 'forbidden',
      detail: 'This link was used already. Sign in with the password that was chosen by it.',
    });
    await signIn(email);
  });

  it('resets a password, and ends every session', async () => {
    const { id, email } = await person();
    const cookie = await signIn(email);
    const { path } = await makeLink(query, { purpose: 'reset', userId: id, createdBy: 'admin@test' });
    await welcome(await nobody(), { token: tokenOf(path), password: 'a new password' });
    expect(await whoAsks(new Headers({ cookie }))).toBeNull();
    expect((await post('/sign-in/email', { email, password: PASSWORD })).status).toBe(401);
    await signIn(email, 'a new password');
    expect(await journal()).toMatchObject([{ type: 'PasswordReset', actor: email }]);
  });

  it('is refused with a reason when it has expired, was replaced, or its person is disabled', async () => {
    const { id, token } = await invited();
    await query(`UPDATE sagascope.person_link SET expires_at = now() - interval '1 s'`);
    const expired = await readLink(await nobody(), { token, purposes: ['invitation', 'reset'] });
    expect(expired).toEqual({
      open: false,
      why: 'This link has expired. Ask an administrator of this console for a new one.',
    });
    expect(await refusal(welcome(await nobody(), { token, password: PASSWORD }))).toMatchObject({ code: 'forbidden' });
    const { path } = await makeLink(query, { purpose: 'invitation', userId: id, createdBy: 'admin@test' });
    expect(await refusal(welcome(await nobody(), { token, password: PASSWORD }))).toMatchObject({ code: 'not_found' });
    await query('UPDATE sagascope.person SET disabled_at = now() WHERE id = $1', [id]);
    const disabled = await refusal(welcome(await nobody(), { token: tokenOf(path), password: PASSWORD }));
    expect(disabled.detail).toMatch(/^This account is disabled\./);
  });

  it('does for its own purpose alone', async () => {
    const { token } = await invited();
    expect(
      await refusal(setUp(await nobody(), { token, name: 'x', email: 'x@test.example', password: PASSWORD })),
    ).toMatchObject({ code: 'not_found' });
    const { path } = await makeLink(query, { purpose: 'set_up', userId: null, createdBy: 'console' });
    expect(await refusal(welcome(await nobody(), { token: tokenOf(path), password: PASSWORD }))).toMatchObject({
      code: 'not_found',
    });
  });
});

describe('one’s own account', () => {
  it('lists the sessions of oneself alone, the one that asks first', async () => {
    const { email } = await person();
    const other = await person();
    await signIn(other.email);
    await signIn(email, PASSWORD, '192.0.2.8');
    const ctx = await signedIn(await signIn(email, PASSWORD, '192.0.2.9'));
    const account = await getAccount(ctx);
    expect(account).toMatchObject({ email, hasPassword: true, signsInWith: null });
    expect(account.sessions).toMatchObject([
      { current: true, device: 'Firefox on Linux', address: '192.0.2.9' },
      { current: false, device: 'Firefox on Linux', address: '192.0.2.8' },
    ]);
    expect(account.sessions[0]?.lastSeenAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('goes on for twelve hours from its last use', async () => {
    const { email } = await person();
    const cookie = await signIn(email);
    const left = async () =>
      (
        await query<{ hours: number }>(
          'SELECT (extract(epoch FROM expires_at - now()) / 3600)::float8 AS hours FROM sagascope.person_session',
        )
      )[0]?.hours;
    await query(`UPDATE sagascope.person_session SET expires_at = now() + interval '2 hours'`);
    await signedIn(cookie);
    expect(await left()).toBeGreaterThan(11.9);
    await query(`UPDATE sagascope.person_session SET expires_at = now() - interval '1 second'`);
    expect(await whoAsks(new Headers({ cookie }))).toBeNull();
  });

  it('tells when a session was last used', async () => {
    const { email } = await person();
    const cookie = await signIn(email);
    await query(`UPDATE sagascope.person_session SET last_seen_at = now() - interval '2 h'`);
    const before = Date.now() - 60_000;
    const [session] = (await getAccount(await signedIn(cookie))).sessions;
    expect(Date.parse(session?.lastSeenAt ?? '')).toBeGreaterThan(before);
  });

  it('ends one session of one’s own, and none of somebody else', async () => {
    const { email } = await person();
    const there = await signIn(email);
    const ctx = await signedIn(await signIn(email));
    const [, other] = (await getAccount(ctx)).sessions;
    const stranger = await person();
    const strange = await signedIn(await signIn(stranger.email));
    expect(await refusal(endSession(strange, { id: other?.id ?? '' }))).toMatchObject({ code: 'not_found' });
    expect(await endSession(ctx, { id: other?.id ?? '' })).toEqual({ ended: 1 });
    expect(await whoAsks(new Headers({ cookie: there }))).toBeNull();
    expect(await refusal(endSession(ctx, { id: other?.id ?? '' }))).toMatchObject({ code: 'not_found' });
    expect(await journal()).toMatchObject([{ type: 'SessionEnded', actor: email }]);
  });

  it('signs out everywhere', async () => {
    const { email } = await person();
    const cookies = [await signIn(email), await signIn(email)];
    expect(await signOutEverywhere(await signedIn(cookies[0] ?? ''))).toEqual({ ended: 2 });
    for (const cookie of cookies) expect(await whoAsks(new Headers({ cookie }))).toBeNull();
    expect(await journal()).toMatchObject([{ type: 'SignedOutEverywhere', actor: email }]);
  });

  it('changes the password, keeps this session, and ends the others', async () => {
    const { email } = await person();
    const there = await signIn(email);
    const here = await signIn(email);
    const ctx = await signedIn(here);
    const wrong = await refusal(changePassword(ctx, { currentPassword: 'wrong', newPassword: 'a new password' }));
    expect(wrong).toEqual({ code: 'invalid', detail: 'The current password is wrong.' });
    expect(await changePassword(ctx, { currentPassword: PASSWORD, newPassword: 'a new password' })).toEqual({
      ended: 1,
    });
    expect(await whoAsks(new Headers({ cookie: there }))).toBeNull();
    expect(await whoAsks(new Headers({ cookie: here }))).toMatchObject({ name: email });
    await signIn(email, 'a new password');
    const [entry] = await journal();
    expect(entry).toMatchObject({ type: 'PasswordChanged', actor: email });
    expect(entry?.body).not.toContain('new password');
  });

  it('lets nobody guess the current password for long, and says how long to wait', async () => {
    const { email } = await person();
    const ctx = await signedIn(await signIn(email));
    const guess = () => refusal(changePassword(ctx, { currentPassword: 'wrong', newPassword: 'a new password' }));
    for (let n = 0; n < 10; n += 1) expect((await guess()).code).toBe('invalid');
    const { code, detail } = await guess();
    expect(code).toBe('rate_limited');
    expect(detail).toMatch(/^Too many tries\. Wait (?:[1-9]|[1-5]\d|60) s, then try again\.$/);
    // The right one is not let through either: the limit tells nothing.
    const right = await refusal(changePassword(ctx, { currentPassword: PASSWORD, newPassword: 'a new password' }));
    expect(right.code).toBe('rate_limited');
  });

  it('is for people: a token has none', async () => {
    const machine = { kind: 'token', id: randomUUID(), name: 'token x', origin: 'test' } as const;
    const ctx = createContext({ ...machine, grants: [{ holds: 'read', tenants: null, sagaTypes: null }] });
    expect(await refusal(getAccount(ctx))).toMatchObject({ code: 'forbidden' });
    expect(await refusal(signOutEverywhere(ctx))).toMatchObject({ code: 'forbidden' });
  });
});

describe('the people of the demo', () => {
  it('are there with their roles, and have the printed password at every start', async () => {
    await once((inside) => ensureDemoPeople(inside, PASSWORD));
    for (const { email, role } of DEMO_PEOPLE) {
      expect((await signedIn(await signIn(email))).actor.grants).toEqual([
        { holds: role, tenants: null, sagaTypes: null },
      ]);
    }
    const [admin] = await query<{ id: string }>(`SELECT id FROM sagascope.person WHERE email = 'admin@demo'`);
    await setPassword(query, admin?.id ?? '', 'changed by somebody');
    const kept = await signIn('operator@demo');
    await once((inside) => ensureDemoPeople(inside, PASSWORD));
    await signIn('admin@demo');
    // Who has the password already stays signed in.
    expect(await whoAsks(new Headers({ cookie: kept }))).toMatchObject({ name: 'operator@demo' });
  });

  it('keep the console on this machine', async () => {
    const near = { host: '127.0.0.1', url: undefined };
    await refuseDemoPeople(query, { ...near, host: '0.0.0.0' });
    await once((inside) => ensureDemoPeople(inside, PASSWORD));
    await refuseDemoPeople(query, near);
    await refuseDemoPeople(query, { ...near, url: 'http://localhost:3000' });
    for (const far of [
      { ...near, host: '0.0.0.0' },
      { ...near, host: '::' },
      { ...near, url: 'https://sagascope.example.com' },
    ]) {
      await expect(refuseDemoPeople(query, far)).rejects.toThrow(OperatorError);
      await expect(refuseDemoPeople(query, far)).rejects.toThrow(/DELETE FROM sagascope\.person WHERE is_demo;/);
    }
  });
});
