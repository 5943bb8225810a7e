import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessText, grantsWords } from '../narrative/access';
import { activityText } from '../narrative/activity';
import { type AccessEvent, accessEventOf, accessEventText } from './access-event';
import { type Administrator, canChange, canGrant, type Changed } from './can';
import { seenPart, within } from './reach';
import type { Reach, RoleGrant } from './roles';

const EVERYWHERE: Reach = { tenants: null, sagaTypes: null };
const inTenants = (...tenants: string[]): Reach => ({ tenants, sagaTypes: null });
const grant = (role: RoleGrant['role'], reach: Reach = EVERYWHERE): RoleGrant => ({ role, ...reach });
const by = (...reach: Reach[]): Administrator => ({ id: 'me', reach });
const somebody = (parts: Partial<Changed> = {}): Changed => ({
  id: 'somebody',
  grants: [grant('viewer')],
  disabled: false,
  lastAdmin: false,
  sessionCount: 1,
  ...parts,
});

describe('a reach within others', () => {
  const names = fc.option(fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }), { nil: null });
  const reaches = fc.record({ tenants: names, sagaTypes: names });

  it('is exactly where every place of it lies in one of them', () => {
    // 'z' stands for whatever nobody has named.
    const places = (reach: Reach) =>
      (reach.tenants ?? ['a', 'b', 'c', 'z']).flatMap((tenant) =>
        (reach.sagaTypes ?? ['a', 'b', 'c', 'z']).map((type) => `${tenant} ${type}`),
      );
    fc.assert(
      fc.property(fc.array(reaches, { maxLength: 4 }), reaches, (own, where) => {
        const mine = new Set(own.flatMap(places));
        const all = places(where).every((place) => mine.has(place));
        // Several lists that together name all known tenants are still not everywhere, and 'z' tells so.
        expect(within(own, where)).toBe(all);
      }),
    );
  });

  it('shows of a wider place only the names that are shared', () => {
    expect(seenPart([inTenants('a', 'b')], inTenants('b', 'c'))).toEqual(inTenants('b'));
    expect(seenPart([inTenants('a')], inTenants('c'))).toBeNull();
    expect(seenPart([inTenants('a')], EVERYWHERE)).toEqual(EVERYWHERE);
    expect(seenPart([], EVERYWHERE)).toBeNull();
  });
});

describe('what an administrator may do', () => {
  it('ends where the person reaches further', () => {
    for (const action of ['setRoles', 'disable', 'enable', 'reset', 'endSessions'] as const) {
      expect(canChange(action, by(inTenants('a')), somebody()), action).toMatchObject({ code: 'forbidden' });
    }
    const theirs = somebody({ grants: [grant('operator', inTenants('a'))] });
    expect(canChange('disable', by(inTenants('a', 'b')), theirs)).toBe(true);
    expect(canChange('disable', by(inTenants('a')), somebody({ grants: [] }))).toMatchObject({ code: 'forbidden' });
    expect(canChange('disable', by(EVERYWHERE), somebody({ grants: [] }))).toBe(true);
  });

  it('leaves themselves and the last administrator alone', () => {
    const me = somebody({ id: 'me', grants: [grant('admin')] });
    expect(canChange('disable', by(EVERYWHERE), me)).toMatchObject({ code: 'illegal_action' });
    expect(canChange('reset', by(EVERYWHERE), me)).toMatchObject({ who: 'you, in your account' });
    expect(canChange('endSessions', by(EVERYWHERE), me)).toBe(true);
    const last = somebody({ grants: [grant('admin')], lastAdmin: true });
    expect(canChange('disable', by(EVERYWHERE), last)).toMatchObject({ text: /last administrator/ });
    expect(canGrant(by(EVERYWHERE), last, [grant('viewer')])).toMatchObject({ code: 'illegal_action' });
    expect(canGrant(by(EVERYWHERE), last, [grant('viewer'), grant('admin')])).toBe(true);
    expect(canGrant(by(EVERYWHERE), last, [grant('admin', inTenants('a'))])).toMatchObject({ code: 'illegal_action' });
  });

  it('never gives more than they hold, nor takes their own role away', () => {
    expect(canGrant(by(inTenants('a')), null, [grant('viewer')])).toMatchObject({ code: 'forbidden' });
    expect(canGrant(by(inTenants('a')), null, [grant('admin', inTenants('a'))])).toBe(true);
    const me = somebody({ id: 'me', grants: [grant('admin')] });
    expect(canGrant(by(EVERYWHERE), me, [grant('operator')])).toMatchObject({ code: 'illegal_action' });
    expect(canGrant(by(EVERYWHERE), me, [grant('admin', inTenants('a'))])).toMatchObject({ code: 'illegal_action' });
    expect(canGrant(by(EVERYWHERE), me, [grant('operator'), grant('admin')])).toBe(true);
  });

  it('fits how the person stands', () => {
    expect(canChange('enable', by(EVERYWHERE), somebody())).toMatchObject({ code: 'illegal_action' });
    expect(canChange('enable', by(EVERYWHERE), somebody({ disabled: true }))).toBe(true);
    expect(canChange('disable', by(EVERYWHERE), somebody({ disabled: true }))).toMatchObject({ who: 'nobody' });
    expect(canChange('reset', by(EVERYWHERE), somebody({ disabled: true }))).toMatchObject({ text: /Enable/ });
    expect(canChange('endSessions', by(EVERYWHERE), somebody({ sessionCount: 0 }))).toMatchObject({ who: 'nobody' });
  });
});

describe('the words of the journal', () => {
  const person = { by: 'ann@example.com', personId: '1', email: 'bob@example.com' };
  const token = { by: 'ann@example.com', tokenId: '2', name: 'exporter', prefix: 'sgs_abcdef' };
  const before = [{ role: 'viewer' as const, tenants: null, sagaTypes: null }];
  const after = [{ role: 'operator' as const, tenants: ['acme', 'globex'], sagaTypes: ['orders'] }];
  const told: [AccessEvent, string][] = [
    [
      { type: 'PersonInvited', ...person, name: 'Bob', grants: after },
      'ann@example.com invited Bob (bob@example.com) as operator for orders in acme, globex.',
    ],
    [
      { type: 'RolesChanged', ...person, before, after },
      'ann@example.com changed the roles of bob@example.com from viewer everywhere to operator for orders in acme, globex.',
    ],
    [
      { type: 'PersonDisabled', ...person, sessionsEnded: 2 },
      'ann@example.com disabled bob@example.com. 2 sessions ended.',
    ],
    [{ type: 'PersonEnabled', ...person }, 'ann@example.com enabled bob@example.com again.'],
    [
      { type: 'PersonReset', ...person, purpose: 'reset', sessionsEnded: 1 },
      'ann@example.com reset the password of bob@example.com by a link. 1 session ended.',
    ],
    [
      { type: 'PersonReset', ...person, purpose: 'invitation', sessionsEnded: 0 },
      'ann@example.com made a new invitation link for bob@example.com.',
    ],
    [
      { type: 'SessionsEnded', ...person, sessionsEnded: 0 },
      'ann@example.com signed bob@example.com out everywhere. No session was open.',
    ],
    [
      { type: 'FirstAdministratorMade', ...person, way: 'environment' },
      'bob@example.com became the first administrator, as the environment says.',
    ],
    [
      { type: 'FirstAdministratorMade', ...person, way: 'link' },
      'bob@example.com became the first administrator by the link on the terminal.',
    ],
    [{ type: 'InvitationAccepted', ...person }, 'bob@example.com accepted the invitation and chose a password.'],
    [{ type: 'PasswordReset', ...person }, 'bob@example.com chose a new password by a link. Every session ended.'],
    [
      { type: 'PasswordChanged', ...person, sessionsEnded: 0 },
      'bob@example.com changed the password. No session was open.',
    ],
    [{ type: 'SessionEnded', ...person }, 'bob@example.com ended one of their sessions.'],
    [
      { type: 'SignedOutEverywhere', ...person, sessionsEnded: 2 },
      'bob@example.com signed out everywhere. 2 sessions ended.',
    ],
    [
      {
        type: 'TokenMade',
        ...token,
        scopes: ['read', 'metrics'],
        tenants: null,
        sagaTypes: null,
        expiresAt: '2027-01-31T10:00:00.000Z',
      },
      'ann@example.com made token exporter (sgs_abcdef…) for read, metrics everywhere, good until 2027-01-31.',
    ],
    [{ type: 'TokenRevoked', ...token }, 'ann@example.com revoked token exporter (sgs_abcdef…).'],
  ];

  it('say who did what to whom, and survive the way through the journal', () => {
    for (const [event, text] of told) {
      const entry = { type: event.type, at: 0, body: accessEventText(event) };
      expect(accessEventOf(entry)).toEqual(event);
      expect(accessText(event)).toBe(text);
      expect(activityText(entry)).toBe(text);
    }
    expect(grantsWords([])).toBe('no role');
  });

  it('are the bare type of what this version does not know', () => {
    expect(activityText({ type: 'PersonInvited', at: 0, body: '{"by": 1' })).toBe('PersonInvited.');
    expect(activityText({ type: 'PersonInvited', at: 0, body: '[]' })).toBe('PersonInvited.');
  });
});
