import type { Action } from '../contract/action';
import type { Saga, Step } from '../saga/saga';
import { blockingPivot, canBeRetried, canBeUndone, toUndo, undoBegun } from './callable';
import { clock, holderOf, serviceOf, type InterventionFacts } from './facts';
import { isStopped } from './state';

export interface Refusal {
  code: string;
  /** A sentence that a support person understands. */
  text: string;
  /** Who can, or can change it. */
  who: string;
}

const refuse = (code: string, text: string, who: string): Refusal => ({ code, text, who });
const ADMIN = 'An administrator can change that.';
const NOBODY = 'Nobody can change that: it follows from the log.';

type Check = (saga: Saga, facts: InterventionFacts, step: Step | null) => Refusal | null;

const readOnly: Check = (_, { right }) =>
  right === 'reader'
    ? refuse(
        'read_only',
        'The console may only read this database, so it cannot act.',
        'An administrator can give it a writing role.',
      )
    : null;

const stillMoves: Check = ({ attention }, { now }) => {
  if (attention.length === 0 || attention.some((reason) => reason.since <= now)) return null;
  const from = clock(Math.min(...attention.map((reason) => reason.since)));
  return refuse(
    'orchestrator_moves',
    `Its orchestrator may still be working on it. If nothing moves, this opens at ${from}.`,
    `Anyone with the right, from ${from}.`,
  );
};

const heldByOther: Check = (_, facts) => {
  const lock = holderOf(facts);
  if (lock === null || lock.owner === facts.actor) return null;
  const until = lock.expiresAt > facts.now ? `until ${clock(lock.expiresAt)}` : 'while their intervention runs';
  return refuse('locked', `${lock.owner} works on this saga ${until}.`, `${lock.owner} can act or unlock it.`);
};

const activeIntervention: Check = (_, { active }) =>
  active === null
    ? null
    : refuse(
        'intervention_active',
        isStopped(active.state)
          ? `The intervention of ${active.requestedBy} stopped. Retry it or give it up first.`
          : `An intervention of ${active.requestedBy} is under way. There is one at a time.`,
        `${active.requestedBy}, or anyone with the right, on that intervention.`,
      );

const COMMON: readonly Check[] = [readOnly, stillMoves, heldByOther, activeIntervention];
/** The call that stopped may be skipped: that is how its intervention goes on. */
const SKIPPING: readonly Check[] = [
  readOnly,
  (saga, facts, step) => (ownStopped(facts, step) ? null : stillMoves(saga, facts, step)),
  heldByOther,
  (saga, facts, step) => (ownStopped(facts, step) ? null : activeIntervention(saga, facts, step)),
];
const ownStopped = ({ active }: InterventionFacts, step: Step | null): boolean =>
  active !== null && isStopped(active.state) && step !== null && active.stopped.includes(step.name);

const pivotForbids: Check = (saga) => {
  const pivot = blockingPivot(saga);
  if (pivot === null) return null;
  const { name } = pivot.step;
  return pivot.because === 'in_effect'
    ? refuse(
        'past_pivot',
        `${name} is done, and after it there is no way back. Only steps that failed can be retried.`,
        NOBODY,
      )
    : refuse(
        'pivot_unknown',
        `Nobody knows yet whether ${name} took effect. Retry ${name} first.`,
        `Anyone with the right, once the outcome of ${name} is known.`,
      );
};

/** `.` and `..` vanish from a URL, however they are encoded: such a step cannot be addressed. */
const addressable = (step: Step): boolean => step.name !== '.' && step.name !== '..' && step.name !== '';

function callable(step: Step, facts: InterventionFacts): Refusal | null {
  if (facts.definition === null) {
    return refuse(
      'no_definition',
      'No definition says how this saga is made, so no service can be called. Skip step and mark resolved need none.',
      'An engineer can declare or adopt a definition.',
    );
  }
  if (serviceOf(step, facts) === null) {
    return refuse(
      'no_service',
      `No service with an address is known for ${step.name}. Skip step and mark resolved need none.`,
      'An administrator can enter its service in Settings.',
    );
  }
  return addressable(step)
    ? null
    : refuse('no_service', `A step called ${step.name} has no address that could be called.`, ADMIN);
}

/** Still to be settled: it owes something, or it raises a reason. */
function isOpenStep(step: Step, saga: Saga): boolean {
  if (step.settled || step.state === null) return false;
  const raises = saga.attention.some((reason) => reason.stepName === step.name);
  const faulty = saga.anomalies.some((anomaly) => anomaly.callsPerson && anomaly.stepName === step.name);
  const owes = saga.outstanding.includes(step.name) || saga.inDoubt.includes(step.name);
  return owes || raises || faulty || (step.state !== 'succeeded' && step.state !== 'compensated');
}

const STEP_RULE = {
  RETRY_STEP: (saga, facts, step) => {
    if (!canBeRetried(step))
      return refuse(
        'not_retriable',
        `${step.name} has neither failed nor is it pending, so there is nothing to retry.`,
        NOBODY,
      );
    if (undoBegun(saga))
      return refuse(
        'going_back',
        'Steps of this saga have been compensated already, so it cannot go forward again.',
        NOBODY,
      );
    return callable(step, facts);
  },
  COMPENSATE_STEP: (saga, facts, step) => {
    if (step.kind !== 'compensatable')
      return refuse('not_compensatable', `${step.name} cannot be undone: it is declared as ${step.kind}.`, NOBODY);
    if (!canBeUndone(step, saga))
      return refuse('not_in_effect', `${step.name} is not in effect, so there is nothing to compensate.`, NOBODY);
    return callable(step, facts);
  },
  SKIP_STEP: (saga, _, step) =>
    isOpenStep(step, saga)
      ? null
      : refuse(
          'nothing_open',
          step.settled ? `${step.name} is settled already.` : `Nothing is open at ${step.name}.`,
          NOBODY,
        ),
} satisfies Partial<Record<Action, (saga: Saga, facts: InterventionFacts, step: Step) => Refusal | null>>;

const compensateSaga: Check = (saga, facts) => {
  const steps = toUndo(saga);
  if (steps.length === 0) return refuse('nothing_to_undo', 'No effect of this saga is left to compensate.', NOBODY);
  for (const step of steps) {
    const refusal = callable(step, facts);
    if (refusal) return refusal;
  }
  return null;
};

const resolve: Check = (saga) =>
  saga.attention.length > 0 || saga.outstanding.length > 0 || saga.inDoubt.length > 0
    ? null
    : refuse('nothing_open', 'Nothing is open in this saga.', NOBODY);

const unlock: Check = (saga, facts, step) =>
  holderOf(facts) === null
    ? refuse('not_locked', 'Nobody has locked this saga.', NOBODY)
    : heldByOther(saga, facts, step);

/** Every rule of one action, in the order in which they are told: first why nobody may act, then why this cannot be done. */
const SAGA_CHECKS: Record<Exclude<Action, keyof typeof STEP_RULE>, readonly Check[]> = {
  COMPENSATE_SAGA: [...COMMON, pivotForbids, compensateSaga],
  RESOLVE: [...COMMON, resolve],
  LOCK: [readOnly, heldByOther],
  UNLOCK: [readOnly, unlock],
};
const STEP_CHECKS: Record<keyof typeof STEP_RULE, readonly Check[]> = {
  RETRY_STEP: COMMON,
  COMPENSATE_STEP: [...COMMON, pivotForbids],
  SKIP_STEP: SKIPPING,
};

export const isStepAction = (action: Action): action is keyof typeof STEP_RULE => action in STEP_RULE;

function first(checks: readonly Check[], saga: Saga, facts: InterventionFacts, step: Step | null): Refusal | null {
  for (const check of checks) {
    const refusal = check(saga, facts, step);
    if (refusal) return refusal;
  }
  return null;
}

/**
 * Whether an action is allowed on a saga, or why not and who can: the one rule for button, API and test. A step action
 * without `stepName` asks whether it is allowed on any step. Source: contract part 4.
 */
export function can(action: Action, saga: Saga, facts: InterventionFacts, stepName?: string): true | Refusal {
  if (!isStepAction(action)) return first(SAGA_CHECKS[action], saga, facts, null) ?? true;
  const ask = (step: Step): true | Refusal =>
    first(STEP_CHECKS[action], saga, facts, step) ?? STEP_RULE[action](saga, facts, step) ?? true;
  if (stepName !== undefined) {
    const step = saga.steps.find((one) => one.name === stepName);
    return step === undefined ? refuse('no_step', `This saga has no step ${stepName}.`, NOBODY) : ask(step);
  }
  const answers = saga.steps.map(ask);
  if (answers.includes(true)) return true;
  const applicable = saga.steps.findIndex((step) =>
    action === 'RETRY_STEP'
      ? canBeRetried(step)
      : action === 'COMPENSATE_STEP'
        ? canBeUndone(step, saga)
        : isOpenStep(step, saga),
  );
  return answers[applicable] ?? first(STEP_CHECKS[action], saga, facts, null) ?? NO_STEP[action];
}

const NO_STEP: Record<keyof typeof STEP_RULE, Refusal> = {
  RETRY_STEP: refuse('not_retriable', 'No step of this saga has failed or is pending.', NOBODY),
  COMPENSATE_STEP: refuse('not_in_effect', 'No step of this saga that can be compensated is in effect.', NOBODY),
  SKIP_STEP: refuse('nothing_open', 'No step of this saga has anything open.', NOBODY),
};
