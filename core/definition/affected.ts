import type { DefinitionVersion } from './definition';
import { firstSteps } from './graph';

/**
 * The saga types whose sagas a definition version may change: its own, those that are named after a first step of it,
 * and those that begin alike (a first step that two types share names neither).
 */
export function affectedTypes(version: DefinitionVersion, versions: readonly DefinitionVersion[]): string[] {
  const begins = new Set(firstSteps(version.body).map((step) => step.name));
  const alike = versions.filter(({ body }) => firstSteps(body).some((step) => begins.has(step.name)));
  return [...new Set([version.type, ...begins, ...alike.map(({ type }) => type)])];
}
