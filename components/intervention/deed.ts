import type { InterventionWire } from '@/core/contract/interventions';
import type { Action, SagaDetail } from '@/core/contract/sagas';
import type { Deed } from '@/core/narrative/intervention';
import { shortId } from '@/components/ui/id-chip';

/** What people call the saga: its business key, else its short id. */
export const objectOf = (saga: SagaDetail): string => saga.businessKey ?? shortId(saga.sagaId);

/** The deed as its title needs it; `asOfLogId`: whether its undo had failed is judged by the rows up to here. */
export function deedOf(
  saga: SagaDetail,
  action: Action,
  stepName: string | null,
  calls: number | null,
  asOfLogId: string,
  compensation?: string | null,
): Deed {
  const step = saga.steps.find((one) => one.stepName === stepName);
  const undo = step?.attemptList.findLast(
    ({ direction, firstLogId }) => direction === 'undo' && BigInt(firstLogId) <= BigInt(asOfLogId),
  );
  const endedLater = undo !== undefined && BigInt(undo.lastLogId) > BigInt(asOfLogId);
  return {
    action,
    stepName,
    calls,
    compensation: compensation ?? step?.compensatingAction ?? null,
    again: undo !== undefined && (undo.outcome !== 'done' || endedLater),
  };
}

/** The same of an intervention that was requested. */
export function deedOfIntervention(saga: SagaDetail, one: InterventionWire): Deed {
  const compensation = one.steps.find(({ stepName }) => stepName === one.stepName)?.compensation;
  const calls = one.steps.filter(({ call }) => call !== null).length;
  return deedOf(saga, one.action, one.stepName, calls, one.asOfLogId, compensation);
}
