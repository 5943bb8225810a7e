import type { DefinitionVersion } from '../definition/definition';
import { stepOf } from '../definition/step-of';
import type { Saga, SagaStatus, Step } from '../saga/saga';
import { factsOf, type Facts } from './facts';
import { isolated } from './isolated';
import { codeText, compensationName, stepWord } from './words';

const LONGEST_KEY = 40;

/** "Your request 8841": the business key is the name by which the customer knows it. */
function request({ saga }: Facts): string {
  const key = saga.businessKey;
  return key === null || key.length > LONGEST_KEY || /[{}\p{Cc}]/u.test(key)
    ? 'Your request'
    : `Your request ${isolated(key)}`;
}

/** A definition's words may name what customers must not read: then they are left out. */
function told(step: Step, facts: Facts, word: 'failed' | 'undone'): string[] {
  const text = stepWord(step, facts.saga, facts.definition, word);
  if (text === null) return [];
  const error = codeText(step.error);
  const declared = stepOf(facts.definition, step.name);
  const hidden = [error, step.name, compensationName(step, facts.definition)].filter((name) => name !== null);
  const services = [step.service, declared?.service].map((name) => (name ? ` ${name.toLowerCase()} service` : ''));
  const lower = ` ${text.toLowerCase()} `;
  const leaks =
    hidden.some((name) => text.includes(name)) ||
    /\b[A-Z0-9]+_[A-Z0-9_]+\b/.test(text) ||
    services.some((name) => name !== '' && lower.includes(name));
  return leaks ? [] : [/[.!?]$/.test(text) ? text : `${text}.`];
}

/** An unknown outcome is no failure to tell: the words of a step in doubt stay out. */
const whatFailed = (facts: Facts): string[] =>
  facts.failed
    .filter(({ step }) => !facts.inDoubt.includes(step))
    .slice(0, 1)
    .flatMap(({ step }) => told(step, facts, 'failed'));
const whatWasUndone = (facts: Facts): string[] =>
  facts.undone.filter((step) => step.lastDoneId !== null).flatMap((step) => told(step, facts, 'undone'));
const UNKNOWN = 'The outcome of one part is not known yet.';

/** Effects in the world, checks aside: those leave nothing behind. */
const standing = ({ saga }: Facts): boolean => saga.steps.some((step) => step.inEffect && step.kind !== 'none');

function leftBehind(facts: Facts): string[] {
  if (facts.outstanding.length > 0) return ['What was already done for it has not been taken back yet.'];
  if (facts.inDoubt.length + facts.pending.length > 0) return [UNKNOWN];
  return standing(facts) ? [] : ['Nothing of it is in effect.'];
}

function unfinished(facts: Facts): string[] {
  if (facts.outstanding.length > 0) return ['Not everything has been taken back yet.'];
  return facts.inDoubt.length > 0 ? [UNKNOWN] : [];
}

const TEXT: Record<SagaStatus, (facts: Facts) => string[]> = {
  RUNNING: (facts) =>
    facts.owedForward.length > 0
      ? [`${request(facts)} went through, but one part of it is not done yet.`]
      : [`${request(facts)} is not finished yet.`],
  COMPLETED: (facts) => [
    facts.failed.length === 0
      ? `${request(facts)} was carried out.`
      : `${request(facts)} was carried out, except for a part that it does not depend on.`,
  ],
  FAILED: (facts) =>
    facts.saga.pivotInEffect
      ? [`${request(facts)} went through, but one part of it could not be done.`]
      : [`${request(facts)} could not be carried out.`, ...whatFailed(facts), ...leftBehind(facts)],
  COMPENSATING: (facts) => [
    facts.failed.length > 0
      ? `${request(facts)} could not be carried out.`
      : `${request(facts)} does not stand as it was.`,
    ...whatFailed(facts),
    ...whatWasUndone(facts),
    ...unfinished(facts),
  ],
  COMPENSATED: (facts) => [
    facts.failed.length > 0 ? `${request(facts)} could not be carried out.` : `${request(facts)} was taken back.`,
    ...whatFailed(facts),
    ...whatWasUndone(facts),
    facts.inDoubt.length > 0
      ? UNKNOWN
      : standing(facts)
        ? 'What could be taken back has been taken back.'
        : 'Nothing of it is in effect.',
  ],
};

/**
 * What support may tell the customer: no codes, no service names, no promise of dates, and nothing that the log does
 * not prove. Null where the log proves too little: a learning type that has not ended, an end that was only guessed, or a fault that a person has to
 * look at first. Source: DESIGN.md, Writing.
 */
export function customerText(saga: Saga, definition: DefinitionVersion | null): string | null {
  const facts = factsOf(saga, definition, Number.POSITIVE_INFINITY);
  if (facts.anomalies.length > 0) return `${request(facts)} has to be checked by us before we can say how it stands.`;
  if (saga.status === 'RUNNING' && definition === null) return null;
  if (saga.status === 'COMPLETED' && definition?.source !== 'declared') return null;
  return TEXT[saga.status](facts).join(' ');
}
