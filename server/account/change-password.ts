import type { z } from 'zod';
import type { ChangePasswordInput, SessionsEnded } from '@/core/contract/account';
import { handOf } from '@/server/auth/hand';
import { permit } from '@/server/auth/permit';
import { isPassword, setPassword } from '@/server/auth/person-store';
import { refuseTooMany } from '@/server/auth/tries';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { journalPerson } from './journal-entry';

/**
 * Changes one's own password; every other session of one's own ends.
 * @throws Problem `invalid` where the current one is wrong, `rate_limited` after ten tries in a minute
 */
export async function changePassword(
  ctx: Ctx,
  { currentPassword, newPassword }: z.output<typeof ChangePasswordInput>,
): Promise<SessionsEnded> {
  permit(ctx, 'account.write');
  const { actor, db } = ctx;
  await refuseTooMany(db.primary, `change-password ${actor.id}`, { tries: 10, seconds: 60 });
  if (!(await isPassword(db.primary, actor.id, currentPassword))) {
    const message = 'The current password is wrong.';
    throw new Problem('invalid', message, { issues: [{ path: 'currentPassword', message }] });
  }
  return db.transaction(async (query) => {
    const others = await query(
      'SELECT 1 AS there FROM sagascope.person_session WHERE user_id = $1 AND id IS DISTINCT FROM $2',
      [actor.id, actor.sessionId ?? null],
    );
    await setPassword(query, actor.id, newPassword, actor.sessionId);
    await journalPerson(query, handOf(actor, 'account.write'), {
      type: 'PasswordChanged',
      by: actor.name,
      personId: actor.id,
      email: actor.name,
      sessionsEnded: others.length,
    });
    return { ended: others.length };
  });
}
