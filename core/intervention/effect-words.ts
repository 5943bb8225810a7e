import type { DefinitionVersion } from '../definition/definition';
import { stepOf } from '../definition/step-of';
import { fill } from '../narrative/fill';
import { isolated } from '../narrative/isolated';
import type { Saga, Step } from '../saga/saga';
import { inDoubt, isRefusedForGood } from './callable';

/** As much of a planned step as its words need. */
interface Called {
  stepName: string;
  call: { service: string } | null;
}

export interface Touches {
  services: string[];
  stock: string;
  money: string;
  customerMessages: string;
}

/** What a call does, in the definition's words where they can be filled; a doubt is said. */
export function effectWords(
  step: Step,
  action: 'compensate' | 'retry',
  doubt: boolean,
  saga: Saga,
  definition: DefinitionVersion | null,
): string {
  if (action === 'retry') {
    return step.state === 'pending'
      ? `Runs ${isolated(step.name)} again: its outcome is unknown.`
      : `Runs ${isolated(step.name)} again.`;
  }
  const own = fill(stepOf(definition, step.name)?.words?.undo, [step.context, saga.context]);
  const refused = isRefusedForGood(step)
    ? ` It was refused before${step.error?.message ? ` (${isolated(step.error.message)})` : ''} and may be refused again.`
    : '';
  if (doubt && refused === '')
    return `${own === null ? `Undoes ${isolated(step.name)}` : own.replace(/[.]$/, '')}, if it took effect: its outcome is unknown.`;
  if (own === null) return `Undoes ${isolated(step.name)}, which is in effect.${refused}`;
  return `${/[.]$/.test(own) ? own : `${own}.`}${refused}`;
}

/** Declared words joined; "none" where all steps declare and none touches it; what nobody declared stays unknown. */
function touched(
  kind: 'stock' | 'money' | 'customerMessages',
  steps: readonly Called[],
  saga: Saga,
  definition: DefinitionVersion | null,
): string {
  const known: string[] = [];
  const unknown: string[] = [];
  for (const { stepName, call } of steps) {
    if (call === null) continue;
    const touches = stepOf(definition, stepName)?.touches;
    const step = saga.steps.find((one) => one.name === stepName);
    const text = fill(touches?.[kind], [step?.context ?? null, saga.context]);
    const doubt = step !== undefined && inDoubt(step, saga);
    if (text !== null) known.push(doubt ? `${text}, if it took effect` : text);
    else if (touches === undefined || touches[kind] !== undefined) unknown.push(stepName);
  }
  if (unknown.length > 0) known.push(`not declared for ${unknown.map(isolated).join(', ')}`);
  return known.length === 0 ? 'none' : known.join('; ');
}

/** What the calls of a plan touch in the world. DESIGN.md, Intervention dialog 3: "none" is written out. */
export function touchesOf(steps: readonly Called[], saga: Saga, definition: DefinitionVersion | null): Touches {
  const services = steps.flatMap(({ call }) => (call === null ? [] : [call.service]));
  return {
    services: Array.from(new Set(services)),
    stock: touched('stock', steps, saga, definition),
    money: touched('money', steps, saga, definition),
    customerMessages: touched('customerMessages', steps, saga, definition),
  };
}
