import { z } from 'zod';
import { DecisionInput, type InterventionWire } from '@/core/contract/interventions';
import type { InterventionCommand } from '@/core/intervention/decide';
import { handOf } from '@/server/auth/hand';
import { type Deed, narrow } from '@/server/auth/narrow';
import { permit } from '@/server/auth/permit';
import type { ActingSaga } from '@/server/db/acting-saga';
import { databaseNow } from '@/server/db/clock';
import { changeIntervention, findIntervention } from '@/server/db/interventions';
import { markForRefold } from '@/server/db/refold';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { loadSaga } from '@/server/sagas/load-saga';
import { noSuchIntervention } from './get-intervention';
import { interventionWire } from './intervention-wire';

export const ChangeInput = DecisionInput.extend({ id: z.uuid() });
export type ChangeInput = z.infer<typeof ChangeInput>;

// The dispatcher changes it at the same time, a few times a second at most.
const TRIES = 20;

/** Whose the intervention is, as the rows of its saga say. What cannot be seen is not there. */
async function sagaOf(ctx: Ctx, id: string): Promise<ActingSaga> {
  const found = await findIntervention(ctx.db.primary, id);
  if (!found) throw noSuchIntervention(id);
  try {
    return await loadSaga(ctx, ctx.db.primary, found.sagaId, 'interventions.read');
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') throw noSuchIntervention(id);
    throw error;
  }
}

/** Asks a command of an intervention; a state that somebody else changes meanwhile is read and decided again. */
async function change(
  ctx: Ctx,
  id: string,
  deed: Deed,
  command: (now: number) => InterventionCommand,
): Promise<InterventionWire> {
  const { saga } = await sagaOf(ctx, id);
  const may = narrow(ctx, deed, saga);
  if (may !== true) throw new Problem('forbidden', `${may.text} ${may.who}`);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const answer = await ctx.db.transaction(async (query) => {
      const read = await findIntervention(query, id);
      if (!read) throw noSuchIntervention(id);
      const changed = await changeIntervention(
        query,
        read,
        command(await databaseNow(query)),
        handOf(ctx.actor, 'interventions.request', saga),
      );
      if (changed.outcome === 'refused') throw new Problem(changed.refused.code, changed.refused.text);
      if (changed.outcome === 'overtaken') return null;
      await markForRefold(query, saga);
      await ctx.jobs.advance(query, id);
      return interventionWire(changed.intervention);
    });
    if (answer) return answer;
  }
  throw new Problem('unavailable', 'The intervention changes too quickly right now. Try again in a moment.');
}

/**
 * Runs the calls that stopped again: same effects, same keys, three calls each.
 * @throws Problem `not_found`, `forbidden`, `illegal_action`
 */
export async function retryIntervention(ctx: Ctx, { id, reason }: ChangeInput): Promise<InterventionWire> {
  permit(ctx, 'interventions.request');
  return change(ctx, id, 'RETRY_INTERVENTION', (at) => ({ type: 'retry', at, by: ctx.actor.name, reason }));
}

/**
 * Gives an intervention up: what was not sent is not sent; a call in flight is awaited.
 * @throws Problem `not_found`, `forbidden`, `illegal_action`, `duplicate`
 */
export async function cancelIntervention(ctx: Ctx, { id, reason }: ChangeInput): Promise<InterventionWire> {
  permit(ctx, 'interventions.request');
  return change(ctx, id, 'CANCEL_INTERVENTION', (at) => ({ type: 'cancel', at, by: ctx.actor.name, reason }));
}
