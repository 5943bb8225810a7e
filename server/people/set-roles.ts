import type { PersonWire, SetRolesInput } from '@/core/contract/people';
import { canGrant } from '@/core/people/can';
import { permit } from '@/server/auth/permit';
import { setGrants } from '@/server/auth/person-store';
import type { Ctx } from '@/server/http/context';
import { changed, changePerson, refuse } from './change-people';
import { grantsOf, tidyGrants } from './grants';
import { administrator, personWire } from './person-wire';

/**
 * Gives a person these roles in place of those before; their next request is judged by them.
 * @throws Problem `stale_view`; `forbidden` beyond one's own reach; `illegal_action` for the last administrator
 */
export async function setRoles(ctx: Ctx, input: SetRolesInput): Promise<PersonWire> {
  permit(ctx, 'people.write');
  const grants = tidyGrants(input.grants);
  return changePerson(ctx, input, 'setRoles', async ({ query, actor }, person) => {
    const { id, email } = person;
    refuse(canGrant(administrator(actor, 'people.write'), { ...person, disabled: person.disabledAt !== null }, grants));
    await setGrants(query, id, grants);
    const [before, after] = [grantsOf(person.grants), grantsOf(grants)];
    return {
      answer: personWire(actor, await changed(query, id)),
      events: [{ type: 'RolesChanged', by: actor.name, personId: id, email, before, after }],
    };
  });
}
