import type { InviteInput, PersonWithLink } from '@/core/contract/people';
import { canGrant } from '@/core/people/can';
import { makeLink } from '@/server/account/person-links';
import { permit } from '@/server/auth/permit';
import { insertPerson } from '@/server/auth/person-store';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { changeAccess, changed, refuse } from './change-people';
import { grantsOf, tidyGrants } from './grants';
import { administrator, personWire } from './person-wire';

/**
 * Invites a person: they are there at once, and choose a password by a link that is answered here and nowhere else.
 * @throws Problem `duplicate` for an e-mail address that is taken; `forbidden` for a role beyond one's own reach
 */
export async function invitePerson(ctx: Ctx, input: InviteInput): Promise<PersonWithLink> {
  permit(ctx, 'people.write');
  const grants = tidyGrants(input.grants);
  const email = input.email.toLowerCase();
  return changeAccess(ctx, 'people.write', async ({ query, actor }) => {
    refuse(canGrant(administrator(actor, 'people.write'), null, grants));
    const taken = await query<object>('select 1 as taken from sagascope.person where email = $1', [email]);
    if (taken.length > 0) throw new Problem('duplicate', 'There is a person with this e-mail address already.');
    const id = await insertPerson(query, { name: input.name, email, grants });
    const link = await makeLink(query, { purpose: 'invitation', userId: id, createdBy: actor.name });
    return {
      answer: {
        person: personWire(actor, await changed(query, id)),
        link: { path: link.path, purpose: 'invitation', expiresAt: link.expiresAt.toISOString() },
      },
      events: [
        { type: 'PersonInvited', by: actor.name, personId: id, email, name: input.name, grants: grantsOf(grants) },
      ],
    };
  });
}
