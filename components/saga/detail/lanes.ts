import type { AttemptWire, SagaDetail, SagaDiagram, StepStateWire, StepWire } from '@/core/contract/sagas';
import { measuredWords } from '@/core/diagram/duration-words';

/** What is selected on the page: a lane of a step, and one attempt of it by its last log row. */
export interface Selection {
  stepName: string;
  lane: 'forward' | 'undo';
  attempt: string | null;
}

/** One row of the step timeline: the forward or the undo half of a step. */
export interface Lane {
  id: string;
  stepName: string;
  lane: 'forward' | 'undo';
  /** The step, or its compensation. */
  name: string;
  step: StepWire;
  state: StepStateWire;
  attempts: AttemptWire[];
  /** Why there is nothing to draw. */
  note: string | null;
  result: string;
  current: boolean;
}

const UNDO: ReadonlySet<StepStateWire> = new Set(['compensating', 'compensated', 'compensation_failed']);

/** The rows of the timeline: steps in order, then their undos in reverse. Names and words are the diagram's where it has them. */
export function lanesOf(saga: SagaDetail, diagram: SagaDiagram | undefined): Lane[] {
  const drawn = new Map(diagram?.nodes.map((node) => [`${node.lane} ${node.stepName}`, node]));
  const goesBack = saga.steps.some(
    ({ state, attemptList }) =>
      UNDO.has(state) || state === 'failed' || attemptList.some((each) => each.direction === 'undo'),
  );
  const make = (step: StepWire, lane: Lane['lane']): Lane => {
    const node = drawn.get(`${lane} ${step.stepName}`);
    const attempts = step.attemptList.filter(({ direction }) => (direction === 'undo') === (lane === 'undo'));
    const state = stateOf(step, lane, attempts);
    const over = saga.status === 'COMPLETED' || saga.status === 'COMPENSATED';
    const moves = UNDO.has(step.state) ? 'undo' : 'forward';
    return {
      id: `${lane} ${step.stepName}`,
      stepName: step.stepName,
      lane,
      name: node?.name ?? (lane === 'forward' ? step.stepName : (step.compensatingAction ?? `undo ${step.stepName}`)),
      step,
      state,
      attempts,
      note: attempts.length > 0 ? null : (node?.detail ?? (lane === 'forward' ? 'not reached' : 'not run')),
      result: resultOf(state, attempts),
      current: !over && step.stepName === saga.currentStep && lane === moves,
    };
  };
  const forward = saga.steps.map((step) => make(step, 'forward'));
  if (!goesBack) return forward;
  const undo = saga.steps.filter((step) => hasUndo(step, drawn)).map((step) => make(step, 'undo'));
  return [...forward, ...undo.reverse()];
}

function hasUndo(step: StepWire, drawn: ReadonlyMap<string, unknown>): boolean {
  return (
    drawn.has(`undo ${step.stepName}`) ||
    step.compensatingAction !== null ||
    UNDO.has(step.state) ||
    step.attemptList.some(({ direction }) => direction === 'undo')
  );
}

function stateOf(step: StepWire, lane: Lane['lane'], attempts: readonly AttemptWire[]): StepStateWire {
  const last = attempts.at(-1);
  if (lane === 'undo')
    return UNDO.has(step.state) ? step.state : last?.outcome === 'done' ? 'compensated' : 'not_started';
  if (!UNDO.has(step.state)) return step.state;
  if (attempts.some(({ outcome }) => outcome === 'done')) return 'succeeded';
  return last === undefined ? 'not_started' : last.outcome === 'failed' ? 'failed' : 'pending';
}

function resultOf(state: StepStateWire, attempts: readonly AttemptWire[]): string {
  if (attempts.length === 0) return '—';
  const failures = attempts.filter(({ outcome }) => outcome === 'failed').length;
  if (state === 'failed' || state === 'compensation_failed') return failures > 1 ? `${failures} × failed` : 'failed';
  if (state === 'pending' || state === 'compensating') return 'running';
  return durationOf(attempts.findLast(({ outcome }) => outcome === 'done')) ?? 'done';
}

/** `412 ms`; null where one of its ends was not written. */
export function durationOf(attempt: AttemptWire | undefined): string | null {
  if (attempt?.startedAt == null || attempt.finishedAt === null) return null;
  return measuredWords(Date.parse(attempt.finishedAt) - Date.parse(attempt.startedAt));
}

/** The attempt that the page opens with: the last one of the step where the saga stands. */
export function firstSelection(lanes: readonly Lane[]): Selection | null {
  const lane = lanes.find(({ current, attempts }) => current && attempts.length > 0);
  const last = lane?.attempts.at(-1);
  return lane && last ? { stepName: lane.stepName, lane: lane.lane, attempt: last.lastLogId } : null;
}
