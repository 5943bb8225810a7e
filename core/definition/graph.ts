import type { SagaDefinition, StepDefinition } from './definition';

/**
 * What each step waits for, by name. Contract part 3: `after`, and where that is absent the step before.
 * Alternatives (`oneOf`) do not follow one another: the step before is then the one before the group,
 * and a step behind a group waits for the group, so all its members are named.
 */
export function predecessors(definition: SagaDefinition): ReadonlyMap<string, readonly string[]> {
  const { steps } = definition;
  const found = new Map<string, readonly string[]>();
  for (const [index, step] of steps.entries()) {
    if (step.after) {
      found.set(step.name, step.after);
      continue;
    }
    let before = index - 1;
    while (before >= 0 && step.oneOf !== undefined && steps[before]?.oneOf === step.oneOf) before -= 1;
    const previous = steps[before];
    if (!previous) found.set(step.name, []);
    else if (previous.oneOf === undefined) found.set(step.name, [previous.name]);
    else
      found.set(
        step.name,
        steps.filter(({ oneOf }) => oneOf === previous.oneOf).map(({ name }) => name),
      );
  }
  return found;
}

/** The steps that wait for nothing, in declared order: a saga of this definition begins with one of them. */
export function firstSteps(definition: SagaDefinition): StepDefinition[] {
  const before = predecessors(definition);
  return definition.steps.filter(({ name }) => before.get(name)?.length === 0);
}

/** The groups of which one member is required: group name → members in declared order. */
export function oneOfGroups(definition: SagaDefinition): ReadonlyMap<string, readonly StepDefinition[]> {
  const groups = new Map<string, StepDefinition[]>();
  for (const step of definition.steps) {
    if (step.oneOf === undefined) continue;
    const members = groups.get(step.oneOf);
    if (members) members.push(step);
    else groups.set(step.oneOf, [step]);
  }
  return groups;
}

/** The declaration that a row's step name means: its own, or for `ship#2` that of `ship` where that repeats; else null. */
export function resolveStep(definition: SagaDefinition, rowName: string): StepDefinition | null {
  return stepResolver(definition)(rowName);
}

/** {@link resolveStep} for many names of one definition. */
export function stepResolver(definition: SagaDefinition): (rowName: string) => StepDefinition | null {
  const byName = new Map(definition.steps.map((step) => [step.name, step]));
  return (rowName) => {
    const own = byName.get(rowName);
    if (own) return own;
    const base = /^(.+)#\d+$/su.exec(rowName)?.[1];
    const repeated = base === undefined ? undefined : byName.get(base);
    return repeated?.repeat ? repeated : null;
  };
}

/**
 * The required steps that can run next: not fulfilled themselves, everything they wait for is.
 * An optional step holds nobody up; a group is fulfilled by any of its members.
 */
export function nextRequired(definition: SagaDefinition, fulfilled: (name: string) => boolean): StepDefinition[] {
  const before = predecessors(definition);
  const byName = new Map(definition.steps.map((step) => [step.name, step]));
  const groups = oneOfGroups(definition);
  const done = (step: StepDefinition): boolean =>
    step.oneOf === undefined
      ? fulfilled(step.name)
      : (groups.get(step.oneOf) ?? []).some(({ name }) => fulfilled(name));
  const passed = new Map<string, boolean>();
  const ready = (step: StepDefinition): boolean => (before.get(step.name) ?? []).every(isPassed);
  function isPassed(name: string): boolean {
    const known = passed.get(name);
    if (known !== undefined) return known;
    passed.set(name, false);
    const step = byName.get(name);
    const answer = step === undefined || done(step) || (step.optional && ready(step));
    passed.set(name, answer);
    return answer;
  }
  return definition.steps.filter((step) => !step.optional && !done(step) && ready(step));
}
