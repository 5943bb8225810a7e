import type { DefinitionVersion } from '../definition/definition';
import { anomaliesOf } from './anomalies';
import { attentionOf, type Judged } from './attention';
import { type Course, courseStatus, newCourse, takeRow } from './course';
import { currentStep, lastError } from './current';
import { at, inLogOrder, type SagaRow } from './row';
import type { InterventionFact, Saga, Settlement } from './saga';
import { isSettled, readSettlements } from './settlement';
import type { StepCourse } from './step-course';
import { listSteps } from './steps';
import { isGoingBack } from './tally';

/**
 * What the rows of one saga prove. Rows in any order, at least one; the same row twice counts once.
 * `definition`: the version the saga keeps for life (`chooseDefinition`), null while its type is learning.
 * Pure: no clock; reasons of attention carry a since instead. Throws RangeError without rows. Contract part 2.
 */
export function fold(
  rows: readonly SagaRow[],
  definition: DefinitionVersion | null,
  settlements: readonly Settlement[],
  interventions: readonly InterventionFact[],
): Saga {
  const course = newCourse(definition);
  for (const row of inLogOrder(rows)) takeRow(course, row);
  return readCourse(course, settlements, interventions);
}

/**
 * The saga after the rows that a course has taken so far; the course can take more rows afterwards.
 * Throws RangeError if it has taken none.
 */
export function readCourse(
  course: Course,
  settlements: readonly Settlement[],
  interventions: readonly InterventionFact[],
): Saga {
  const { first, last, tally, definition, identity } = course;
  if (!first || !last) throw new RangeError('a saga has at least one row');
  const status = courseStatus(course);
  const settled = readSettlements(settlements);
  const goingBack = isGoingBack(tally);
  const pivotInEffect = tally.pivotsInEffect > 0;
  const judged = Array.from(course.steps.values(), (step): Judged => {
    const isDone = isSettled(settled, step);
    return { step, settled: isDone, inDoubt: !isDone && isInDoubt(step, goingBack) };
  });
  const owed = (pivotInEffect || status === 'COMPLETED' ? [] : judged)
    .filter(({ step, settled }) => !settled && step.inEffect && step.kind === 'compensatable')
    .sort((a, b) => byId(a.step.lastDoneId, b.step.lastDoneId));
  const outstanding = owed.map(({ step }) => step.name);
  const anomalies = anomaliesOf(course, status, settled);
  const startedAt = at(first);
  const updatedAt = at(last);
  return {
    sagaId: first.sagaId,
    sagaType: identity.sagaType ?? definition?.type ?? first.stepName,
    status,
    definition: definition && { version: definition.version, source: definition.source },
    steps: listSteps(course, judged),
    outstanding,
    inDoubt: judged.filter(({ inDoubt }) => inDoubt).map(({ step }) => step.name),
    anomalies: anomalies.map(({ kind, logId, stepName, callsPerson }) => ({ kind, logId, stepName, callsPerson })),
    duplicates: course.duplicates,
    attention: attentionOf({
      status,
      definition,
      steps: judged,
      fulfilled: fulfilledIn(course),
      anomalies,
      outstanding,
      goingBack,
      pivotInEffect,
      resolved: settled.saga !== null && settled.saga >= last.id,
      startedAt,
      lastAt: updatedAt,
      interventions,
    }),
    pivotInEffect,
    goingBack,
    businessKey: identity.businessKey,
    tenantId: identity.tenantId,
    correlationId: identity.correlationId ?? first.sagaId,
    traceId: identity.traceId,
    service: identity.service,
    startedAt,
    updatedAt,
    firstLogId: first.id,
    lastLogId: last.id,
    rowCount: course.rowCount,
    context: course.context,
    currentStep: currentStep(course, status),
    lastError: lastError(course),
    firstFailedAt: course.firstFailedAt,
    firstCompensatedAt: course.firstCompensatedAt,
    firstCompletedAt: course.firstCompletedAt,
  };
}

/** Whether the step's effect may be in the world although no row proves it. Contract part 2, `inDoubt`. */
function isInDoubt(step: StepCourse, goingBack: boolean): boolean {
  if (step.inEffect || (step.kind !== 'compensatable' && step.kind !== 'pivot')) return false;
  if (step.state === 'pending') return goingBack;
  if (step.state === 'failed') return step.forwardError?.category === 'infrastructure';
  return step.state === 'compensating' || step.state === 'compensation_failed';
}

/** Whether a declared step, with all its occurrences, is in effect and not failed. */
function fulfilledIn({ members }: Course): (name: string) => boolean {
  const fulfilled = new Set<string>();
  for (const [{ name }, { ran, met }] of members) if (ran > 0 && met === ran) fulfilled.add(name);
  return (name) => fulfilled.has(name);
}

const byId = (a: bigint | null, b: bigint | null): number => (a === b ? 0 : (a ?? 0n) < (b ?? 0n) ? -1 : 1);
