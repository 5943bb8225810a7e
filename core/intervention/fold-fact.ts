import type { InterventionFact } from '../saga/saga';
import type { InterventionCourse } from './events';

/** What the fold needs of an intervention: its state, and which call of it ended where and when. Contract part 2. */
export const foldFact = ({ id, state, requestedAt, calls }: InterventionCourse): InterventionFact => ({
  interventionId: id,
  state,
  requestedAt,
  calls: calls.map((call) => ({
    stepName: call.stepName,
    action: call.action === 'compensate' ? 'COMPENSATE_STEP' : 'RETRY_STEP',
    state: call.state,
    at: call.changedAt,
  })),
});
