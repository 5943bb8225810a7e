import type { SentencePart } from '../contract/sagas';
import type { DefinitionVersion } from '../definition/definition';
import { stepOf } from '../definition/step-of';
import type { StepError } from '../saga/row';
import type { Saga, Step } from '../saga/saga';
import { counted } from './counted';
import { fill } from './fill';
import { isolated } from './isolated';

export type Clause = SentencePart[];

export const plain = (text: string): SentencePart => ({ text, as: 'text' });
export const code = (text: string): SentencePart => ({ text, as: 'code' });

/** `one, two and three`, each as given. */
export function listed(clauses: readonly Clause[]): Clause {
  return clauses.flatMap((clause, at) => {
    if (at === 0) return clause;
    return [plain(at === clauses.length - 1 ? ' and ' : ', '), ...clause];
  });
}

export const times = (count: number): string => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`);

/** Milliseconds as people say them: `12 s`, `22 min`, `1 h 12 min`, `3 days`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return counted(Math.floor(hours / 24), 'day');
}

/** The definition's words for a step, filled from its context; null where the generic template stands in. */
export const stepWord = (
  step: Step,
  saga: Saga,
  definition: DefinitionVersion | null,
  word: 'failed' | 'undone' | 'undoing' | 'open',
): string | null => fill(stepOf(definition, step.name)?.words?.[word], [step.context, saga.context]);

/** The name of the step's compensation, as declared or as logged; null where neither says. */
export const compensationName = (step: Step, definition: DefinitionVersion | null): string | null =>
  stepOf(definition, step.name)?.compensation ?? step.compensatingAction;

/** Shipment could not be created / create_shipment failed. */
export function failedClause(step: Step, saga: Saga, definition: DefinitionVersion | null): Clause {
  const own = stepWord(step, saga, definition, 'failed');
  return own === null ? [code(step.name), plain(' failed')] : [plain(own)];
}

/** Payment was voided / authorize_payment was undone; never the definition's words for what had not taken effect. */
export function undoneClause(step: Step, saga: Saga, definition: DefinitionVersion | null): Clause {
  const own = step.lastDoneId === null ? null : stepWord(step, saga, definition, 'undone');
  return own === null ? [code(step.name), plain(' was undone')] : [plain(own)];
}

/** The undo as an activity: releasing inventory / release_inventory / undoing reserve_inventory. */
export function undoingClause(step: Step, saga: Saga, definition: DefinitionVersion | null): Clause {
  const own = stepWord(step, saga, definition, 'undoing');
  if (own !== null) return [plain(own)];
  const compensation = compensationName(step, definition);
  return compensation === null ? [plain('compensating '), code(step.name)] : [code(compensation)];
}

const LONGEST_CODE = 64;

/** An error code as logged, cut by code point where a writer put a text into it. */
export function codeText(error: StepError | null): string | null {
  if (error?.code === null || error?.code === undefined || error.code === '') return null;
  const points = Array.from(error.code);
  return points.length <= LONGEST_CODE ? error.code : `${points.slice(0, LONGEST_CODE - 1).join('')}…`;
}

/** {@link codeText} as a word of a string. */
export function isolatedCode(error: StepError | null): string | null {
  const text = codeText(error);
  return text === null ? null : isolated(text);
}

/** ` (CARRIER_TIMEOUT, 3 attempts)`; nothing where nothing is known. */
export function evidence(error: StepError | null, attempts: number, of: number | null = null): Clause {
  const known = codeText(error);
  const count = attempts < 1 ? null : of === null ? counted(attempts, 'attempt') : `attempt ${attempts} of ${of}`;
  if (known === null && count === null) return [];
  const middle: Clause = known === null ? [] : [code(known)];
  if (known !== null && count !== null) middle.push(plain(', '));
  if (count !== null) middle.push(plain(count));
  return [plain(' ('), ...middle, plain(')')];
}

/** The parts as one string: names keep their direction to themselves. */
export const textOf = (parts: readonly SentencePart[]): string =>
  parts.map(({ text, as }) => (as === 'code' ? isolated(text) : text)).join('');
