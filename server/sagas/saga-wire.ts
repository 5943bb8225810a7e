import type { AttemptWire, SagaListItem, StepWire } from '@/core/contract/sagas';
import type { Attempt, Attention, Step } from '@/core/saga/saga';

/** Epoch ms as the wire has times. */
export const iso = (ms: number): string => new Date(ms).toISOString();

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

/** A reason of attention on the wire. */
export const attentionWire = ({ reason, since }: Attention): NonNullable<SagaListItem['attention']> => ({
  reason,
  since: iso(since),
});

/** A step on the wire, but for what may be done with it. */
export function stepWire(step: Step): Omit<StepWire, 'allowed'> {
  return {
    stepName: step.name,
    state: step.state ?? 'not_started',
    kind: step.kind,
    declared: step.declared,
    required: step.required,
    inEffect: step.inEffect,
    inDoubt: step.inDoubt,
    suspended: step.suspended,
    settled: step.settled,
    attempts: step.attempts,
    compensationAttempts: step.compensationAttempts,
    startedAt: isoOrNull(step.startedAt),
    finishedAt: isoOrNull(step.finishedAt),
    error: step.error,
    compensatingAction: step.compensatingAction,
    service: step.service,
    attemptList: step.attemptList.map(attemptWire),
  };
}

function attemptWire(attempt: Attempt): AttemptWire {
  return {
    ...attempt,
    startedAt: isoOrNull(attempt.startedAt),
    finishedAt: isoOrNull(attempt.finishedAt),
    firstLogId: attempt.firstLogId.toString(),
    lastLogId: attempt.lastLogId.toString(),
  };
}
