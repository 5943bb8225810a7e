import type { DefinitionVersion } from '../definition/definition';
import { firstSteps, resolveStep } from '../definition/graph';
import { inLogOrder, type SagaRow } from './row';

/**
 * The definition version that a saga keeps for life, or null while its type is learning. `versions`: all stored
 * versions of all types, in any order. Contract part 2 (identity) and 3 (versions).
 *
 * Type: the first non-null saga_type in log order; else the one type whose version begins with this saga's first step.
 * Version: the first non-null saga_version; where that one is not stored, the nearest lower, else the lowest stored:
 * a writer is ahead of its definition, not foreign to it. Without saga_version the version in force when the first
 * row was seen; version 1 holds for all history before it.
 */
export function chooseDefinition(
  rows: readonly SagaRow[],
  versions: readonly DefinitionVersion[],
): DefinitionVersion | null {
  const ordered = inLogOrder(rows);
  const first = ordered[0];
  if (!first) return null;
  const written = ordered.find(({ sagaVersion }) => sagaVersion !== null)?.sagaVersion ?? null;
  const type = ordered.find(({ sagaType }) => sagaType !== null)?.sagaType ?? null;
  if (type !== null) {
    const ofType = versions.filter((version) => version.type === type);
    return versionFor(ofType, written, first.seenAt);
  }
  const fitting = [...byType(versions).values()]
    .map((ofType) => versionFor(ofType, written, first.seenAt))
    .filter((version): version is DefinitionVersion => version !== null && beginsWith(version, first.stepName));
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

function versionFor(
  ofType: readonly DefinitionVersion[],
  written: number | null,
  seenAt: number,
): DefinitionVersion | null {
  const ascending = ofType.toSorted((a, b) => a.version - b.version);
  const holds = ({ version, inForceFrom }: DefinitionVersion) =>
    written === null ? inForceFrom <= seenAt : version <= written;
  return ascending.findLast(holds) ?? ascending[0] ?? null;
}

function beginsWith({ body }: DefinitionVersion, stepName: string): boolean {
  const step = resolveStep(body, stepName);
  return step !== null && firstSteps(body).includes(step);
}

function byType(versions: readonly DefinitionVersion[]): Map<string, DefinitionVersion[]> {
  const types = new Map<string, DefinitionVersion[]>();
  for (const version of versions) types.set(version.type, [...(types.get(version.type) ?? []), version]);
  return types;
}
