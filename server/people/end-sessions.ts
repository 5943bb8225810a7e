import type { ChangePersonInput, PersonWire } from '@/core/contract/people';
import { permit } from '@/server/auth/permit';
import { endSessions as end } from '@/server/auth/person-store';
import type { Ctx } from '@/server/http/context';
import { changed, changePerson } from './change-people';
import { personWire } from './person-wire';

/**
 * Signs a person out everywhere; they may sign in again.
 * @throws Problem `stale_view`; `illegal_action` where there is no session
 */
export async function endSessions(ctx: Ctx, input: ChangePersonInput): Promise<PersonWire> {
  permit(ctx, 'people.write');
  return changePerson(ctx, input, 'endSessions', async ({ query, actor }, { id, email }) => {
    const sessionsEnded = await end(query, id);
    return {
      answer: personWire(actor, await changed(query, id)),
      events: [{ type: 'SessionsEnded', by: actor.name, personId: id, email, sessionsEnded }],
    };
  });
}
