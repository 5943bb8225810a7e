import type { DisablePersonInput, PersonWire } from '@/core/contract/people';
import { dropLinks } from '@/server/account/person-links';
import { permit } from '@/server/auth/permit';
import { endSessions } from '@/server/auth/person-store';
import type { Ctx } from '@/server/http/context';
import { revokeTokensOf } from '@/server/tokens/store';
import { changed, changePerson } from './change-people';
import { personWire } from './person-wire';

/**
 * Disables a person: their sessions and open links end at once, and nobody signs in as them. Tokens that they made are
 * of machines and go on working, unless these are to be revoked as well.
 * @throws Problem `stale_view`; `illegal_action` for oneself and for the last administrator
 */
export async function disablePerson(ctx: Ctx, input: DisablePersonInput): Promise<PersonWire> {
  permit(ctx, 'people.write');
  if (input.revokeTokens) permit(ctx, 'tokens.write');
  return changePerson(ctx, input, 'disable', async ({ query, actor }, { id, email }) => {
    await query('update sagascope.person set disabled_at = now() where id = $1', [id]);
    const sessionsEnded = await endSessions(query, id);
    await dropLinks(query, id);
    const revoked = input.revokeTokens ? await revokeTokensOf(query, actor, id) : [];
    const by = actor.name;
    return {
      answer: personWire(actor, await changed(query, id)),
      events: [
        { type: 'PersonDisabled', by, personId: id, email, sessionsEnded },
        ...revoked.map((token) => ({ type: 'TokenRevoked' as const, by, ...token })),
      ],
    };
  });
}
