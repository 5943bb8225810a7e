import { type DefinitionVersion, durationMs, type StepDefinition } from '../definition/definition';
import { nextRequired } from '../definition/graph';
import { isRelieved } from './requirement';
import { type Anomaly, type Attention, ATTENTION_REASONS, type InterventionFact, type SagaStatus } from './saga';
import type { StepCourse } from './step-course';

/** G: how long an orchestrator may be silent before a person is called, in ms. Contract part 2. */
const GRACE_MS = 60_000;
/** The limit where no definition gives a timeout, in ms. */
const NO_TIMEOUT_MS = 15 * 60_000;
/** The least a compensation may take where its definition does not say, in ms. */
const COMPENSATION_MS = 60_000;

/** A step with what people settled and what is unknown about it. */
export interface Judged {
  step: StepCourse;
  settled: boolean;
  inDoubt: boolean;
}

/** What attention is read from: the saga after its last row. Times in epoch ms. */
export interface Situation {
  status: SagaStatus;
  definition: DefinitionVersion | null;
  steps: readonly Judged[];
  fulfilled: (stepName: string) => boolean;
  anomalies: readonly (Anomaly & { at: number })[];
  outstanding: readonly string[];
  goingBack: boolean;
  pivotInEffect: boolean;
  /** A RESOLVE covers the newest row. */
  resolved: boolean;
  startedAt: number;
  lastAt: number;
  interventions: readonly InterventionFact[];
}

/** Every reason why a person is needed, with its since, worst first, then earliest. Contract part 2. */
export function attentionOf(situation: Situation): Attention[] {
  const reasons = [
    ...compensationFailed(situation),
    ...situation.anomalies
      .filter(({ callsPerson }) => callsPerson)
      .map(({ at, stepName }): Attention => ({ reason: 'ANOMALY', since: at, stepName })),
    ...failedUncompensated(situation),
    ...failedAfterPivot(situation),
    ...stuck(situation),
    ...situation.interventions
      .filter(({ state }) => state === 'awaiting_approval')
      .map(({ requestedAt }): Attention => ({ reason: 'AWAITING_APPROVAL', since: requestedAt, stepName: null })),
  ];
  return reasons.sort((a, b) => rank(a) - rank(b) || a.since - b.since);
}

const rank = ({ reason }: Attention): number => ATTENTION_REASONS.indexOf(reason);

function compensationFailed({ steps, interventions, lastAt }: Situation): Attention[] {
  const stoppedAt = stoppedCompensations(interventions);
  return steps.flatMap(({ step, settled, inDoubt }): Attention[] => {
    if (settled) return [];
    const since: number[] = [];
    if (step.state === 'compensation_failed') {
      since.push(
        step.undoError?.retryable === false && step.undoFailedAt !== null ? step.undoFailedAt : lastAt + GRACE_MS,
      );
    }
    // A pending step may be compensated although nothing goes back: its effect is as unknown as one in doubt.
    const open = step.inEffect || inDoubt || step.state === 'pending';
    const stopped = open ? stoppedAt.get(step.name) : undefined;
    if (stopped !== undefined) since.push(stopped);
    return since.length === 0
      ? []
      : [{ reason: 'COMPENSATION_FAILED', since: Math.min(...since), stepName: step.name }];
  });
}

/** Steps whose newest compensate call is dead-lettered, or failed here, and when. */
function stoppedCompensations(interventions: readonly InterventionFact[]): Map<string, number> {
  const newest = new Map<string, InterventionFact['calls'][number]>();
  for (const call of interventions.flatMap(({ calls }) => calls)) {
    if (!call.action.startsWith('COMPENSATE')) continue;
    const known = newest.get(call.stepName);
    if (!known || call.at >= known.at) newest.set(call.stepName, call);
  }
  const stopped = new Map<string, number>();
  for (const { stepName, state, at } of newest.values()) {
    if (state === 'dead_lettered' || state === 'failed') stopped.set(stepName, at);
  }
  return stopped;
}

const moves = ({ step: { state }, settled }: Judged): boolean =>
  !settled && (state === 'pending' || state === 'compensating');

function failedUncompensated({ status, outstanding, steps, lastAt }: Situation): Attention[] {
  const stopped = status === 'FAILED' || status === 'COMPENSATING';
  if (!stopped || outstanding.length === 0 || steps.some(moves)) return [];
  const failed = steps.filter(({ step }) => step.state === 'failed');
  return [{ reason: 'FAILED_UNCOMPENSATED', since: lastAt + GRACE_MS, stepName: newestOf(failed) }];
}

function failedAfterPivot({ pivotInEffect, steps, lastAt }: Situation): Attention[] {
  if (!pivotInEffect) return [];
  const failed = steps.filter(
    ({ step, settled }) =>
      !settled && step.state === 'failed' && step.member.requirement.required && !isRelieved(step.member),
  );
  if (failed.length === 0) return [];
  return [{ reason: 'FAILED_AFTER_PIVOT', since: lastAt + GRACE_MS, stepName: newestOf(failed) }];
}

function stuck(situation: Situation): Attention[] {
  const { status, definition, steps, startedAt, lastAt, interventions } = situation;
  const moving = steps.filter(moves);
  const unfinished = definition !== null && (status === 'RUNNING' || status === 'COMPENSATING');
  const noEvidence = interventions.some(({ state }) => state === 'no_evidence');
  if (!unfinished && moving.length === 0 && !noEvidence) return [];
  if (situation.resolved || (situation.goingBack && !owesAnything(situation))) return [];
  const next = moving.length > 0 ? [] : nextSteps(situation);
  const silent = lastAt + Math.max(0, ...limits(moving, next)) + GRACE_MS;
  const deadline = definition?.body.deadline;
  const since = deadline === undefined ? silent : Math.min(silent, startedAt + durationMs(deadline));
  return [{ reason: 'STUCK', since, stepName: newestOf(moving) ?? next[0]?.name ?? null }];
}

const owesAnything = ({ outstanding, steps }: Situation): boolean =>
  outstanding.length > 0 ||
  steps.some(
    ({ step: { state }, settled, inDoubt }) =>
      inDoubt || (!settled && (state === 'compensating' || state === 'compensation_failed')),
  );

const nextSteps = ({ definition, fulfilled }: Situation): StepDefinition[] =>
  definition ? nextRequired(definition.body, fulfilled) : [];

/** The timeouts of the steps that move, else of the next required ones, else 15 min; in ms. */
function limits(moving: readonly Judged[], next: readonly StepDefinition[]): number[] {
  if (moving.length > 0) {
    return moving.map(({ step }) =>
      step.state === 'compensating' ? compensationTimeoutMs(step.declaration) : timeoutMs(step.declaration),
    );
  }
  return next.length > 0 ? next.map(timeoutMs) : [NO_TIMEOUT_MS];
}

const timeoutMs = (step: StepDefinition | null): number =>
  step?.timeout === undefined ? NO_TIMEOUT_MS : durationMs(step.timeout);

/** How long a compensation of the step may take, in ms: its `compensationTimeout`, by default max(timeout, 60 s). */
export function compensationTimeoutMs(step: StepDefinition | null): number {
  if (!step) return NO_TIMEOUT_MS;
  if (step.compensationTimeout !== undefined) return durationMs(step.compensationTimeout);
  return Math.max(step.timeout === undefined ? 0 : durationMs(step.timeout), COMPENSATION_MS);
}

function newestOf(steps: readonly Judged[]): string | null {
  let newest: StepCourse | null = null;
  for (const { step } of steps) if (!newest || step.lastPosition > newest.lastPosition) newest = step;
  return newest?.name ?? null;
}
