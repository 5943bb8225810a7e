import type { DefinitionVersion } from '../definition/definition';
import type { AnomalyKind, AttentionReason, Saga, SagaStatus, Step } from '../saga/saga';
import { factsOf, type Facts } from './facts';
import { cut, isolated } from './isolated';
import { counted } from './counted';
import { compensationName, duration, isolatedCode, stepWord, textOf, times, undoingClause } from './words';

const LONGEST = 60;

const LEAST_OPEN = 16;

const length = (text: string): number => Array.from(text).length;
const fits = (text: string): boolean => length(text) <= LONGEST;

/** Sentence case, but a name that a machine gave stays as logged. */
function upper(text: string, { saga, definition }: Facts): string {
  const named = saga.steps.some((step) => {
    const undo = compensationName(step, definition);
    return text.startsWith(step.name) || (undo !== null && text.startsWith(undo));
  });
  return named ? text : text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

const whatFailed = (facts: Facts): string[] => {
  const first = facts.failed[0];
  if (first === undefined) return [];
  const error = isolatedCode(first.error);
  const name = isolated(first.step.name);
  return error === null ? [`${name} failed`] : [`${name} failed (${error})`, `${name} failed`];
};

const ANOMALY_CAUSE: Partial<Record<AnomalyKind, readonly string[]>> = {
  suspension: ['ran after its compensation', 'ran again'],
  contradiction: ['reported done, then failed', 'contradiction'],
  double_compensation: ['compensated twice'],
  past_pivot: ['compensated past the pivot'],
};

function fault({ anomalies }: Facts): string[] {
  const anomaly = anomalies[0];
  if (anomaly === undefined) return [];
  const said = ANOMALY_CAUSE[anomaly.kind] ?? [anomaly.kind];
  return [...said.slice(0, 1).map((cause) => `${isolated(anomaly.stepName)} ${cause}`), ...said];
}

function undoFailure(facts: Facts): string[] {
  const step = facts.undoFailed[0];
  if (step === undefined) return ['undo did not get through'];
  const { saga, definition } = facts;
  const tried = step.compensationAttempts > 0 ? ` ${times(step.compensationAttempts)}` : '';
  const error = isolatedCode(step.error);
  const name = isolated(compensationName(step, definition) ?? 'undo');
  const refused =
    step.error?.retryable === false && error !== null ? [`${name} refused (${error})`, 'undo refused'] : [];
  return [
    ...refused,
    `${textOf(undoingClause(step, saga, definition))} failed${tried}`,
    `${name} failed${tried}`,
    `undo failed${tried}`,
  ];
}

/** Ways to say the cause, longest first: the first that fits is taken. */
const CAUSE: Record<AttentionReason, (facts: Facts) => string[]> = {
  COMPENSATION_FAILED: undoFailure,
  ANOMALY: fault,
  FAILED_UNCOMPENSATED: whatFailed,
  FAILED_AFTER_PIVOT: whatFailed,
  STUCK: (facts) => {
    const undoing = facts.undoing[0];
    if (undoing !== undefined) return [`${isolated(undoing.name)} has not been undone`, 'undo has not finished'];
    const pending = facts.pending[0];
    return pending === undefined
      ? [...whatFailed(facts), 'waiting for the next step']
      : [`${isolated(pending.name)} has not finished`];
  },
  AWAITING_APPROVAL: () => ['waiting for approval'],
};

function openOf(step: Step, facts: Facts): string {
  return stepWord(step, facts.saga, facts.definition, 'open') ?? `${isolated(step.name)} still in effect`;
}

/** The open effect in a few words; null where nothing is open. */
function openEffect(facts: Facts): string | null {
  const worst = facts.reasons[0];
  const told = (one: Step) => stepWord(one, facts.saga, facts.definition, 'open') !== null;
  const step =
    facts.outstanding.find((one) => one.name === worst?.stepName && told(one)) ??
    facts.outstanding.find(told) ??
    facts.outstanding[0];
  if (step !== undefined) {
    const more = facts.outstanding.length - 1;
    if (more === 0) return openOf(step, facts);
    const own = stepWord(step, facts.saga, facts.definition, 'open');
    return own === null ? `${more + 1} steps still in effect` : `${own} and ${more} more`;
  }
  const owed = facts.owedForward[0];
  if (owed !== undefined) return `${isolated(owed.name)} still owed`;
  const doubt = facts.inDoubt[0];
  return doubt === undefined ? null : `outcome of ${isolated(doubt.name)} unknown`;
}

const done = (facts: Facts): string =>
  `${counted(facts.saga.steps.filter((step) => step.inEffect).length, 'step')} done`;

const STATE_LINE: Record<SagaStatus, (facts: Facts) => string> = {
  RUNNING: (facts) => {
    const step = facts.pending[0];
    if (step !== undefined) return `${isolated(step.name)} is under way, ${done(facts)}`;
    return facts.failed.length > 0 ? `${whatFailed(facts).at(-1)}, may be tried again` : done(facts);
  },
  COMPLETED: () => 'All required steps are done',
  FAILED: (facts) => {
    const failed = whatFailed(facts)[0] ?? 'A required step failed';
    const inEffect = openEffect(facts);
    return inEffect === null ? failed : `${upper(inEffect, facts)}: ${failed}`;
  },
  COMPENSATING: (facts) => {
    const step = facts.undoing[0];
    if (step !== undefined) return `Compensating ${isolated(step.name)}`;
    const left = openEffect(facts);
    if (left !== null) return `Going back: ${left}`;
    return facts.saga.steps.some((one) => one.settled) ? 'Settled by a person' : 'Going back';
  },
  COMPENSATED: (facts) => {
    const failed = facts.failed[0];
    return failed === undefined ? 'Compensated' : `Compensated after ${isolated(failed.step.name)} failed`;
  },
};

/** While it runs forward, effects are not open: they are what was asked for. */
const moving = (facts: Facts): boolean => {
  const worst = facts.reasons[0]?.reason;
  return facts.saga.status === 'RUNNING' && (worst === undefined || worst === 'STUCK' || worst === 'AWAITING_APPROVAL');
};

/**
 * The line of a worklist: open effect, colon, cause; 60 code points at most, cut with "…". Without a reason for
 * attention a short line on its state. `now` (epoch ms) leaves out reasons that are not due yet; without it every
 * reason counts and the wording holds at any time. Source: DESIGN.md, Writing.
 */
export function headline(saga: Saga, definition: DefinitionVersion | null, now: number | null = null): string {
  const facts = factsOf(saga, definition, now ?? Number.POSITIVE_INFINITY);
  const worst = facts.reasons[0];
  const waits =
    worst === undefined ||
    (now === null && worst.reason === 'STUCK' && facts.pending.length + facts.undoing.length > 0);
  if (worst === undefined || (waits && saga.status === 'RUNNING')) return cut(STATE_LINE[saga.status](facts), LONGEST);
  const idle = now === null || worst.reason !== 'STUCK' ? null : `No progress for ${duration(now - saga.updatedAt)}`;
  const open = moving(facts) ? idle : openEffect(facts);
  const causes = CAUSE[worst.reason](facts);
  const shortest = causes.at(-1);
  if (shortest === undefined) return cut(open === null ? STATE_LINE[saga.status](facts) : upper(open, facts), LONGEST);
  if (open === null) return cut(upper(causes.find(fits) ?? shortest, facts), LONGEST);
  const lines = causes.map((cause) => `${upper(open, facts)}: ${cause}`);
  const room = LONGEST - length(shortest) - 2;
  const squeezed = room < LEAST_OPEN ? `${open}: ${shortest}` : `${cut(open, room)}: ${shortest}`;
  return lines.find(fits) ?? cut(upper(squeezed, facts), LONGEST);
}
