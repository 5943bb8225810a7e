import type { Action, Allowed, SagaDetail, StepWire } from '@/core/contract/sagas';
import { can } from '@/core/intervention/can';
import type { InterventionFacts } from '@/core/intervention/facts';
import type { Saga } from '@/core/saga/saga';
import { ifOpen } from '@/server/interventions/open-actions';

function answer(action: Action, saga: Saga, facts: InterventionFacts, stepName?: string): Allowed {
  return ifOpen(action, can(action, saga, facts, stepName));
}

/** What may be done with the saga, or why not and who may. */
export function allowedActions(saga: Saga, facts: InterventionFacts): SagaDetail['allowed'] {
  const of = (action: Action): Allowed => answer(action, saga, facts);
  return {
    RETRY_STEP: of('RETRY_STEP'),
    COMPENSATE_STEP: of('COMPENSATE_STEP'),
    COMPENSATE_SAGA: of('COMPENSATE_SAGA'),
    SKIP_STEP: of('SKIP_STEP'),
    RESOLVE: of('RESOLVE'),
    LOCK: of('LOCK'),
    UNLOCK: of('UNLOCK'),
  };
}

/** The same for one step. */
export function allowedOnStep(saga: Saga, facts: InterventionFacts, stepName: string): StepWire['allowed'] {
  return {
    RETRY_STEP: answer('RETRY_STEP', saga, facts, stepName),
    COMPENSATE_STEP: answer('COMPENSATE_STEP', saga, facts, stepName),
    SKIP_STEP: answer('SKIP_STEP', saga, facts, stepName),
  };
}
