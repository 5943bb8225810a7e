import type { PersonWire } from '@/core/contract/people';
import { type Administrator, canChange, masters } from '@/core/people/can';
import { seenPart } from '@/core/people/reach';
import type { Actor } from '@/server/auth/actor';
import { type Permission, reachOf } from '@/server/auth/permit';
import { iso } from '@/server/sagas/saga-wire';
import type { StoredPerson } from './store';

const isoOrNull = (time: number | null): string | null => (time === null ? null : iso(time));

/** An actor as the administrator that a permission makes them. */
export const administrator = (actor: Actor, permission: Permission): Administrator => ({
  id: actor.id,
  reach: reachOf(actor, permission),
});

/** Whether an administrator may know of a person: they share a place, or reach everywhere. */
export function knows(by: Administrator, person: StoredPerson): boolean {
  return masters(by, person.grants) || person.grants.some((grant) => seenPart(by.reach, grant) !== null);
}

/** A person on the wire, as an administrator may see and change them. */
export function personWire(actor: Actor, person: StoredPerson): PersonWire {
  const reader = administrator(actor, 'people.read');
  const writer = administrator(actor, 'people.write');
  const changed = { ...person, disabled: person.disabledAt !== null };
  return {
    id: person.id,
    name: person.name,
    email: person.email,
    grants: person.grants.flatMap((grant) => {
      const seen = seenPart(reader.reach, grant);
      return seen === null
        ? []
        : [{ role: seen.role, tenants: copied(seen.tenants), sagaTypes: copied(seen.sagaTypes) }];
    }),
    version: person.version,
    createdAt: iso(person.createdAt),
    lastSeenAt: isoOrNull(person.lastSeenAt),
    sessionCount: person.sessionCount,
    disabledAt: isoOrNull(person.disabledAt),
    isDemo: person.isDemo,
    invitation: person.hasAccount ? null : { expiresAt: isoOrNull(person.invitedUntil) },
    tokenCount: person.tokenCount,
    isYou: actor.kind === 'person' && actor.id === person.id,
    allowed: {
      setRoles: canChange('setRoles', writer, changed),
      disable: canChange('disable', writer, changed),
      enable: canChange('enable', writer, changed),
      reset: canChange('reset', writer, changed),
      endSessions: canChange('endSessions', writer, changed),
    },
  };
}

const copied = (names: readonly string[] | null): string[] | null => (names === null ? null : [...names]);
