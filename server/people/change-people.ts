import type { AccessEvent } from '@/core/people/access-event';
import { accessEventText } from '@/core/people/access-event';
import { canChange, type PersonAction, type Refusal } from '@/core/people/can';
import type { Actor } from '@/server/auth/actor';
import { handOf } from '@/server/auth/hand';
import { permit, type Permission } from '@/server/auth/permit';
import { personOf } from '@/server/auth/person-of';
import { databaseNow } from '@/server/db/clock';
import { appendJournal } from '@/server/db/journal';
import { notifyLive } from '@/server/db/notify';
import type { Query } from '@/server/db/query';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { administrator, knows } from './person-wire';
import { lockPeople, readPerson, type StoredPerson } from './store';

/** What a change of people or tokens works with: one transaction, and who acts as they stand in it. */
export interface Change {
  query: Query;
  actor: Actor;
}

/**
 * Runs a change of people or tokens: one at a time, decided on what stands now, with its journal entries, in one
 * transaction. Who acts is read again inside it: two administrators may be taking each other's role away.
 */
export async function changeAccess<T>(
  ctx: Ctx,
  permission: Permission,
  work: (change: Change) => Promise<{ answer: T; events: readonly AccessEvent[] }>,
): Promise<T> {
  return ctx.db.transaction(async (query) => {
    await lockPeople(query);
    const actor = await personOf(query, ctx.actor.id, ctx.actor.origin);
    if (actor === null) throw new Problem('unauthenticated', 'You have been signed out. Sign in again.');
    permit({ actor }, permission);
    const { answer, events } = await work({ query, actor });
    await notifyLive(query, ['people', 'audit']);
    await journal(query, actor, permission, events);
    return answer;
  });
}

/**
 * {@link changeAccess} of one person.
 * @param seen the version that was looked at
 * @throws Problem `not_found`; `stale_view` where somebody changed them since; `forbidden` or `illegal_action` with why
 */
export function changePerson<T>(
  ctx: Ctx,
  { personId, version: seen }: { personId: string; version: number },
  action: PersonAction,
  work: (change: Change, person: StoredPerson) => Promise<{ answer: T; events: readonly AccessEvent[] }>,
): Promise<T> {
  return changeAccess(ctx, 'people.write', async (change) => {
    const by = administrator(change.actor, 'people.write');
    const person = await readPerson(change.query, personId);
    if (person === null || !knows(by, person)) throw new Problem('not_found', 'There is no such person.');
    if (person.version !== seen) {
      throw new Problem('stale_view', 'Somebody changed this person since you looked. Look again, then decide.');
    }
    refuse(canChange(action, by, { ...person, disabled: person.disabledAt !== null }));
    await change.query('update sagascope.person set version = version + 1, updated_at = now() where id = $1', [
      personId,
    ]);
    return work(change, person);
  });
}

/** A person as they stand after a change. */
export async function changed(query: Query, id: string): Promise<StoredPerson> {
  const person = await readPerson(query, id);
  if (person === null) throw new Error('the person that was changed is not there');
  return person;
}

/** Turns a refusal into its answer. */
export function refuse(allowed: true | Refusal): void {
  if (allowed !== true) throw new Problem(allowed.code, allowed.text);
}

async function journal(query: Query, actor: Actor, permission: Permission, events: readonly AccessEvent[]) {
  const at = await databaseNow(query);
  await appendJournal(
    query,
    events.map((event) => ({
      at,
      type: event.type,
      tenantId: '',
      sagaId: null,
      interventionId: null,
      ...handOf(actor, permission),
      body: accessEventText(event),
    })),
  );
}
