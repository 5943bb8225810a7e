import type { StepDefinition } from '../definition/definition';
import { type AttemptLog, enterAttempt, noAttempts } from './attempts';
import type { Reading } from './reading';
import type { Member } from './requirement';
import { at, type SagaRow, type StepError } from './row';
import type { AnomalyKind, StepState } from './saga';
import { transition } from './transition';

/** What is known of one step while the rows of its saga are read. Positions count the saga's rows from 0. */
export interface StepCourse {
  readonly name: string;
  readonly declaration: StepDefinition | null;
  readonly kind: StepDefinition['kind'];
  readonly member: Member;
  state: StepState | null;
  /** Its last done row is later than its last undone row. */
  inEffect: boolean;
  suspended: boolean;
  hadRun: boolean;
  undoingGuessed: boolean;
  /** An undone row since the step was last undone carries a compensation_id. */
  undoneById: boolean;
  compensationIds: Set<string> | null;
  attempts: AttemptLog;
  /** Position at which the present run began; null while it has not. */
  runStart: number | null;
  /** Position of the row that brought its effect about. */
  effectPosition: number;
  lastPosition: number;
  startedAt: number;
  finishedAt: number | null;
  forwardError: StepError | null;
  undoError: StepError | null;
  /** Epoch ms of the newest undo_failed row. */
  undoFailedAt: number | null;
  compensatingAction: string | null;
  service: string | null;
  context: string | null;
  readonly firstRowId: bigint;
  lastDoneId: bigint | null;
  lastUndoneId: bigint | null;
  lastStartedId: bigint | null;
  lastFailedId: bigint | null;
  lastRowId: bigint;
  /** Newest row that raises a settled step again: done, a failure, a fault. */
  raisedBy: bigint | null;
}

export function newStep(row: SagaRow, declaration: StepDefinition | null, member: Member): StepCourse {
  return {
    name: row.stepName,
    declaration,
    kind: declaration?.kind ?? 'compensatable',
    member,
    state: null,
    inEffect: false,
    suspended: false,
    hadRun: false,
    undoingGuessed: false,
    undoneById: false,
    compensationIds: null,
    attempts: noAttempts(),
    runStart: null,
    effectPosition: -1,
    lastPosition: -1,
    startedAt: at(row),
    finishedAt: null,
    forwardError: null,
    undoError: null,
    undoFailedAt: null,
    compensatingAction: null,
    service: null,
    context: null,
    firstRowId: row.id,
    lastDoneId: null,
    lastUndoneId: null,
    lastStartedId: null,
    lastFailedId: null,
    lastRowId: row.id,
    raisedBy: null,
  };
}

/** What every row leaves on its step, whatever its status says. */
export function noteRow(step: StepCourse, row: SagaRow, position: number): void {
  step.lastPosition = position;
  step.lastRowId = row.id;
  step.compensatingAction = row.compensatingAction ?? step.compensatingAction;
  step.service ??= row.service;
  step.context = row.context ?? step.context;
}

/** A failure is final unless its error says retryable and attempts are left (3 where nobody says). Contract part 2. */
export function failedFinally(step: StepCourse): boolean {
  if (step.state !== 'failed') return false;
  if (step.forwardError?.retryable !== true) return true;
  return step.attempts.forward.count >= (step.declaration?.attempts ?? 3);
}

/** The error of what went wrong last, while it still holds. */
export const errorOf = (step: StepCourse): StepError | null => step.undoError ?? step.forwardError;

/** Moves a step by one event; answers what is odd about it, and whether the row undid the step. */
export function moveStep(
  step: StepCourse,
  { event, guessed }: Reading,
  row: SagaRow,
  position: number,
): { anomaly: AnomalyKind | null; undid: boolean } {
  const compensationId = event === 'undone' ? row.compensationId : null;
  const compensationSeen = compensationId !== null && (step.compensationIds?.has(compensationId) ?? false);
  const { next, holds, anomaly } = transition(step.state, event, {
    undoingGuessed: step.undoingGuessed,
    hadRun: step.hadRun,
    attemptHigher: row.attempt !== null && row.attempt > step.attempts.forward.count,
    compensationSeen,
    compensationDiffers: compensationId !== null && step.undoneById,
  });
  enterAttempt(step.attempts, event, row, holds);
  if (event === 'undoing' || event === 'undo_failed') {
    const already = step.state === 'compensating' || step.state === 'compensation_failed';
    step.undoingGuessed = guessed && (!already || step.undoingGuessed);
  }
  if (!holds && (event === 'started' || event === 'done' || event === 'failed')) step.runStart ??= position;

  const from = step.state;
  step.state = next;
  switch (event) {
    case 'started':
      step.hadRun = true;
      step.lastStartedId = row.id;
      step.suspended = false;
      step.undoError = null;
      break;
    case 'done':
      step.hadRun = true;
      if (!step.inEffect) step.effectPosition = position;
      step.inEffect = true;
      step.lastDoneId = step.raisedBy = row.id;
      if (!holds) step.forwardError = step.undoError = null;
      break;
    case 'failed':
      step.hadRun = true;
      step.lastFailedId = step.raisedBy = row.id;
      if (!holds) step.forwardError = row.error;
      break;
    case 'undo_failed':
      step.raisedBy = row.id;
      if (holds) break;
      step.undoError = row.error;
      step.undoFailedAt = at(row);
      break;
    case 'undone':
      if (!compensationSeen) beUndone(step, row, from);
      break;
    case 'undoing':
      break;
  }
  step.finishedAt = finishedAt(step, event === 'started' || event === 'undoing', holds, at(row));
  if (anomaly === 'suspension') step.suspended = true;
  if (anomaly === 'suspension' || anomaly === 'contradiction' || anomaly === 'double_compensation') {
    step.raisedBy = row.id;
  }
  return { anomaly, undid: event === 'undone' && !holds };
}

function beUndone(step: StepCourse, row: SagaRow, from: StepState | null): void {
  if (from !== 'compensated') step.undoneById = false;
  if (row.compensationId !== null) {
    step.undoneById = true;
    step.compensationIds = (step.compensationIds ?? new Set()).add(row.compensationId);
  }
  step.lastUndoneId = row.id;
  step.inEffect = false;
  step.suspended = false;
  step.runStart = null;
  step.undoError = null;
}

/** A step that moves has no end; a row that changes nothing moves none. */
function finishedAt(step: StepCourse, opens: boolean, holds: boolean, rowAt: number): number | null {
  if (holds) return step.finishedAt;
  return opens ? null : rowAt;
}
