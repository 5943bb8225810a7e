import type { Saga, Step } from '../saga/saga';

const UNDO_BEGUN: ReadonlySet<Step['state']> = new Set(['compensating', 'compensated', 'compensation_failed']);

/** Some step is compensating, compensated or compensation_failed: the way forward is closed to a retry. Contract part 4. */
export const undoBegun = (saga: Saga): boolean => saga.steps.some((step) => UNDO_BEGUN.has(step.state));

/**
 * In doubt for `can` and for a plan: as the fold has it, and a pending step of any saga besides (contract part 2).
 * Only compensatable and pivot steps, neither in effect nor settled.
 */
export function inDoubt(step: Step, saga: Saga): boolean {
  if (saga.inDoubt.includes(step.name)) return true;
  const owes = step.kind === 'compensatable' || step.kind === 'pivot';
  return owes && step.state === 'pending' && !step.inEffect && !step.settled;
}

const latest = (step: Step): bigint =>
  step.lastDoneId ?? step.lastStartedId ?? step.lastFailedId ?? step.lastRowId ?? 0n;
const newestFirst = (a: Step, b: Step): number => (latest(a) < latest(b) ? 1 : latest(a) > latest(b) ? -1 : 0);

/** A step whose compensation may be called: compensatable, and in effect or in doubt. Contract part 4, COMPENSATE_STEP. */
export const canBeUndone = (step: Step, saga: Saga): boolean =>
  step.kind === 'compensatable' && (step.inEffect || inDoubt(step, saga));

/**
 * The steps that COMPENSATE_SAGA calls, in run order: compensatable steps in doubt first, then the outstanding ones
 * in reverse order of last success. Contract part 4.
 */
export function toUndo(saga: Saga): Step[] {
  const callable = saga.steps.filter((step) => canBeUndone(step, saga));
  return [
    ...callable.filter((step) => !step.inEffect).toSorted(newestFirst),
    ...callable.filter((step) => step.inEffect && saga.outstanding.includes(step.name)).toSorted(newestFirst),
  ];
}

/** A step that RETRY_STEP may run again, the rest of the saga aside. */
export const canBeRetried = (step: Step): boolean => step.state === 'failed' || step.state === 'pending';

/** The pivot that forbids undoing: in effect, or its outcome not known while nothing goes back yet. Null: none. */
export function blockingPivot(saga: Saga): { step: Step; because: 'in_effect' | 'unknown' } | null {
  const pivots = saga.steps.filter((step) => step.kind === 'pivot');
  const passed = pivots.find((step) => step.inEffect);
  if (passed) return { step: passed, because: 'in_effect' };
  const open = undoBegun(saga) ? undefined : pivots.find((step) => step.state === 'pending' || inDoubt(step, saga));
  return open === undefined ? null : { step: open, because: 'unknown' };
}

/** Its undo ended with an error that its service marks as not retryable. */
export const isRefusedForGood = (step: Step): boolean =>
  step.state === 'compensation_failed' && step.error?.retryable === false;
