import type { StepDefinition } from '../definition/definition';
import type { Judged } from './attention';
import type { Course } from './course';
import type { Step } from './saga';
import { errorOf } from './step-course';

/**
 * The steps of a saga: as declared, the occurrences of a repeated step at its place, then those nobody declared
 * in order of their first row. A declared step without a row has no state.
 */
export function listSteps(course: Course, judged: readonly Judged[]): Step[] {
  const byDeclaration = new Map<StepDefinition | null, Judged[]>();
  for (const one of judged) {
    const { declaration } = one.step;
    const same = byDeclaration.get(declaration);
    if (same) same.push(one);
    else byDeclaration.set(declaration, [one]);
  }
  const declared = (course.definition?.body.steps ?? []).flatMap((declaration) => {
    const occurrences = byDeclaration.get(declaration) ?? [];
    const waits = occurrences.every(({ step }) => step.state === null && step.name !== declaration.name);
    return [...(waits ? [notStarted(declaration)] : []), ...occurrences.map(toStep)];
  });
  const steps = [...declared, ...(byDeclaration.get(null) ?? []).map(toStep)];
  for (const [index, step] of steps.entries()) step.index = index;
  return steps;
}

function toStep({ step, settled, inDoubt }: Judged): Step {
  const { declaration, state, inEffect } = step;
  return {
    name: step.name,
    index: 0,
    declared: declaration !== null,
    kind: step.kind,
    required: declaration ? !declaration.optional : state !== null,
    state,
    inEffect,
    inDoubt,
    suspended: step.suspended,
    // A RESOLVE covers all steps; only what leaves something to settle says so.
    settled: settled && (inEffect || state !== 'compensated'),
    attempts: step.attempts.forward.count,
    compensationAttempts: step.attempts.undo.count,
    startedAt: step.startedAt,
    finishedAt: step.finishedAt,
    error: errorOf(step),
    compensatingAction: step.compensatingAction ?? declaration?.compensation ?? null,
    service: declaration?.service ?? step.service,
    context: step.context,
    lastDoneId: step.lastDoneId,
    lastUndoneId: step.lastUndoneId,
    lastStartedId: step.lastStartedId,
    lastFailedId: step.lastFailedId,
    lastRowId: step.lastRowId,
    // Copies: an open attempt is ended by a later row, and this saga is as of now.
    attemptList: step.attempts.list.map((attempt) => ({ ...attempt })),
  };
}

const notStarted = (declaration: StepDefinition): Step => ({
  name: declaration.name,
  index: 0,
  declared: true,
  kind: declaration.kind,
  required: !declaration.optional,
  state: null,
  inEffect: false,
  inDoubt: false,
  suspended: false,
  settled: false,
  attempts: 0,
  compensationAttempts: 0,
  startedAt: null,
  finishedAt: null,
  error: null,
  compensatingAction: declaration.compensation ?? null,
  service: declaration.service ?? null,
  context: null,
  lastDoneId: null,
  lastUndoneId: null,
  lastStartedId: null,
  lastFailedId: null,
  lastRowId: null,
  attemptList: [],
});
