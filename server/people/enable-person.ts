import type { ChangePersonInput, PersonWire } from '@/core/contract/people';
import { permit } from '@/server/auth/permit';
import type { Ctx } from '@/server/http/context';
import { changed, changePerson } from './change-people';
import { personWire } from './person-wire';

/**
 * Lets a disabled person sign in again, with the password and the roles that they had.
 * @throws Problem `stale_view`; `illegal_action` where they are not disabled
 */
export async function enablePerson(ctx: Ctx, input: ChangePersonInput): Promise<PersonWire> {
  permit(ctx, 'people.write');
  return changePerson(ctx, input, 'enable', async ({ query, actor }, { id, email }) => {
    await query('update sagascope.person set disabled_at = null where id = $1', [id]);
    return {
      answer: personWire(actor, await changed(query, id)),
      events: [{ type: 'PersonEnabled', by: actor.name, personId: id, email }],
    };
  });
}
