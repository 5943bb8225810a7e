import type { Action } from '../contract/action';
import { durationMs } from '../definition/definition';
import { stepOf } from '../definition/step-of';
import { fold } from '../saga/fold';
import type { SagaRow } from '../saga/row';
import type { Saga, SagaStatus, Settlement, Step } from '../saga/saga';
import { inDoubt, toUndo } from './callable';
import { callUrl } from './effect-key';
import { effectWords, touchesOf, type Touches } from './effect-words';
import { serviceOf, type InterventionFacts } from './facts';

const DEFAULT_TIMEOUT_MS = 10_000;
const LEAST_EVIDENCE_MS = 60_000;

export interface PlannedCall {
  method: 'POST';
  url: string;
  service: string;
  /** How long an answer is awaited. */
  timeoutMs: number;
  /** How long a row is awaited after a 2xx: max(compensationTimeout, 60 s). */
  evidenceMs: number;
}

export interface PlanStep {
  stepName: string;
  action: 'compensate' | 'retry' | 'settle' | 'lock';
  /** null: "no call". */
  call: PlannedCall | null;
  compensation: string | null;
  undoes: bigint | null;
  /** JSON text that the participant gets: the latest of the step's rows, else of the saga's. */
  context: string | null;
  effect: string;
  /** A participant gives the same key the same answer without a second effect (obligation a of the contract). */
  repeatIsHarmless: boolean;
}

/** What was previewed, and what runs: nothing else. Contract part 4. */
export interface Plan {
  action: Action;
  sagaId: string;
  stepName: string | null;
  /** Ids of all rows of the saga that were seen, ascending. */
  basis: readonly bigint[];
  asOfLogId: bigint;
  definitionVersion: number | null;
  settlements: readonly Settlement[];
  steps: readonly PlanStep[];
  /** POST to the orchestrator once the retry is verified; null: it has to notice by itself, or there is none to tell. */
  resumeUrl: string | null;
  touches: Touches;
  endsAs: SagaStatus;
  afterwards: string | null;
  onFailure: 'stop' | 'continue';
  approval: { who: string; because: string; until: number } | null;
}

/** A planned step with its call: what the dispatcher works through. */
export type CalledStep = PlanStep & { action: 'compensate' | 'retry'; call: PlannedCall; undoes: bigint };
export const isCalled = (step: PlanStep): step is CalledStep => step.call !== null && step.undoes !== null;

const newest = (...ids: (bigint | null)[]): bigint | null =>
  ids.reduce((best, id) => (id !== null && (best === null || id > best) ? id : best), null);

/** The row that an effect is named by; a step that only ever failed to undo is named by its first row. */
function undoesOf(step: Step, action: 'compensate' | 'retry', rows: readonly SagaRow[]): bigint {
  if (action === 'compensate' && step.inEffect && step.lastDoneId !== null) return step.lastDoneId;
  const run = newest(step.lastStartedId, step.lastFailedId);
  if (run !== null) return run;
  const own = rows.filter((row) => row.stepName === step.name).map((row) => row.id);
  return own.reduce((first, id) => (id < first ? id : first), own[0] ?? 0n);
}

function called(
  step: Step,
  action: 'compensate' | 'retry',
  saga: Saga,
  rows: readonly SagaRow[],
  facts: InterventionFacts,
): PlanStep {
  const service = serviceOf(step, facts);
  if (service === null) throw new RangeError(`no service is known for ${step.name}: can() refuses this`);
  const declared = stepOf(facts.definition, step.name);
  const timeoutMs = declared?.timeout === undefined ? DEFAULT_TIMEOUT_MS : durationMs(declared.timeout);
  const undoMs = declared?.compensationTimeout === undefined ? timeoutMs : durationMs(declared.compensationTimeout);
  return {
    stepName: step.name,
    action,
    call: {
      method: 'POST',
      url: callUrl(service.url, { sagaId: saga.sagaId, stepName: step.name, action }),
      service: service.name,
      timeoutMs,
      evidenceMs: Math.max(undoMs, LEAST_EVIDENCE_MS),
    },
    compensation: declared?.compensation ?? step.compensatingAction,
    undoes: undoesOf(step, action, rows),
    context: step.context ?? saga.context,
    effect: effectWords(step, action, inDoubt(step, saga), saga, facts.definition),
    repeatIsHarmless: true,
  };
}

const uncalled = (step: Step, action: PlanStep['action'], effect: string, facts: InterventionFacts): PlanStep => ({
  stepName: step.name,
  action,
  call: null,
  compensation: stepOf(facts.definition, step.name)?.compensation ?? step.compensatingAction,
  undoes: null,
  context: null,
  effect,
  repeatIsHarmless: true,
});

function compensateSaga(saga: Saga, rows: readonly SagaRow[], facts: InterventionFacts): PlanStep[] {
  const run = toUndo(saga).map((step) => called(step, 'compensate', saga, rows, facts));
  const undone = saga.steps
    .filter((step) => step.state === 'compensated' && !run.some((one) => one.stepName === step.name))
    .map((step) => uncalled(step, 'compensate', 'Already undone. Will not be called.', facts));
  return [...run, ...undone];
}

const open = (saga: Saga): Step[] =>
  saga.steps.filter(
    (step) =>
      saga.outstanding.includes(step.name) ||
      saga.inDoubt.includes(step.name) ||
      saga.attention.some((reason) => reason.stepName === step.name),
  );

/** One rule for each action. */
function stepsOf(
  action: Action,
  saga: Saga,
  rows: readonly SagaRow[],
  facts: InterventionFacts,
  target: Step | null,
): PlanStep[] {
  const settle = (step: Step) =>
    uncalled(step, 'settle', `Settles ${step.name} by your word. Nothing is called.`, facts);
  const rules: Record<Action, () => PlanStep[]> = {
    RETRY_STEP: () => (target ? [called(target, 'retry', saga, rows, facts)] : []),
    COMPENSATE_STEP: () => (target ? [called(target, 'compensate', saga, rows, facts)] : []),
    COMPENSATE_SAGA: () => compensateSaga(saga, rows, facts),
    SKIP_STEP: () => (target ? [settle(target)] : []),
    RESOLVE: () => open(saga).map(settle),
    LOCK: () => [],
    UNLOCK: () => [],
  };
  return rules[action]();
}

/** The status that the fold gives once every call has its row: asked of the fold, not guessed. */
function endOf(rows: readonly SagaRow[], saga: Saga, steps: readonly PlanStep[], facts: InterventionFacts): SagaStatus {
  const last = rows.find((row) => row.id === saga.lastLogId);
  if (last === undefined) return saga.status;
  const proofs = steps.filter(isCalled).map((step, at): SagaRow => {
    const proof =
      step.action === 'retry' ? { status: 'SUCCESS', phase: 'ACTION' } : { status: 'COMPENSATED', phase: null };
    const blank = {
      attempt: null,
      error: null,
      context: null,
      compensationId: null,
      createdAt: facts.now,
      seenAt: facts.now,
    };
    return { ...last, ...blank, ...proof, id: saga.lastLogId + BigInt(at + 1), stepName: step.stepName };
  });
  return fold([...rows, ...proofs], facts.definition, facts.settlements, []).status;
}

function afterwards(action: Action, saga: Saga, facts: InterventionFacts): string | null {
  if (action === 'LOCK') return 'Binds people, not services: its orchestrator may still go on.';
  if (action !== 'RETRY_STEP' || saga.status === 'COMPLETED') return null;
  return facts.definition?.body.orchestrator
    ? 'Once the step is proven, the orchestrator is told to go on.'
    : 'The saga goes on only if its orchestrator notices.';
}

/**
 * The frozen plan of an action that `can` allows, in run order; steps already undone stand behind as "no call".
 * `rows`: all rows of the saga, those that `saga` was folded from. Throws RangeError where a call has no service,
 * which `can` refuses. Source: contract part 4.
 */
export function plan(
  action: Action,
  saga: Saga,
  rows: readonly SagaRow[],
  facts: InterventionFacts,
  stepName?: string,
): Plan {
  const target = saga.steps.find((step) => step.name === stepName) ?? null;
  const steps = stepsOf(action, saga, rows, facts, target);
  const orchestrator = action === 'RETRY_STEP' ? facts.definition?.body.orchestrator : undefined;
  return {
    action,
    sagaId: saga.sagaId,
    stepName: stepName ?? null,
    basis: Array.from(new Set(rows.map((row) => row.id))).toSorted((a, b) => (a < b ? -1 : 1)),
    asOfLogId: saga.lastLogId,
    definitionVersion: saga.definition?.version ?? null,
    settlements: facts.settlements,
    steps,
    resumeUrl: orchestrator
      ? `${orchestrator.url.replace(/\/+$/, '')}/sagas/${encodeURIComponent(saga.sagaId)}/resume`
      : null,
    touches: touchesOf(steps, saga, facts.definition),
    endsAs: endOf(rows, saga, steps, facts),
    afterwards: afterwards(action, saga, facts),
    onFailure: facts.definition?.body.onCompensationFailure ?? 'stop',
    approval: steps.some(isCalled) ? (facts.approval ?? null) : null,
  };
}
