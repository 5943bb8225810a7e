import type { Action, Allowed, SagaDetail, StepWire } from '@/core/contract/sagas';
import { can } from '@/core/intervention/can';
import type { InterventionFacts } from '@/core/intervention/facts';
import type { Saga } from '@/core/saga/saga';

// No route takes an intervention yet: an answer of true would be a button that fails.
const NOT_YET: Allowed = {
  code: 'not_available',
  text: 'The rules allow this, but this version of the console shows sagas and does not act on them yet.',
  who: 'The service that owns the step.',
};

function answer(action: Action, saga: Saga, facts: InterventionFacts, stepName?: string): Allowed {
  const allowed = can(action, saga, facts, stepName);
  return allowed === true ? NOT_YET : allowed;
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
