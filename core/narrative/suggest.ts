import type { Action } from '../contract/sagas';
import type { DefinitionVersion } from '../definition/definition';
import { blockingPivot, canBeUndone, isRefusedForGood, toUndo, undoBegun } from '../intervention/callable';
import type { Attention, AttentionReason, Saga, Step } from '../saga/saga';
import { factsOf, type Facts } from './facts';
import { isolated } from './isolated';
import { counted } from './counted';
import { compensationName, isolatedCode, times } from './words';

export interface Suggestion {
  action: Action;
  stepName: string | null;
  /** As its button reads; "…" because a dialog follows. */
  label: string;
  /** Why this one: a sentence from the log. */
  because: string;
}

const sentenceOf = (text: string): string => `${text}.`;

function retry(step: Step, because: string): Suggestion {
  return {
    action: 'RETRY_STEP',
    stepName: step.name,
    label: `Retry ${isolated(step.name)}…`,
    because: sentenceOf(because),
  };
}

const undoName = (step: Step, definition: DefinitionVersion | null, of: string): string => {
  const name = compensationName(step, definition);
  return name === null ? `${of} ${isolated(step.name)}` : isolated(name);
};

/** The button of an undo: on a failed one it reads "Retry release_inventory…". */
export function undoLabel(step: Step, definition: DefinitionVersion | null): string {
  const again = step.state === 'compensation_failed' || step.state === 'compensating';
  return again ? `Retry ${undoName(step, definition, 'undo of')}…` : `Compensate ${isolated(step.name)}…`;
}

function undo(step: Step, facts: Facts, because: string): Suggestion {
  const label = undoLabel(step, facts.definition);
  return { action: 'COMPENSATE_STEP', stepName: step.name, label, because: sentenceOf(because) };
}

function undoSaga({ saga }: Facts, because: string): Suggestion | null {
  const blocked = blockingPivot(saga);
  if (blocked?.because === 'unknown') {
    return retry(
      blocked.step,
      `the outcome of ${isolated(blocked.step.name)} is unknown, and it decides whether to go back`,
    );
  }
  const count = toUndo(saga).length;
  if (blocked !== null || count === 0) return null;
  const label = `Compensate ${counted(count, 'step')}…`;
  return { action: 'COMPENSATE_SAGA', stepName: null, label, because: sentenceOf(because) };
}

function afterFailedUndo(facts: Facts, reason: Attention): Suggestion | null {
  const { saga, definition, undoFailed } = facts;
  const step =
    saga.steps.find((one) => one.name === reason.stepName && canBeUndone(one, saga)) ??
    undoFailed.find((one) => canBeUndone(one, saga));
  if (step === undefined || blockingPivot(saga) !== null) return null;
  const name = undoName(step, definition, 'the undo of');
  const error = isolatedCode(step.error);
  const why = error === null ? '' : ` (${error})`;
  if (isRefusedForGood(step)) {
    // What was refused needs a hand elsewhere; the rest need not wait for it.
    const other = toUndo(saga).find((one) => one.name !== step.name && !isRefusedForGood(one));
    if (other !== undefined)
      return undo(
        other,
        facts,
        `${name} was refused${why} and has to be settled by hand; ${isolated(other.name)} need not wait`,
      );
    return {
      action: 'SKIP_STEP',
      stepName: step.name,
      label: `Skip ${name}…`,
      because: sentenceOf(`${name} was refused${why} and is marked as not retryable: settle its effect by hand first`),
    };
  }
  const often = step.compensationAttempts > 0 ? ` ${times(step.compensationAttempts)}` : '';
  const failed =
    step.state === 'compensation_failed' ? `${name} failed${often}${why}` : `a call to ${name} did not get through`;
  const others = toUndo(saga).length - 1;
  return others > 0 && saga.outstanding.length > 1
    ? undoSaga(facts, `${failed}, and ${counted(others, 'more step')} may still be in effect`)
    : undo(step, facts, failed);
}

function afterFault(facts: Facts): Suggestion | null {
  const suspension = facts.anomalies.find((anomaly) => anomaly.kind === 'suspension');
  const step = facts.saga.steps.find((one) => one.name === suspension?.stepName);
  if (step === undefined || !canBeUndone(step, facts.saga) || blockingPivot(facts.saga) !== null) return null;
  return undo(step, facts, `${isolated(step.name)} took effect after it had been compensated`);
}

function afterSilence(facts: Facts): Suggestion | null {
  const { saga, pending, undoing, failed } = facts;
  const going = undoing.find((step) => canBeUndone(step, saga));
  if (going !== undefined && blockingPivot(saga) === null)
    return undo(going, facts, `${isolated(going.name)} has not been undone yet`);
  if (saga.goingBack || undoBegun(saga)) return undoSaga(facts, 'it is going back, and nothing moves');
  const waiting = pending[0];
  if (waiting !== undefined)
    return retry(waiting, `${isolated(waiting.name)} has not finished, its outcome is unknown`);
  const stopped = failed.find(({ step }) => step.required)?.step;
  return stopped === undefined ? null : retry(stopped, `${isolated(stopped.name)} failed and nobody tried again`);
}

/** One rule for each reason; what only a look at the events can settle has no action. */
const RULES: Record<AttentionReason, (facts: Facts, reason: Attention) => Suggestion | null> = {
  COMPENSATION_FAILED: afterFailedUndo,
  ANOMALY: afterFault,
  FAILED_UNCOMPENSATED: (facts) => {
    const failed = facts.failed[0]?.step.name;
    const count = counted(facts.saga.outstanding.length, 'effect');
    return undoSaga(
      facts,
      failed === undefined ? `${count} still in place` : `${isolated(failed)} failed with ${count} still in place`,
    );
  },
  FAILED_AFTER_PIVOT: (facts) => {
    const owed = facts.owedForward[0];
    if (owed === undefined || undoBegun(facts.saga)) return null;
    return retry(owed, `${isolated(facts.pivot?.name ?? 'the pivot')} is done, so only the way forward is left`);
  },
  STUCK: afterSilence,
  AWAITING_APPROVAL: () => null,
};

/**
 * The one action that the log speaks for, or null where none does. `now` (epoch ms) leaves out reasons that are not
 * due yet. Whether it is allowed is for `can` to say. A learning type has nobody to call: no suggestion.
 */
export function suggest(
  saga: Saga,
  definition: DefinitionVersion | null,
  now = Number.POSITIVE_INFINITY,
): Suggestion | null {
  const facts = factsOf(saga, definition, now);
  const worst = facts.reasons[0];
  return worst === undefined || definition === null ? null : RULES[worst.reason](facts, worst);
}
