import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { InviteInput, PeopleInput } from '@/core/contract/people';
import { AuditInput } from '@/core/contract/interventions';
import { MakeTokenInput, TokensInput } from '@/core/contract/tokens';
import type { RoleGrant } from '@/core/people/roles';
import { listAudit } from '@/server/audit/list-audit';
import { insertPerson, setPassword } from '@/server/auth/person-store';
import { ADMIN_EVERYWHERE, contextOf, machineWith, personWith } from '@/server/auth/test-actors';
import { machineOf } from '@/server/auth/token';
import { personOf } from '@/server/auth/person-of';
import { pgQuery } from '@/server/db/query';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { type Ctx, createContext } from '@/server/http/context';
import { listTokens } from '@/server/tokens/list-tokens';
import { makeToken } from '@/server/tokens/make-token';
import { revokeToken } from '@/server/tokens/revoke-token';
import { disablePerson } from './disable-person';
import { enablePerson } from './enable-person';
import { endSessions } from './end-sessions';
import { getPerson } from './get-person';
import { invitePerson } from './invite-person';
import { listPeople } from './list-people';
import { resetPerson } from './reset-person';
import { setRoles } from './set-roles';

let db: TestDatabase;
beforeAll(async () => {
  db = await servedDatabase();
});
afterAll(() => db.drop());

const grant = (
  role: RoleGrant['role'],
  tenants: string[] | null = null,
  sagaTypes: string[] | null = null,
): { role: RoleGrant['role']; tenants: string[] | null; sagaTypes: string[] | null } => ({ role, tenants, sagaTypes });

const unique = () => randomUUID().slice(0, 8);

/** A person with these roles, and the context of what they do. */
async function somebody(...grants: RoleGrant[]): Promise<{ id: string; email: string; ctx: Ctx }> {
  const query = pgQuery(db.pool);
  const email = `p-${unique()}@example.com`;
  const id = await insertPerson(query, { name: `P ${unique()}`, email, grants });
  const actor = await personOf(query, id, 'a test');
  if (actor === null) throw new Error('the person is not there');
  return { id, email, ctx: createContext(actor) };
}

/** An administrator everywhere who has a password. */
async function admin() {
  const made = await somebody(grant('admin'));
  await db.pool.query(
    `insert into sagascope.person_account (id, account_id, provider_id, user_id, password)
     values ($1, $1, 'credential', $1, 'a hash')`,
    [made.id],
  );
  return made;
}

async function openSession(id: string): Promise<string> {
  const token = unique();
  await db.pool.query(
    `insert into sagascope.person_session (id, token, user_id, expires_at, ip_address, user_agent)
     values ($1, $1, $2, now() + interval '1 hour', '10.1.2.3', 'a browser')`,
    [token, id],
  );
  return token;
}

const version = async (ctx: Ctx, personId: string) => (await getPerson(ctx, { personId })).version;
const seen = async (ctx: Ctx, personId: string) => ({ personId, version: await version(ctx, personId) });
const journalOf = async (ctx: Ctx) => {
  const { items } = await listAudit(ctx, AuditInput.parse({ limit: 200 }));
  return items;
};

describe('people', () => {
  it('are invited once, by a link of which only the hash is kept, with who and from where in the journal', async () => {
    const { ctx, email: by } = await admin();
    const email = `New-${unique()}@Example.com`;
    const input = InviteInput.parse({
      name: ' Nora ',
      email,
      grants: [grant('operator', ['b', 'a', 'a']), grant('operator', ['a', 'b']), grant('viewer')],
    });
    const { person, link } = await invitePerson(ctx, input);
    expect(person).toMatchObject({
      name: 'Nora',
      email: email.toLowerCase(),
      grants: [grant('operator', ['a', 'b']), grant('viewer')],
      version: 1,
      lastSeenAt: null,
      sessionCount: 0,
      disabledAt: null,
      isDemo: false,
      isYou: false,
      allowed: { setRoles: true, disable: true, reset: true, enable: { code: 'illegal_action' } },
    });
    expect(person.invitation?.expiresAt).toBe(link.expiresAt);
    const secret = new URL(link.path, 'http://x').searchParams.get('token') ?? '';
    expect(secret.length).toBeGreaterThan(40);
    const [entry] = await journalOf(ctx);
    expect(entry).toMatchObject({
      type: 'PersonInvited',
      actor: by,
      role: 'admin',
      origin: 'a test',
      tenantId: '',
      text: `${by} invited Nora (${email.toLowerCase()}) as operator in a, b; viewer everywhere.`,
    });
    const { rows } = await db.pool.query(`select j.body from sagascope.journal j where j.body like $1`, [
      `%${secret}%`,
    ]);
    expect(rows).toEqual([]);
    await expect(invitePerson(ctx, input)).rejects.toMatchObject({ code: 'duplicate' });
  });

  it('are two invitations at once of one address one person', async () => {
    const { ctx } = await admin();
    const input = InviteInput.parse({ name: 'Twin', email: `twin-${unique()}@example.com`, grants: [grant('viewer')] });
    const tried = await Promise.allSettled(Array.from({ length: 5 }, () => invitePerson(ctx, input)));
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('are disabled with their sessions and links, and let in again', async () => {
    const { ctx, email: by } = await admin();
    const { person } = await invitePerson(
      ctx,
      InviteInput.parse({ name: 'Gone', email: `gone-${unique()}@example.com`, grants: [grant('viewer')] }),
    );
    await openSession(person.id);
    await openSession(person.id);
    const detail = await getPerson(ctx, { personId: person.id });
    expect(detail.sessions).toHaveLength(2);
    expect(detail.sessions[0]).toMatchObject({ address: '10.1.2.3', userAgent: 'a browser' });
    const disabled = await disablePerson(ctx, { personId: person.id, version: 1, revokeTokens: false });
    expect(disabled).toMatchObject({ sessionCount: 0, version: 2, invitation: { expiresAt: null } });
    expect(disabled.disabledAt).not.toBeNull();
    expect(await personOf(pgQuery(db.pool), person.id, 'x')).toBeNull();
    expect((await journalOf(ctx))[0]?.text).toBe(`${by} disabled ${person.email}. 2 sessions ended.`);
    await expect(resetPerson(ctx, { personId: person.id, version: 2 })).rejects.toMatchObject({
      code: 'illegal_action',
    });
    expect(await enablePerson(ctx, { personId: person.id, version: 2 })).toMatchObject({ disabledAt: null });
    expect(await personOf(pgQuery(db.pool), person.id, 'x')).not.toBeNull();
  });

  it('lose password and sessions with a reset; who has not accepted is invited anew', async () => {
    const { ctx } = await admin();
    const one = await somebody(grant('viewer'));
    expect((await resetPerson(ctx, await seen(ctx, one.id))).link.purpose).toBe('invitation');
    await setPassword(pgQuery(db.pool), one.id, 'a long password');
    await openSession(one.id);
    const { person, link } = await resetPerson(ctx, await seen(ctx, one.id));
    expect(link).toMatchObject({ purpose: 'reset', path: expect.stringMatching(/^\/welcome\?token=/) });
    expect(person).toMatchObject({ sessionCount: 0, invitation: null });
    const { rows } = await db.pool.query(`select password from sagascope.person_account where user_id = $1`, [one.id]);
    expect(rows).toEqual([{ password: null }]);
    expect((await journalOf(ctx))[0]?.text).toContain('reset the password of');
  });

  it('are signed out everywhere', async () => {
    const { ctx } = await admin();
    const one = await somebody(grant('viewer'));
    await expect(endSessions(ctx, await seen(ctx, one.id))).rejects.toMatchObject({ code: 'illegal_action' });
    await openSession(one.id);
    expect(await endSessions(ctx, await seen(ctx, one.id))).toMatchObject({ sessionCount: 0 });
    expect((await journalOf(ctx))[0]).toMatchObject({ type: 'SessionsEnded' });
  });

  it('get roles in place of those before, told in the journal, and a stale page is refused', async () => {
    const { ctx } = await admin();
    const one = await somebody(grant('viewer'));
    const input = { ...(await seen(ctx, one.id)), grants: [grant('operator', ['acme'], ['orders'])] };
    expect(await setRoles(ctx, input)).toMatchObject({ grants: input.grants, version: 2 });
    expect((await journalOf(ctx))[0]?.text).toContain('from viewer everywhere to operator for orders in acme.');
    await expect(setRoles(ctx, input)).rejects.toMatchObject({ code: 'stale_view' });
    await expect(disablePerson(ctx, { ...input, revokeTokens: false })).rejects.toMatchObject({ code: 'stale_view' });
    await expect(endSessions(ctx, { personId: 'nobody', version: 1 })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are listed by name, page by page and by part of a name', async () => {
    const { ctx } = await admin();
    const mark = unique();
    const query = pgQuery(db.pool);
    for (const n of [3, 1, 2, 5, 4]) {
      await insertPerson(query, { name: `${mark} ${n}`, email: `${mark}${n}@example.com`, grants: [grant('viewer')] });
    }
    const page = (cursor?: string) => listPeople(ctx, PeopleInput.parse({ q: mark.toUpperCase(), limit: 2, cursor }));
    const first = await page();
    const second = await page(first.next ?? '');
    const third = await page(second.next ?? '');
    expect([first, second, third].flatMap(({ items }) => items.map(({ name }) => name))).toEqual(
      [1, 2, 3, 4, 5].map((n) => `${mark} ${n}`),
    );
    expect(third.next).toBeNull();
    expect((await page(third.previous ?? '')).items).toEqual(second.items);
    expect((await listPeople(ctx, PeopleInput.parse({ q: '%_%' }))).items).toEqual([]);
    await expect(listPeople(ctx, PeopleInput.parse({ cursor: 'x' }))).rejects.toMatchObject({ code: 'invalid' });
  });

  it('are the business of administrators alone', async () => {
    const everyone = [
      personWith('viewer'),
      personWith('approver'),
      machineWith(['read', 'ingest', 'intervene', 'metrics']),
    ];
    for (const ctx of everyone.map((actor) => contextOf(actor))) {
      const tried = [
        listPeople(ctx, PeopleInput.parse({})),
        getPerson(ctx, { personId: 'x' }),
        invitePerson(ctx, InviteInput.parse({ name: 'a', email: 'a@b.example', grants: [grant('viewer')] })),
        setRoles(ctx, { personId: 'x', version: 1, grants: [grant('viewer')] }),
        disablePerson(ctx, { personId: 'x', version: 1, revokeTokens: false }),
        enablePerson(ctx, { personId: 'x', version: 1 }),
        resetPerson(ctx, { personId: 'x', version: 1 }),
        endSessions(ctx, { personId: 'x', version: 1 }),
        listTokens(ctx, TokensInput.parse({})),
        makeToken(ctx, MakeTokenInput.parse({ name: 'a', scopes: ['read'], tenants: null, sagaTypes: null })),
        revokeToken(ctx, { tokenId: randomUUID() }),
      ];
      for (const one of tried) await expect(one).rejects.toMatchObject({ code: 'forbidden' });
    }
    // An actor who is not there any more changes nothing.
    await expect(
      invitePerson(
        contextOf(ADMIN_EVERYWHERE),
        InviteInput.parse({ name: 'a', email: 'a@b.example', grants: [grant('viewer')] }),
      ),
    ).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

describe('an administrator of one tenant', () => {
  it('sees who acts there, gives nothing beyond it, and touches nobody who reaches further', async () => {
    const mark = unique();
    const { ctx } = await somebody(grant('admin', [mark]));
    const here = await somebody(grant('viewer', [mark, 'other']));
    const there = await somebody(grant('viewer', ['other']));
    const all = await somebody(grant('viewer'));
    const mine = await somebody(grant('viewer', [mark], ['orders']));
    const listed = (await listPeople(ctx, PeopleInput.parse({ limit: 200 }))).items;
    const of = (id: string) => listed.find((one) => one.id === id);
    expect(of(here.id)).toMatchObject({
      grants: [grant('viewer', [mark])],
      allowed: { disable: { code: 'forbidden' } },
    });
    expect(of(there.id)).toBeUndefined();
    expect(of(all.id)).toMatchObject({ allowed: { reset: { code: 'forbidden' } } });
    expect(of(mine.id)).toMatchObject({ allowed: { disable: true, reset: true } });
    await expect(getPerson(ctx, { personId: there.id })).rejects.toMatchObject({ code: 'not_found' });
    await expect(resetPerson(ctx, { personId: there.id, version: 1 })).rejects.toMatchObject({ code: 'not_found' });
    await expect(resetPerson(ctx, { personId: all.id, version: 1 })).rejects.toMatchObject({ code: 'forbidden' });
    for (const grants of [[grant('viewer')], [grant('viewer', ['other'])], [grant('viewer', [mark, 'other'])]]) {
      await expect(setRoles(ctx, { personId: mine.id, version: 1, grants })).rejects.toMatchObject({
        code: 'forbidden',
      });
      const email = `${unique()}@example.com`;
      await expect(invitePerson(ctx, { name: 'x', email, grants })).rejects.toMatchObject({ code: 'forbidden' });
    }
    const roles = await setRoles(ctx, { personId: mine.id, version: 1, grants: [grant('admin', [mark])] });
    expect(roles.grants).toEqual([grant('admin', [mark])]);
    const made = (tenants: string[] | null) =>
      makeToken(ctx, MakeTokenInput.parse({ name: 'x', scopes: ['read'], tenants, sagaTypes: null }));
    await expect(made(null)).rejects.toMatchObject({ code: 'forbidden' });
    expect((await made([mark])).token).toMatchObject({ tenants: [mark], allowed: { revoke: true } });
  });
});

describe('the last administrator', () => {
  it('stays, whoever takes whose role away at the same moment', async () => {
    // Everybody who could be a second one is out of the way.
    await db.pool.query('update sagascope.person set disabled_at = now()');
    const admins = await Promise.all(Array.from({ length: 6 }, () => admin()));
    const standing = async () =>
      (
        await db.pool.query(`select p.id from sagascope.person p join sagascope.person_grant g on g.user_id = p.id
          where p.disabled_at is null and g.role = 'admin' and g.tenants is null and g.saga_types is null`)
      ).rows;
    // Each takes the role away from, or disables, the next, and all at once.
    const tried = await Promise.allSettled(
      admins.flatMap(({ ctx }, n) => {
        const personId = admins[(n + 1) % admins.length]?.id ?? '';
        return n % 2 === 0
          ? [setRoles(ctx, { personId, version: 1, grants: [grant('viewer')] })]
          : [disablePerson(ctx, { personId, version: 1, revokeTokens: false })];
      }),
    );
    expect((await standing()).length).toBeGreaterThanOrEqual(1);
    expect(tried.some(({ status }) => status === 'rejected')).toBe(true);
    for (const one of tried) {
      if (one.status === 'rejected') {
        expect(one.reason).toMatchObject({
          code: expect.stringMatching(/^(forbidden|unauthenticated|illegal_action)$/),
        });
      }
    }
  });

  it('neither disables nor demotes themselves', async () => {
    await db.pool.query('update sagascope.person set disabled_at = now()');
    const { id, ctx } = await admin();
    await expect(disablePerson(ctx, { personId: id, version: 1, revokeTokens: false })).rejects.toMatchObject({
      code: 'illegal_action',
    });
    await expect(
      setRoles(ctx, { personId: id, version: 1, grants: [grant('operator'), grant('admin', ['acme'])] }),
    ).rejects.toMatchObject({ code: 'illegal_action' });
    expect(
      await setRoles(ctx, { personId: id, version: 1, grants: [grant('operator'), grant('admin')] }),
    ).toMatchObject({
      isYou: true,
      grants: [grant('operator'), grant('admin')],
    });
    // Another one makes it possible.
    const second = await admin();
    await expect(disablePerson(ctx, { personId: second.id, version: 1, revokeTokens: false })).resolves.toBeDefined();
  });

  it('is the last of those who can sign in: nobody who was only invited, or was reset, counts', async () => {
    await db.pool.query('update sagascope.person set disabled_at = now()');
    const { id, ctx } = await admin();
    const second = await admin();
    await somebody(grant('admin'));
    const { ctx: elsewhere } = await admin();
    await db.pool.query('update sagascope.person set disabled_at = now() where id = $1', [elsewhere.actor.id]);
    // Whoever was reset cannot sign in until they have chosen a password.
    await resetPerson(ctx, { personId: second.id, version: 1 });
    const { allowed } = await getPerson(second.ctx, { personId: id });
    expect(allowed.disable).toMatchObject({
      code: 'illegal_action',
      text: expect.stringContaining('last administrator'),
    });
    const one = { personId: id, version: await version(ctx, id) };
    await expect(disablePerson(second.ctx, { ...one, revokeTokens: false })).rejects.toMatchObject({
      code: 'illegal_action',
    });
    await expect(setRoles(second.ctx, { ...one, grants: [grant('viewer')] })).rejects.toMatchObject({
      code: 'illegal_action',
    });
    // Somebody who comes by single sign-on counts where there is one.
    await db.pool.query(`update sagascope.person_account set provider_id = 'oidc' where user_id = $1`, [second.id]);
    const may = async () => (await getPerson(second.ctx, { personId: id })).allowed.disable;
    expect(await may()).toMatchObject({ code: 'illegal_action' });
    vi.stubEnv('OIDC_ISSUER', 'https://id.example');
    vi.stubEnv('OIDC_CLIENT_ID', 'console');
    vi.stubEnv('OIDC_CLIENT_SECRET', 'secret');
    expect(await may()).toBe(true);
    vi.unstubAllEnvs();
  });
});

describe('tokens', () => {
  const input = (parts: object = {}) =>
    MakeTokenInput.parse({ name: 'exporter', scopes: ['metrics', 'read'], tenants: null, sagaTypes: null, ...parts });

  it('work from the moment they are shown until they are revoked, and never again', async () => {
    const { ctx, email: by } = await admin();
    const { token, secret } = await makeToken(ctx, input({ tenants: ['b', 'a', 'b'] }));
    expect(token).toMatchObject({
      scopes: ['read', 'metrics'],
      tenants: ['a', 'b'],
      createdBy: by,
      lastUsedAt: null,
      state: 'active',
    });
    expect(secret.startsWith(token.prefix)).toBe(true);
    const days = (Date.parse(token.expiresAt ?? '') - Date.parse(token.createdAt)) / 86_400_000;
    expect(Math.round(days)).toBe(90);
    const query = pgQuery(db.pool);
    expect(await machineOf(query, secret, 'x')).toMatchObject({ id: token.id, name: 'token exporter' });
    const [listed] = (await listTokens(ctx, TokensInput.parse({}))).items;
    expect(listed).toMatchObject({ id: token.id });
    expect(listed?.lastUsedAt).not.toBeNull();
    expect(await revokeToken(ctx, { tokenId: token.id })).toMatchObject({ state: 'revoked' });
    expect(await machineOf(query, secret, 'x')).toBeNull();
    await expect(revokeToken(ctx, { tokenId: token.id })).rejects.toMatchObject({ code: 'illegal_action' });
    const [revoked, made] = await journalOf(ctx);
    expect(revoked).toMatchObject({ type: 'TokenRevoked', actor: by });
    expect(made).toMatchObject({ type: 'TokenMade' });
    expect(made?.text).toContain('for read, metrics in a, b, good until');
    const { rows } = await db.pool.query('select body from sagascope.journal where body like $1', [`%${secret}%`]);
    expect(rows).toEqual([]);
  });

  it('end by themselves, and none is made without an end', async () => {
    const { ctx } = await admin();
    for (const expiresInDays of [0, 366, 1.5, null]) {
      expect(MakeTokenInput.safeParse({ ...input(), expiresInDays }).success).toBe(false);
    }
    const { token, secret } = await makeToken(ctx, input({ expiresInDays: 1 }));
    await db.pool.query(`update sagascope.api_token set expires_at = now() - interval '1 s' where id = $1`, [token.id]);
    expect(await machineOf(pgQuery(db.pool), secret, 'x')).toBeNull();
    const ended = (await listTokens(ctx, TokensInput.parse({ state: 'ended' }))).items;
    expect(ended.find(({ id }) => id === token.id)).toMatchObject({ state: 'expired' });
    await expect(revokeToken(ctx, { tokenId: token.id })).rejects.toMatchObject({ code: 'illegal_action' });
    await expect(revokeToken(ctx, { tokenId: randomUUID() })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are listed newest first, page by page', async () => {
    const { ctx } = await admin();
    const made: string[] = [];
    for (const n of [1, 2, 3, 4, 5]) made.push((await makeToken(ctx, input({ name: `page ${n}` }))).token.id);
    const page = (cursor?: string) => listTokens(ctx, TokensInput.parse({ limit: 2, cursor }));
    const first = await page();
    const second = await page(first.next ?? '');
    const ids = [first, second].flatMap(({ items }) => items.map(({ id }) => id));
    expect(ids).toEqual(made.toReversed().slice(0, 4));
    expect((await page(second.previous ?? '')).items).toEqual(first.items);
    await expect(
      listTokens(ctx, TokensInput.parse({ state: 'ended', cursor: first.next ?? '' })),
    ).rejects.toMatchObject({ code: 'invalid' });
  });

  it('outlive who made them, unless these are to be revoked with their maker', async () => {
    const { ctx } = await admin();
    const [keeps, loses] = [await admin(), await admin()];
    const [kept, lost] = [await makeToken(keeps.ctx, input()), await makeToken(loses.ctx, input())];
    expect((await getPerson(ctx, { personId: keeps.id })).tokenCount).toBe(1);
    await disablePerson(ctx, { personId: keeps.id, version: 1, revokeTokens: false });
    const after = await disablePerson(ctx, { personId: loses.id, version: 1, revokeTokens: true });
    expect(after.tokenCount).toBe(0);
    expect(await machineOf(pgQuery(db.pool), kept.secret, 'x')).not.toBeNull();
    expect(await machineOf(pgQuery(db.pool), lost.secret, 'x')).toBeNull();
    const listed = (await listTokens(ctx, TokensInput.parse({}))).items.find(({ id }) => id === kept.token.id);
    expect(listed).toMatchObject({ createdBy: keeps.email, creatorDisabled: true });
    const types = (await journalOf(ctx)).slice(0, 2).map(({ type }) => type);
    expect(types).toEqual(['TokenRevoked', 'PersonDisabled']);
  });
});
