import type { Attempt, Saga, Step } from '../saga/saga';
import { measuredWords } from './duration-words';
import { cutText } from './escape';

export type NodeState =
  | 'not_started'
  | 'pending'
  | 'succeeded'
  | 'failed'
  | 'compensating'
  | 'compensated'
  | 'compensation_failed';

const LONGEST_CODE = 24;

const lastOf = (step: Step, direction: Attempt['direction']): Attempt | null =>
  step.attemptList.findLast((attempt) => attempt.direction === direction) ?? null;

const UNDO_STATES: ReadonlySet<Step['state']> = new Set(['compensating', 'compensated', 'compensation_failed']);

/** Whether any forward, or any undo, row of the step was read. */
export const ran = (step: Step, direction: Attempt['direction']): boolean =>
  lastOf(step, direction) !== null || (direction === 'undo' && UNDO_STATES.has(step.state));

/** What the forward half of a step shows: its own last outcome, also while it is being undone. */
export function forwardState(step: Step): NodeState {
  const last = lastOf(step, 'forward');
  if (step.state === 'pending' || step.state === 'failed' || step.state === 'succeeded') return step.state;
  if (step.lastDoneId !== null) return 'succeeded';
  if (last === null) return 'not_started';
  return last.outcome === 'failed' ? 'failed' : 'pending';
}

/** What the undo half of a step shows. */
export function undoState(step: Step): NodeState {
  if (step.state === 'compensating' || step.state === 'compensation_failed' || step.state === 'compensated')
    return step.state;
  return step.lastUndoneId === null ? 'not_started' : 'compensated';
}

/** `3 × CARRIER_TIMEOUT`, `failed 3 times`: what happened, how often. */
function failure(attempt: Attempt | null, attempts: number, error: Step['error']): string {
  const code = attempt?.error?.code ?? error?.code ?? null;
  const times = Math.max(1, attempts);
  if (code === null || code === '') return times === 1 ? 'failed' : `failed ${times} times`;
  return times === 1 ? cutText(code, LONGEST_CODE) : `${times} × ${cutText(code, LONGEST_CODE)}`;
}

function measured(attempt: Attempt | null): string | null {
  if (attempt?.startedAt == null || attempt.finishedAt === null) return null;
  return measuredWords(attempt.finishedAt - attempt.startedAt);
}

const joined = (...parts: (string | null)[]): string => parts.filter((part) => part !== null).join(' · ');

/** What became of the effect of a step that took one: only where the saga does not simply go on. */
function effectOf(step: Step, saga: Saga): string | null {
  if (step.settled) return 'settled by a person';
  if (step.suspended) return 'ran after its undo';
  if (step.state === 'compensating') return 'being undone';
  if (step.inEffect) return saga.goingBack && step.kind === 'compensatable' ? 'still in effect' : null;
  return step.lastUndoneId === null ? null : 'undone';
}

/** The second line of a forward node: its result, and what became of the effect. */
export function forwardWords(step: Step, saga: Saga): string {
  const last = lastOf(step, 'forward');
  const state = forwardState(step);
  if (state === 'not_started') {
    if (step.settled) return 'skipped by a person';
    return step.lastUndoneId !== null || saga.status === 'COMPLETED' ? 'not run' : 'not reached';
  }
  if (state === 'failed')
    return joined(
      failure(last, step.attempts, step.error),
      step.inDoubt && step.kind === 'pivot' ? 'outcome unknown' : step.settled ? 'settled' : null,
    );
  if (state === 'pending') {
    const attempt = step.attempts > 1 ? `attempt ${step.attempts}` : 'running';
    return joined(attempt, step.inDoubt ? 'outcome unknown' : null);
  }
  const done = step.attemptList.findLast((each) => each.direction === 'forward' && each.outcome === 'done') ?? null;
  const time = measured(done);
  const effect = effectOf(step, saga);
  return time === null && effect === null ? 'done' : joined(time, effect);
}

/** The second line of an undo node. */
export function undoWords(step: Step, saga: Saga): string {
  const last = lastOf(step, 'undo');
  const state = undoState(step);
  if (state === 'not_started') {
    if (step.settled) return 'settled by a person';
    if (step.inDoubt) return 'outcome unknown';
    return saga.outstanding.includes(step.name) && saga.goingBack ? 'still owed' : 'not run';
  }
  if (state === 'compensation_failed')
    return joined(failure(last, step.compensationAttempts, step.error), step.settled ? 'settled' : null);
  if (state === 'compensating')
    return step.compensationAttempts > 1 ? `attempt ${step.compensationAttempts}` : 'running';
  return measured(last) ?? 'undone';
}
