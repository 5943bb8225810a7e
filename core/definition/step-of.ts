import type { DefinitionVersion, StepDefinition } from './definition';
import { resolveStep } from './graph';

/** The definition of a step as the log names it, of a version that may be absent (a learning type). Null: nobody declared it. */
export const stepOf = (definition: DefinitionVersion | null, stepName: string): StepDefinition | null =>
  definition === null ? null : resolveStep(definition.body, stepName);
