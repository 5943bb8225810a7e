import type { DefinitionVersion, StepDefinition } from './definition';

/** The definition of a step as the log names it; `ship#2` belongs to the repeating step `ship`. Null: nobody declared it. */
export function stepOf(definition: DefinitionVersion | null, stepName: string): StepDefinition | null {
  if (definition === null) return null;
  const steps = definition.body.steps;
  const exact = steps.find((step) => step.name === stepName);
  if (exact) return exact;
  const hash = stepName.lastIndexOf('#');
  return (hash > 0 && steps.find((step) => step.repeat && step.name === stepName.slice(0, hash))) || null;
}
