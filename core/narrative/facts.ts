import type { DefinitionVersion } from '../definition/definition';
import type { StepError } from '../saga/row';
import { ATTENTION_REASONS, type Anomaly, type Attention, type Saga, type Step } from '../saga/saga';

/** What a sentence is made from: the steps of a saga by what there is to say of them. */
export interface Facts {
  saga: Saga;
  definition: DefinitionVersion | null;
  /** Reasons that are due, worst first. */
  reasons: Attention[];
  /** Steps whose last run forward failed, in their order. */
  failed: { step: Step; error: StepError | null; attempts: number }[];
  pending: Step[];
  undone: Step[];
  undoing: Step[];
  undoFailed: Step[];
  /** Newest success first: the order in which they are undone. */
  outstanding: Step[];
  inDoubt: Step[];
  /** Required steps that are owed forward: the pivot is in effect, so nothing goes back. */
  owedForward: Step[];
  pivot: Step | null;
  anomalies: Anomaly[];
}

function failureOf(step: Step): Facts['failed'][number] | null {
  if (step.state === 'failed') return { step, error: step.error, attempts: step.attempts };
  if (step.state === null || step.state === 'pending' || step.state === 'succeeded') return null;
  const last = step.attemptList.findLast((attempt) => attempt.direction === 'forward');
  return last?.outcome === 'failed' ? { step, error: last.error, attempts: step.attempts } : null;
}

/** Sorts a saga's steps for telling; `now` in epoch ms decides which reasons are due (Infinity: all of them). */
export function factsOf(saga: Saga, definition: DefinitionVersion | null, now: number): Facts {
  const inState = (state: Step['state']) => saga.steps.filter((step) => step.state === state);
  const named = (names: readonly string[]) =>
    names.flatMap((name) => saga.steps.find((step) => step.name === name) ?? []);
  return {
    saga,
    definition,
    reasons: saga.attention
      .filter((reason) => reason.since <= now)
      .toSorted((a, b) => ATTENTION_REASONS.indexOf(a.reason) - ATTENTION_REASONS.indexOf(b.reason)),
    failed: saga.steps.flatMap((step) => failureOf(step) ?? []),
    pending: inState('pending'),
    undone: inState('compensated'),
    undoing: inState('compensating'),
    undoFailed: inState('compensation_failed'),
    outstanding: named(saga.outstanding).toReversed(),
    inDoubt: named(saga.inDoubt),
    owedForward: saga.pivotInEffect
      ? saga.steps.filter((step) => step.required && step.state === 'failed' && !step.settled)
      : [],
    pivot: saga.steps.find((step) => step.kind === 'pivot' && step.inEffect) ?? null,
    anomalies: saga.anomalies.filter((anomaly) => anomaly.callsPerson),
  };
}
