import type { Action, Allowed, SagaDetail, StepWire } from '@/core/contract/sagas';
import { can } from '@/core/intervention/can';
import type { InterventionFacts } from '@/core/intervention/facts';
import type { Saga } from '@/core/saga/saga';
import { narrow } from '@/server/auth/narrow';
import type { Looker } from '@/server/auth/visible';
import { ifOpen } from '@/server/interventions/open-actions';

/**
 * Whether the user may take the action on the saga now, or why not and who may: first what their role allows, and where
 * it is held, then what the saga allows. The one answer for page, plan and request.
 */
export function allowed(
  user: Looker,
  action: Action,
  saga: Saga,
  facts: InterventionFacts,
  stepName?: string,
): Allowed {
  const may = narrow(user, action, saga);
  return may === true ? ifOpen(action, can(action, saga, facts, stepName)) : may;
}

/** What the user may do with the saga, or why not and who may. */
export function allowedActions(user: Looker, saga: Saga, facts: InterventionFacts): SagaDetail['allowed'] {
  const of = (action: Action): Allowed => allowed(user, action, saga, facts);
  return {
    RETRY_STEP: of('RETRY_STEP'),
    COMPENSATE_STEP: of('COMPENSATE_STEP'),
    COMPENSATE_SAGA: of('COMPENSATE_SAGA'),
    SKIP_STEP: of('SKIP_STEP'),
    RESOLVE: of('RESOLVE'),
    LOCK: of('LOCK'),
    UNLOCK: of('UNLOCK'),
    RETRY_INTERVENTION: narrow(user, 'RETRY_INTERVENTION', saga),
    CANCEL_INTERVENTION: narrow(user, 'CANCEL_INTERVENTION', saga),
  };
}

/** The same for one step. */
export function allowedOnStep(
  user: Looker,
  saga: Saga,
  facts: InterventionFacts,
  stepName: string,
): StepWire['allowed'] {
  return {
    RETRY_STEP: allowed(user, 'RETRY_STEP', saga, facts, stepName),
    COMPENSATE_STEP: allowed(user, 'COMPENSATE_STEP', saga, facts, stepName),
    SKIP_STEP: allowed(user, 'SKIP_STEP', saga, facts, stepName),
  };
}
