import type { SagaDefinition, StepDefinition } from './definition';
import { oneOfGroups, predecessors } from './graph';

/** Why the kind of a step leaves its compensation nothing to do. */
const NOTHING_TO_UNDO: Partial<Record<StepDefinition['kind'], string>> = {
  none: 'it has no effect to undo',
  pivot: 'it is the point of no return',
  retriable: 'it only goes forward',
};

/**
 * What a definition says against itself, in words; empty where it holds together. Expects that every name in
 * `after` is a step and that no step waits for itself. Contract part 3.
 */
export function contradictionsOf(body: SagaDefinition): { path: string; message: string }[] {
  const before = ancestors(body);
  const pivots = body.steps.filter(({ kind }) => kind === 'pivot');
  const groups = oneOfGroups(body);
  return body.steps.flatMap((step, index) => {
    const found: { path: string; message: string }[] = [];
    const say = (field: string, message: string) => found.push({ path: `steps[${index}].${field}`, message });
    const earlier = before.get(step.name) ?? new Set();

    const why = NOTHING_TO_UNDO[step.kind];
    if (step.compensation !== undefined && why !== undefined) {
      say('compensation', `"${step.name}" is ${step.kind}: ${why}, so it has no compensation`);
    }
    if (step.kind === 'pivot') {
      const first = pivots.find(({ name }) => earlier.has(name));
      if (first) say('kind', `"${step.name}" comes after the pivot "${first.name}": a saga turns only once`);
    }
    if (step.oneOf !== undefined) {
      const others = (groups.get(step.oneOf) ?? []).filter((other) => other !== step);
      if (others.length === 0) say('oneOf', `"${step.name}" is the only step of "${step.oneOf}"`);
      if (step.optional) say('optional', `one of "${step.oneOf}" is required, so "${step.name}" cannot be optional`);
      const waitsFor = others.find(({ name }) => earlier.has(name));
      if (waitsFor) say('after', `"${step.name}" waits for "${waitsFor.name}", and only one of the two will run`);
    }
    const occurrenceOf = body.steps.find(({ name, repeat }) => repeat && isOccurrence(step.name, name));
    if (occurrenceOf) say('name', `"${step.name}" is already an occurrence of "${occurrenceOf.name}", which repeats`);
    return found;
  });
}

const isOccurrence = (name: string, base: string): boolean =>
  name.startsWith(`${base}#`) && /^\d+$/u.test(name.slice(base.length + 1));

/** Everything that has to be over before a step, not only what it waits for itself. */
function ancestors(body: SagaDefinition): ReadonlyMap<string, ReadonlySet<string>> {
  const direct = predecessors(body);
  const all = new Map<string, Set<string>>();
  const of = (name: string): Set<string> => {
    const known = all.get(name);
    if (known) return known;
    const found = new Set<string>();
    all.set(name, found);
    for (const before of direct.get(name) ?? []) {
      found.add(before);
      for (const earlier of of(before)) found.add(earlier);
    }
    return found;
  };
  for (const { name } of body.steps) of(name);
  return all;
}
