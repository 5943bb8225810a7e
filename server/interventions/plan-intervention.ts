import { z } from 'zod';
import { DryRunInput, type PlanWire } from '@/core/contract/interventions';
import { planHash } from '@/core/intervention/basis';
import { can, isStepAction } from '@/core/intervention/can';
import { plan, type Plan } from '@/core/intervention/plan';
import { permit } from '@/server/auth/permit';
import { type ActingSaga, readActingSaga } from '@/server/db/acting-saga';
import { sha256 } from '@/server/db/journal';
import type { Query } from '@/server/db/query';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { SagaInput } from '@/server/sagas/saga-input';
import { planWire } from './intervention-wire';
import { ifOpen } from './open-actions';

export const PlanInput = DryRunInput.extend({ ...SagaInput.shape, dryRun: z.literal('1') });
export type PlanInput = z.infer<typeof PlanInput>;

/** The saga as it is in the log now. @throws Problem `not_found` */
export async function actingSaga(query: Query, sagaId: string, actor: string): Promise<ActingSaga> {
  const acting = await readActingSaga(query, sagaId, actor);
  if (acting) return acting;
  throw new Problem('not_found', `The log has no row of saga ${sagaId}. Check the id, or wait for its first row.`);
}

/** The plan of an action that is allowed now. @throws Problem `invalid`; `illegal_action`, saying why not and who can */
export function planNow(acting: ActingSaga, action: PlanInput['action'], stepName?: string): Plan {
  // Without a step `can` speaks of any, and a plan of none calls nobody.
  if (isStepAction(action) && stepName === undefined) throw new Problem('invalid', `${action} needs a stepName.`);
  const allowed = ifOpen(action, can(action, acting.saga, acting.facts, stepName));
  if (allowed !== true) throw new Problem('illegal_action', `${allowed.text} ${allowed.who}`);
  return plan(action, acting.saga, acting.rows, acting.facts, stepName);
}

/**
 * The dry run: what an action would call, in run order, and the hash that confirms it. Changes nothing.
 * @throws Problem `not_found`, `invalid`, `illegal_action`
 */
export async function planIntervention(ctx: Ctx, input: PlanInput): Promise<PlanWire> {
  permit(ctx, 'interventions.plan');
  const acting = await actingSaga(ctx.db.primary, input.sagaId, ctx.actor.name);
  const frozen = planNow(acting, input.action, input.stepName);
  return planWire(frozen, planHash(frozen, sha256));
}
