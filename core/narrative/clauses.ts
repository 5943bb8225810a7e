import { stepOf } from '../definition/step-of';
import type { AnomalyKind, AttentionReason, Saga, SagaStatus, Settlement, Step } from '../saga/saga';
import type { Facts } from './facts';
import { isolated } from './isolated';
import { counted } from './counted';
import {
  code,
  duration,
  evidence,
  failedClause,
  listed,
  plain,
  stepWord,
  textOf,
  times,
  undoingClause,
  undoneClause,
  type Clause,
} from './words';

const names = (steps: readonly Step[]): Clause => listed(steps.map((step) => [code(step.name)]));
const stepsThat = (steps: readonly Step[], one: string, many: string): Clause[] =>
  steps.length === 0 ? [] : [[...names(steps), plain(steps.length === 1 ? one : many)]];
const due = ({ reasons }: Facts, reason: AttentionReason): boolean => reasons.some((one) => one.reason === reason);

/** While it runs and nobody is called, its effects are what was asked for. */
const effectsAreOpen = (facts: Facts): boolean =>
  facts.saga.status !== 'RUNNING' || facts.reasons.some(({ reason }) => reason !== 'AWAITING_APPROVAL');

function failures(facts: Facts): Clause[] {
  const { saga, definition } = facts;
  return facts.failed.map(({ step, error, attempts }) => {
    const limit = stepOf(definition, step.name)?.attempts ?? null;
    const again = saga.status === 'RUNNING' && error?.retryable === true && limit !== null && attempts < limit;
    const optional = saga.status === 'COMPLETED' && !step.required ? [plain('; the step is not required')] : [];
    return [
      ...failedClause(step, saga, definition),
      ...evidence(error, attempts, again ? limit : null),
      ...optional,
      ...(again ? [plain(' and may be tried again')] : []),
    ];
  });
}

/** What was undone; what could not be undone; what is being undone: one clause, parts set off by semicolons. */
function undos({ saga, definition, undone, undoFailed, undoing }: Facts): Clause[] {
  const named = undone.map((step) => undoneClause(step, saga, definition));
  const failed = undoFailed.map((step) => [
    ...undoingClause(step, saga, definition),
    plain(step.compensationAttempts > 0 ? ` failed ${times(step.compensationAttempts)}` : ' failed'),
    ...evidence(step.error, 0),
  ]);
  const going = undoing.map((step) => [...undoingClause(step, saga, definition), plain(' is under way')]);
  const all: Clause[] = [...named, ...failed, ...going];
  return all.length === 0 ? [] : [all.flatMap((clause, at) => (at === 0 ? clause : [plain('; '), ...inside(clause)]))];
}

/** A clause behind a semicolon: its first word small, unless it is an abbreviation or a machine's name. */
function inside([first, ...rest]: Clause): Clause {
  if (first === undefined || first.as !== 'text') return first === undefined ? [] : [first, ...rest];
  return [{ ...first, text: first.text.replace(/^\p{Lu}(?=\p{Ll})/u, (letter) => letter.toLowerCase()) }, ...rest];
}

const ANOMALY: Partial<Record<AnomalyKind, (name: string, facts: Facts) => Clause>> = {
  suspension: (name) => [code(name), plain(' took effect after its compensation (suspension)')],
  contradiction: (name) => [code(name), plain(' was reported done and then failed (contradiction)')],
  double_compensation: (name) => [
    code(name),
    plain(' was compensated twice, by different hands (double compensation)'),
  ],
  past_pivot: (name, { pivot }) =>
    pivot === null
      ? [code(name), plain(' was compensated past the point of no return (past pivot)')]
      : [code(name), plain(' was compensated although '), code(pivot.name), plain(' is done (past pivot)')],
};

function faults(facts: Facts): Clause[] {
  const seen = new Set<string>();
  return facts.anomalies.flatMap(({ kind, stepName }) => {
    const key = `${kind} ${stepName}`;
    const say = ANOMALY[kind];
    if (say === undefined || seen.has(key)) return [];
    seen.add(key);
    return [say(stepName, facts)];
  });
}

/** By whose word an effect is settled: step by step, and what a resolved saga leaves as it is. */
function settled({ saga }: Facts, settlements: readonly Settlement[]): Clause[] {
  const stays = saga.steps.filter(
    (step) => step.settled && (step.kind === 'compensatable' ? step.state !== 'compensated' : UNENDED.has(step.state)),
  );
  const own = (step: Step) => settlements.findLast((one) => one.stepName === step.name);
  const resolved = settlements.findLast((one) => one.stepName === null);
  const single = stays.filter((step) => resolved === undefined || own(step) !== undefined);
  const clauses = single.map((step): Clause => [
    code(step.name),
    plain(` was settled by ${isolated(own(step)?.by ?? 'a person')}`),
  ]);
  if (resolved === undefined) return clauses;
  const left = stays.filter((step) => step.inEffect && own(step) === undefined);
  const still: Clause = left.length === 0 ? [] : [plain(' with '), ...names(left), plain(' still in effect')];
  return [...clauses, [plain(`it was marked resolved by ${isolated(resolved.by)}`), ...still]];
}
const UNENDED: ReadonlySet<Step['state']> = new Set(['pending', 'failed', 'compensating', 'compensation_failed']);

const passedPivot = ({ pivot }: Facts): Clause[] =>
  pivot === null ? [] : [[code(pivot.name), plain(' is done, so it can only go forward')]];

const inEffect = (saga: Saga): number => saga.steps.filter((step) => step.inEffect).length;

const STATUS: Record<SagaStatus, (facts: Facts) => Clause[]> = {
  RUNNING: (facts) => {
    const { saga, definition, pending } = facts;
    const quiet = effectsAreOpen(facts) || facts.outstanding.length === 0;
    const standing = quiet ? '' : ': ';
    const done = inEffect(saga);
    const taken: Clause = [
      plain(`${counted(done, 'step')} ${done === 1 ? 'is' : 'are'} done${standing}`),
      ...(quiet ? [] : names(facts.outstanding.toReversed())),
    ];
    const next = saga.steps.find((step) => step.state === null && step.required);
    const waiting: Clause[] = stepsThat(pending, ' is under way', ' are under way');
    if (waiting.length === 0 && next !== undefined && facts.failed.length === 0)
      waiting.push([plain('next is '), code(next.name)]);
    const learning: Clause[] =
      definition === null ? [[plain('no definition says which steps it has: cannot tell whether it is finished')]] : [];
    return [...failures(facts), ...undos(facts), ...(done === 0 ? [] : [taken]), ...waiting, ...learning];
  },
  COMPLETED: (facts) => {
    const discovered = facts.definition?.source === 'discovered';
    const all = discovered ? 'every step that sagas of its type usually take is done' : 'all required steps are done';
    return [[plain(all)], ...failures(facts), ...undos(facts)];
  },
  FAILED: (facts) => {
    const { saga, outstanding, inDoubt } = facts;
    if (outstanding.length > 0) return [...failures(facts), [plain('nothing has been undone')]];
    const nothing = inEffect(saga) === 0 && inDoubt.length === 0 && facts.pending.length === 0;
    return [...failures(facts), ...(nothing ? [[plain('nothing took effect, so nothing is owed')]] : [])];
  },
  COMPENSATING: (facts) => [
    ...(facts.saga.goingBack && facts.failed.length === 0
      ? [[plain('it is going back, though no step is recorded as failed')]]
      : failures(facts)),
    ...undos(facts),
    ...(facts.pending.length === 0 ? [] : stepsThat(facts.pending, ' has not finished', ' have not finished')),
  ],
  COMPENSATED: (facts) => [
    ...failures(facts),
    ...undos(facts),
    [plain(facts.inDoubt.length === 0 ? 'no effect is left to undo' : 'no known effect is left to undo')],
  ],
};

/** Shorter silence is nothing to speak of. */
const IDLE_MS = 60_000;

const REASON: Record<AttentionReason, (facts: Facts, now: number, stepName: string | null) => Clause[]> = {
  COMPENSATION_FAILED: (facts, _, stepName) =>
    stepName === null || facts.undoFailed.some((step) => step.name === stepName)
      ? []
      : [[plain('a call to compensate '), code(stepName), plain(' ended without success')]],
  ANOMALY: () => [],
  FAILED_UNCOMPENSATED: ({ saga, outstanding, undoFailed }) =>
    saga.status === 'COMPENSATING' && outstanding.some((step) => !undoFailed.includes(step))
      ? [[plain('the rest has not been undone')]]
      : [],
  FAILED_AFTER_PIVOT: () => [],
  // Stuck by its deadline it may still move, or be repaired right now.
  STUCK: ({ saga }, now) =>
    now - saga.updatedAt < IDLE_MS
      ? [[plain('its deadline has passed')]]
      : [[plain(`no progress for ${duration(now - saga.updatedAt)}`)]],
  AWAITING_APPROVAL: () => [[plain('an intervention waits for approval')]],
};

/** Everything to say but what is still open, in the order of the pattern: what failed, what was undone, what is the matter. */
export function clauses(facts: Facts, now: number, settlements: readonly Settlement[]): Clause[] {
  const past = facts.owedForward.length > 0 || due(facts, 'FAILED_AFTER_PIVOT') ? passedPivot(facts) : [];
  return [
    ...STATUS[facts.saga.status](facts),
    ...faults(facts),
    ...past,
    ...settled(facts, settlements),
    ...facts.reasons.flatMap((one) => REASON[one.reason](facts, now, one.stepName)),
  ];
}

const and = (steps: readonly Step[]): string => textOf(names(steps));
const be = (steps: readonly Step[]): string => (steps.length === 1 ? 'is' : 'are');

/** What is still open, in things and money where the definition's words give them. */
export function openTexts(facts: Facts): string[] {
  const { saga, definition, owedForward } = facts;
  const outstanding = effectsAreOpen(facts) ? facts.outstanding : [];
  const own = outstanding.flatMap((step) => stepWord(step, saga, definition, 'open') ?? []);
  const generic = outstanding.filter((step) => stepWord(step, saga, definition, 'open') === null);
  const waiting = due(facts, 'STUCK') ? facts.pending.filter((step) => !step.inEffect) : [];
  const doubt = [...facts.inDoubt, ...waiting.filter((step) => !facts.inDoubt.includes(step))];
  return [
    ...own,
    ...(generic.length === 0 ? [] : [`${and(generic)} ${be(generic)} still in effect`]),
    ...(owedForward.length === 0 ? [] : [`${and(owedForward)} ${be(owedForward)} still owed`]),
    ...(doubt.length === 0 ? [] : [`outcome unknown: ${and(doubt)}`]),
  ];
}
