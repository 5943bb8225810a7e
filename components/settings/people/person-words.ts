import type { PersonWire } from '@/core/contract/people';
import { dateWords } from '@/components/ui/time-words';

/** How a person stands, in a word or two: disabled, invited, never signed in, active. */
export function standingWords(person: PersonWire, now: number): string {
  if (person.disabledAt !== null) return `Disabled since ${dateWords(Date.parse(person.disabledAt))}`;
  const { invitation } = person;
  if (invitation !== null) {
    if (invitation.expiresAt === null) return 'Invited, but has no link';
    const until = Date.parse(invitation.expiresAt);
    return until > now ? `Invited, link good until ${dateWords(until)}` : 'Invited, link expired';
  }
  return person.lastSeenAt === null ? 'Never signed in' : 'Active';
}

/** What a browser calls itself, short: `Firefox on Linux`; else its first words. */
export function browserWords(userAgent: string | null): string {
  if (userAgent === null || userAgent === '') return 'unknown browser';
  // Most call themselves Chrome and Safari as well: the rarest name is the true one.
  const browser = ['Firefox', 'Edg', 'OPR', 'Chrome', 'Safari'].find((one) => userAgent.includes(`${one}/`));
  const system = ['Windows', 'iPhone', 'iPad', 'Android', 'Mac OS X', 'Linux'].find((one) => userAgent.includes(one));
  if (browser === undefined) return userAgent.slice(0, 40);
  const name = { Edg: 'Edge', OPR: 'Opera' }[browser] ?? browser;
  return system === undefined ? name : `${name} on ${system === 'Mac OS X' ? 'macOS' : system}`;
}
