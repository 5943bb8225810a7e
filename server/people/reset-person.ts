import type { ChangePersonInput, PersonWithLink } from '@/core/contract/people';
import { makeLink } from '@/server/account/person-links';
import { permit } from '@/server/auth/permit';
import { endSessions } from '@/server/auth/person-store';
import type { Ctx } from '@/server/http/context';
import { changed, changePerson } from './change-people';
import { personWire } from './person-wire';

/**
 * Makes a link by which a person chooses a new password, or a new invitation where they have not accepted yet. Their
 * sessions and their old password end at once; earlier links too.
 * @throws Problem `stale_view`; `illegal_action` for oneself and for a disabled person
 */
export async function resetPerson(ctx: Ctx, input: ChangePersonInput): Promise<PersonWithLink> {
  permit(ctx, 'people.write');
  return changePerson(ctx, input, 'reset', async ({ query, actor }, { id, email, hasAccount }) => {
    // The row stays: it says that they have accepted.
    await query(
      `update sagascope.person_account set password = null, updated_at = now()
       where user_id = $1 and provider_id = 'credential'`,
      [id],
    );
    const sessionsEnded = await endSessions(query, id);
    const purpose = hasAccount ? 'reset' : 'invitation';
    const link = await makeLink(query, { purpose, userId: id, createdBy: actor.name });
    return {
      answer: {
        person: personWire(actor, await changed(query, id)),
        link: { path: link.path, purpose, expiresAt: link.expiresAt.toISOString() },
      },
      events: [{ type: 'PersonReset', by: actor.name, personId: id, email, purpose, sessionsEnded }],
    };
  });
}
