import type { Course } from './course';
import type { StepError } from './row';
import type { Saga, SagaStatus, StepState } from './saga';
import type { StepCourse } from './step-course';

/** Longest code that is made of a message where the writer gave no code. */
const CODE_LENGTH = 120;

/** The step that moves, or that stopped the saga; the last that ran otherwise. */
export function currentStep({ steps }: Course, status: SagaStatus): string | null {
  // Undone to the end, what matters is what stopped it, not which undo came last.
  const cause = status === 'COMPENSATED' ? newest(steps, hasFailed) : null;
  if (cause) return cause.name;
  const stopped: StepState[] = status === 'COMPLETED' ? [] : ['compensation_failed', 'failed'];
  const order: StepState[] = ['compensating', 'pending', ...stopped];
  for (const state of order) {
    const step = newest(steps, (step) => step.state === state);
    if (step) return step.name;
  }
  return newest(steps, ({ state }) => state !== null)?.name ?? null;
}

/** The error of the failure that stands, a failed compensation first; else the last that was written. */
export function lastError({ steps, lastError: last }: Course): Saga['lastError'] {
  const failing =
    newest(steps, ({ state, undoError }) => state === 'compensation_failed' && undoError !== null) ??
    newest(steps, ({ state, forwardError }) => state === 'failed' && forwardError !== null);
  const undo = failing ? failing.state === 'compensation_failed' : (last?.undo ?? false);
  const step = failing ?? last?.step;
  const error = failing ? (undo ? failing.undoError : failing.forwardError) : last?.error;
  if (!step || !error) return null;
  const code = errorCode(error);
  if (code === null) return null;
  const { count } = undo ? step.attempts.undo : step.attempts.forward;
  return { code, attempts: count, category: error.category, stepName: step.name };
}

/** What names an error: its code, else the beginning of its message, else its category; null: it says none of these. */
export const errorCode = (error: StepError): string | null =>
  error.code ?? error.message?.slice(0, CODE_LENGTH) ?? error.category;

/** Its last outcome forward was a failure, whatever was undone since. */
export const hasFailed = ({
  lastFailedId,
  lastDoneId,
}: {
  lastFailedId: bigint | null;
  lastDoneId: bigint | null;
}): boolean => lastFailedId !== null && (lastDoneId === null || lastFailedId > lastDoneId);

function newest(steps: Course['steps'], matches: (step: StepCourse) => boolean): StepCourse | null {
  let found: StepCourse | null = null;
  for (const step of steps.values()) {
    if (matches(step) && (!found || step.lastPosition > found.lastPosition)) found = step;
  }
  return found;
}
