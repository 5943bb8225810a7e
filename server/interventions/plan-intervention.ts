import { z } from 'zod';
import { DryRunInput, type PlanWire } from '@/core/contract/interventions';
import { planHash } from '@/core/intervention/basis';
import { isStepAction } from '@/core/intervention/can';
import { plan, type Plan } from '@/core/intervention/plan';
import { permit } from '@/server/auth/permit';
import { narrow } from '@/server/auth/narrow';
import type { ActingSaga } from '@/server/db/acting-saga';
import { sha256 } from '@/server/db/journal';
import type { Query } from '@/server/db/query';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { allowed } from '@/server/sagas/allowed';
import { loadSaga } from '@/server/sagas/load-saga';
import { SagaInput } from '@/server/sagas/saga-input';
import { planWire } from './intervention-wire';

export const PlanInput = DryRunInput.extend({ ...SagaInput.shape, dryRun: z.literal('1') });
export type PlanInput = z.infer<typeof PlanInput>;

/**
 * The saga as it is in the log now, for a user whose role reaches it.
 * @throws Problem `not_found`; `forbidden`, saying who may
 */
export async function actingSaga(
  ctx: Ctx,
  query: Query,
  sagaId: string,
  action: PlanInput['action'],
): Promise<ActingSaga> {
  const acting = await loadSaga(ctx, query, sagaId, 'sagas.read', { whole: true });
  const may = narrow(ctx, action, acting.saga);
  if (may !== true) throw new Problem('forbidden', `${may.text} ${may.who}`);
  return acting;
}

/** The plan of an action that is allowed now. @throws Problem `invalid`; `illegal_action`, saying why not and who can */
export function planNow(ctx: Ctx, acting: ActingSaga, action: PlanInput['action'], stepName?: string): Plan {
  // Without a step `can` speaks of any, and a plan of none calls nobody.
  if (isStepAction(action) && stepName === undefined) throw new Problem('invalid', `${action} needs a stepName.`);
  const may = allowed(ctx, action, acting.saga, acting.facts, stepName);
  if (may !== true) throw new Problem('illegal_action', `${may.text} ${may.who}`);
  return plan(action, acting.saga, acting.rows, acting.facts, stepName);
}

/**
 * The dry run: what an action would call, in run order, and the hash that confirms it. Changes nothing.
 * @throws Problem `not_found`, `forbidden`, `invalid`, `illegal_action`
 */
export async function planIntervention(ctx: Ctx, input: PlanInput): Promise<PlanWire> {
  permit(ctx, 'interventions.plan');
  const acting = await actingSaga(ctx, ctx.db.primary, input.sagaId, input.action);
  const frozen = planNow(ctx, acting, input.action, input.stepName);
  return planWire(frozen, planHash(frozen, sha256));
}
