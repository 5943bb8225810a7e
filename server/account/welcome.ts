import type { z } from 'zod';
import type { Welcomed, WelcomeInput } from '@/core/contract/account';
import { personOf } from '@/server/auth/person-of';
import { handOf } from '@/server/auth/hand';
import { setPassword } from '@/server/auth/person-store';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { journalPerson } from './journal-entry';
import { takeLink } from './open-link';
import { useUp } from './person-links';

/**
 * Accepts an invitation, or resets a password: the link is the right, and is used up by it. Every session of the
 * person ends.
 * @throws Problem `not_found` or `forbidden` where the link is not, or no longer, good
 */
export async function welcome(ctx: Ctx, { token, password }: z.output<typeof WelcomeInput>): Promise<Welcomed> {
  return ctx.db.transaction(async (query) => {
    const { purpose, userId, email } = await takeLink(query, token, ['invitation', 'reset']);
    const person = userId === null ? null : await personOf(query, userId, ctx.actor.origin);
    if (person === null || email === null) throw new Problem('not_found', 'This person is no longer here.');
    await useUp(query, token);
    await setPassword(query, person.id, password);
    const type = purpose === 'invitation' ? 'InvitationAccepted' : 'PasswordReset';
    await journalPerson(query, handOf(person, 'account.write'), { type, by: email, personId: person.id, email });
    return { email };
  });
}
