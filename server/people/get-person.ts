import type { PersonDetail, PersonInput } from '@/core/contract/people';
import { permit } from '@/server/auth/permit';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { iso } from '@/server/sagas/saga-wire';
import { administrator, knows, personWire } from './person-wire';
import { readPerson, readSessions } from './store';

/**
 * One person with their open sessions.
 * @throws Problem `not_found`, also for somebody of other tenants only
 */
export async function getPerson(ctx: Ctx, { personId }: PersonInput): Promise<PersonDetail> {
  permit(ctx, 'people.read');
  const person = await readPerson(ctx.db.primary, personId);
  if (person === null || !knows(administrator(ctx.actor, 'people.read'), person)) {
    throw new Problem('not_found', 'There is no such person.');
  }
  const sessions = await readSessions(ctx.db.primary, personId);
  return {
    ...personWire(ctx.actor, person),
    sessions: sessions.map(({ createdAt, expiresAt, address, userAgent }) => ({
      createdAt: iso(createdAt),
      expiresAt: iso(expiresAt),
      address,
      userAgent,
    })),
  };
}
