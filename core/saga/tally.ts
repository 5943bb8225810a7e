import { demandOf, isBack, type Requirement } from './requirement';
import type { SagaStatus, StepState } from './saga';
import { failedFinally, type StepCourse } from './step-course';

/** How many steps of a saga are what: every row changes one step, so that no row has to look at all of them. */
export interface Tally {
  states: Record<StepState, number>;
  suspended: number;
  /** Compensatable steps and pivots in effect. */
  undoableInEffect: number;
  pivotsInEffect: number;
  /** Of requirements, see {@link demandOf}. */
  unmet: number;
  back: number;
  failedFinally: number;
  compensated: number;
}

export function newTally(requirements: readonly Requirement[]): Tally {
  const tally: Tally = {
    states: { pending: 0, succeeded: 0, failed: 0, compensating: 0, compensated: 0, compensation_failed: 0 },
    suspended: 0,
    undoableInEffect: 0,
    pivotsInEffect: 0,
    unmet: 0,
    back: 0,
    failedFinally: 0,
    compensated: 0,
  };
  for (const requirement of requirements) addDemand(tally, requirement, 1);
  return tally;
}

/** Takes a step out of the counts (-1) before a row moves it, or enters it again (1) after. */
export function countStep(tally: Tally, step: StepCourse, sign: 1 | -1): void {
  const { member, state } = step;
  const { requirement } = member;
  addDemand(tally, requirement, -1);
  if (state !== null) {
    tally.states[state] += sign;
    member.ran += sign;
    if (state === 'compensated') member.compensated += sign;
    if (isBack(state)) member.back += sign;
    if (failedFinally(step)) member.failedFinally += sign;
    if (step.inEffect || state === 'pending') member.taken += sign;
    if (step.inEffect && state !== 'failed') member.met += sign;
  }
  if (step.suspended) tally.suspended += sign;
  if (step.inEffect && step.kind === 'pivot') tally.pivotsInEffect += sign;
  if (step.inEffect && (step.kind === 'pivot' || step.kind === 'compensatable')) tally.undoableInEffect += sign;
  addDemand(tally, requirement, 1);
}

function addDemand(tally: Tally, requirement: Requirement, sign: 1 | -1): void {
  const { unmet, back, failedFinally, compensated } = demandOf(requirement);
  tally.unmet += sign * unmet;
  tally.back += sign * back;
  tally.failedFinally += sign * failedFinally;
  tally.compensated += sign * compensated;
}

/** A required step is failed or on its way back, and no pivot is in effect. */
export const isGoingBack = (tally: Tally): boolean => tally.back > 0 && tally.pivotsInEffect === 0;

/** A pivot is in effect although a required step is compensated. */
export const isPastPivot = (tally: Tally): boolean => tally.pivotsInEffect > 0 && tally.compensated > 0;

/** The status, first that holds. `canComplete`: there is a definition, and the last done step is an end of it. Contract part 2. */
export function statusOf(tally: Tally, canComplete: boolean): SagaStatus {
  const { states, suspended } = tally;
  const undoing = states.compensating + states.compensation_failed;
  if (canComplete && tally.unmet === 0 && undoing === 0 && suspended === 0) return 'COMPLETED';
  if (states.compensated > 0 && undoing === 0 && states.pending === 0 && tally.undoableInEffect === 0) {
    return 'COMPENSATED';
  }
  if (undoing > 0 || states.compensated > 0 || suspended > 0) return 'COMPENSATING';
  return tally.failedFinally > 0 ? 'FAILED' : 'RUNNING';
}
