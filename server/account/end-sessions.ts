import type { z } from 'zod';
import type { EndSessionInput, SessionsEnded } from '@/core/contract/account';
import { handOf } from '@/server/auth/hand';
import { permit } from '@/server/auth/permit';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { journalPerson } from './journal-entry';

/**
 * Ends one of one's own sessions at once.
 * @throws Problem `not_found` for a session that has ended, or is somebody else's
 */
export async function endSession(ctx: Ctx, { id }: z.output<typeof EndSessionInput>): Promise<SessionsEnded> {
  permit(ctx, 'account.write');
  const { actor, db } = ctx;
  return db.transaction(async (query) => {
    const ended = await query('DELETE FROM sagascope.person_session WHERE user_id = $1 AND id = $2 RETURNING id', [
      actor.id,
      id,
    ]);
    if (ended.length === 0) throw new Problem('not_found', 'This session has ended already.');
    await journalPerson(query, handOf(actor, 'account.write'), { type: 'SessionEnded', ...ownWords(actor) });
    return { ended: ended.length };
  });
}

/** Ends every session of one's own, this one too. */
export async function signOutEverywhere(ctx: Ctx): Promise<SessionsEnded> {
  permit(ctx, 'account.write');
  const { actor, db } = ctx;
  return db.transaction(async (query) => {
    const ended = await query('DELETE FROM sagascope.person_session WHERE user_id = $1 RETURNING id', [actor.id]);
    const sessionsEnded = ended.length;
    const hand = handOf(actor, 'account.write');
    if (sessionsEnded > 0) {
      await journalPerson(query, hand, { type: 'SignedOutEverywhere', ...ownWords(actor), sessionsEnded });
    }
    return { ended: sessionsEnded };
  });
}

const ownWords = ({ id, name }: Ctx['actor']) => ({ by: name, personId: id, email: name });
