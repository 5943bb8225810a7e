import { z } from 'zod';
import { DecisionInput, type InterventionWire } from '@/core/contract/interventions';
import type { InterventionCommand } from '@/core/intervention/decide';
import { handOf } from '@/server/auth/hand';
import { permit } from '@/server/auth/permit';
import { databaseNow } from '@/server/db/clock';
import { changeIntervention, findIntervention } from '@/server/db/interventions';
import { markForRefold } from '@/server/db/refold';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { interventionWire } from './intervention-wire';

export const ChangeInput = DecisionInput.extend({ id: z.uuid() });
export type ChangeInput = z.infer<typeof ChangeInput>;

// The dispatcher changes it at the same time, a few times a second at most.
const TRIES = 20;

/** Asks a command of an intervention; a state that somebody else changes meanwhile is read and decided again. */
async function change(ctx: Ctx, id: string, command: (now: number) => InterventionCommand): Promise<InterventionWire> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const answer = await ctx.db.transaction(async (query) => {
      const read = await findIntervention(query, id);
      if (!read) throw new Problem('not_found', `There is no intervention ${id}.`);
      const changed = await changeIntervention(
        query,
        read,
        command(await databaseNow(query)),
        handOf(ctx.actor, 'interventions.request'),
      );
      if (changed.outcome === 'refused') throw new Problem(changed.refused.code, changed.refused.text);
      if (changed.outcome === 'overtaken') return null;
      await markForRefold(query, read.sagaId);
      await ctx.jobs.advance(query, id);
      return interventionWire(changed.intervention);
    });
    if (answer) return answer;
  }
  throw new Problem('unavailable', 'The intervention changes too quickly right now. Try again in a moment.');
}

/**
 * Runs the calls that stopped again: same effects, same keys, three calls each.
 * @throws Problem `not_found`, `illegal_action`
 */
export async function retryIntervention(ctx: Ctx, { id, reason }: ChangeInput): Promise<InterventionWire> {
  permit(ctx, 'interventions.request');
  return change(ctx, id, (at) => ({ type: 'retry', at, by: ctx.actor.name, reason }));
}

/**
 * Gives an intervention up: what was not sent is not sent; a call in flight is awaited.
 * @throws Problem `not_found`, `illegal_action`, `duplicate`
 */
export async function cancelIntervention(ctx: Ctx, { id, reason }: ChangeInput): Promise<InterventionWire> {
  permit(ctx, 'interventions.request');
  return change(ctx, id, (at) => ({ type: 'cancel', at, by: ctx.actor.name, reason }));
}
