import { expect, it } from 'vitest';
import type { PersonWire } from '@/core/contract/people';
import { browserWords, standingWords } from './person-words';

const NOW = Date.parse('2026-06-10T12:00:00.000Z');
const person: PersonWire = {
  id: '1',
  name: 'Ann',
  email: 'ann@example.com',
  grants: [],
  version: 1,
  createdAt: '2026-06-01T12:00:00.000Z',
  lastSeenAt: null,
  sessionCount: 0,
  disabledAt: null,
  isDemo: false,
  invitation: null,
  tokenCount: 0,
  isYou: false,
  allowed: { setRoles: true, disable: true, enable: true, reset: true, endSessions: true },
};

it('says how a person stands', () => {
  const at = '2026-06-12T12:00:00.000Z';
  expect(standingWords(person, NOW)).toBe('Never signed in');
  expect(standingWords({ ...person, lastSeenAt: person.createdAt }, NOW)).toBe('Active');
  expect(standingWords({ ...person, invitation: { expiresAt: at } }, NOW)).toBe('Invited, link good until 12 Jun 2026');
  expect(standingWords({ ...person, invitation: { expiresAt: person.createdAt } }, NOW)).toBe('Invited, link expired');
  expect(standingWords({ ...person, invitation: { expiresAt: null } }, NOW)).toBe('Invited, but has no link');
  expect(standingWords({ ...person, disabledAt: person.createdAt, invitation: { expiresAt: at } }, NOW)).toBe(
    'Disabled since 1 Jun 2026',
  );
});

it('names a browser', () => {
  expect(browserWords('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')).toBe(
    'Firefox on Linux',
  );
  expect(
    browserWords('Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0'),
  ).toBe('Edge on Windows');
  expect(browserWords('curl/8.5.0')).toBe('curl/8.5.0');
  expect(browserWords(null)).toBe('unknown browser');
});
