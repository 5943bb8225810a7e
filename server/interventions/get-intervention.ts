import { z } from 'zod';
import type { InterventionWire } from '@/core/contract/interventions';
import { permit } from '@/server/auth/permit';
import { sees } from '@/server/auth/visible';
import { findIntervention } from '@/server/db/interventions';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { interventionWire } from './intervention-wire';

export const GetInput = z.object({ id: z.uuid() });
export type GetInput = z.infer<typeof GetInput>;

/** The words for an intervention that is not there, and for one that the actor may not see. */
export const noSuchIntervention = (id: string): Problem => new Problem('not_found', `There is no intervention ${id}.`);

/** One intervention as the journal's events make it. @throws Problem `not_found` */
export async function getIntervention(ctx: Ctx, { id }: GetInput): Promise<InterventionWire> {
  permit(ctx, 'interventions.read');
  const found = await findIntervention(ctx.db.primary, id);
  if (!found || !sees(ctx, 'interventions.read', found)) throw noSuchIntervention(id);
  return interventionWire(found);
}
