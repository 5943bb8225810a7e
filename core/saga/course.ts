import type { DefinitionVersion, StepDefinition } from '../definition/definition';
import { stepResolver } from '../definition/graph';
import { businessKeyPaths, identify, type Identity, nobody } from './identity';
import { readRow } from './reading';
import { type Member, newMember, type Requirement, requirementsOf } from './requirement';
import { at, type SagaRow, type StepError } from './row';
import type { AnomalyKind } from './saga';
import { enterStanding, newestStart, newStanding, type Standing } from './standing';
import { moveStep, newStep, noteRow, type StepCourse } from './step-course';
import { countStep, isGoingBack, isPastPivot, newTally, statusOf, type Tally } from './tally';

/** Something odd about a row of a step; `at` in epoch ms. */
interface Fault {
  kind: AnomalyKind;
  logId: bigint;
  at: number;
  step: StepCourse;
}

/** A saga while its rows are read, one after the other in log order. Grows with the rows, never looks back at them. */
export interface Course {
  readonly definition: DefinitionVersion | null;
  readonly resolve: (stepName: string) => StepDefinition | null;
  readonly members: ReadonlyMap<StepDefinition, Member>;
  readonly steps: Map<string, StepCourse>;
  readonly tally: Tally;
  readonly standing: Standing;
  readonly identity: Identity;
  readonly keyPaths: ReturnType<typeof businessKeyPaths>;
  readonly faults: Fault[];
  duplicates: number;
  rowCount: number;
  first: SagaRow | null;
  last: SagaRow | null;
  context: string | null;
  /** The step of the last done row. */
  lastDone: StepCourse | null;
  lastError: { step: StepCourse; error: StepError; undo: boolean } | null;
  firstFailedAt: number | null;
  firstCompensatedAt: number | null;
  firstCompletedAt: number | null;
}

export function newCourse(definition: DefinitionVersion | null): Course {
  const { requirements, members } = definition
    ? requirementsOf(definition.body)
    : { requirements: [], members: new Map<StepDefinition, Member>() };
  return {
    definition,
    resolve: definition ? stepResolver(definition.body) : () => null,
    members,
    steps: new Map(),
    tally: newTally(requirements),
    standing: newStanding(definition?.body.onCompensationFailure === 'continue'),
    identity: nobody(),
    keyPaths: businessKeyPaths(definition?.body.businessKey ?? null),
    faults: [],
    duplicates: 0,
    rowCount: 0,
    first: null,
    last: null,
    context: null,
    lastDone: null,
    lastError: null,
    firstFailedAt: null,
    firstCompensatedAt: null,
    firstCompletedAt: null,
  };
}

/** Reads the next row of the saga. Its id is higher than that of every row before. */
export function takeRow(course: Course, row: SagaRow): void {
  const { tally } = course;
  const position = course.rowCount;
  course.rowCount += 1;
  course.first ??= row;
  course.last = row;
  course.context = row.context ?? course.context;
  identify(course.identity, row, course.keyPaths);
  const step = stepOf(course, row);
  noteRow(step, row, position);
  const reading = readRow(row, step.state, isGoingBack(tally));
  if (!reading) {
    fault(course, 'unknown_status', row, step);
    return;
  }

  const { runStart } = step;
  const stood = course.standing.stands(step);
  const wasInEffect = step.inEffect;
  const { pivotsInEffect, compensated } = tally;
  countStep(tally, step, -1);
  const { anomaly, undid } = moveStep(step, reading, row, position);
  countStep(tally, step, 1);
  if (!stood || runStart !== step.runStart) enterStanding(course.standing, step);

  if (anomaly === 'duplicate') course.duplicates += 1;
  else if (anomaly) fault(course, anomaly, row, step);
  const newlyPast = tally.compensated > compensated || (pivotsInEffect === 0 && tally.pivotsInEffect > 0);
  if (isPastPivot(tally) && newlyPast) {
    fault(course, 'past_pivot', row, step);
    step.raisedBy = row.id;
  }
  if (undid && wasInEffect && newestStart(course.standing) > step.effectPosition) {
    fault(course, 'out_of_order_compensation', row, step);
  }
  if (reading.event === 'done') course.lastDone = step;
  const undo = reading.event === 'undo_failed';
  if ((undo || reading.event === 'failed') && row.error) course.lastError = { step, error: row.error, undo };

  const rowAt = at(row);
  const compensates = reading.event === 'undoing' || reading.event === 'undone' || undo;
  if (compensates || tally.failedFinally > 0) course.firstFailedAt ??= rowAt;
  const status = courseStatus(course);
  if (status === 'COMPENSATED') course.firstCompensatedAt ??= rowAt;
  if (status === 'COMPLETED') course.firstCompletedAt ??= rowAt;
}

/** The status after the rows read so far. */
export function courseStatus({ definition, lastDone, tally }: Course) {
  return statusOf(tally, definition !== null && endsWell(definition, lastDone));
}

/** A definition that names its ends (a discovered one) is completed only by one of them. Contract part 3. */
function endsWell({ body }: DefinitionVersion, lastDone: StepCourse | null): boolean {
  if (!body.ends || body.ends.length === 0) return true;
  return lastDone !== null && body.ends.includes(lastDone.declaration?.name ?? lastDone.name);
}

function stepOf(course: Course, row: SagaRow): StepCourse {
  const known = course.steps.get(row.stepName);
  if (known) return known;
  const declaration = course.resolve(row.stepName);
  const member = declaration === null ? null : (course.members.get(declaration) ?? null);
  const step = newStep(row, declaration, member ?? newMember(undeclared()));
  course.steps.set(row.stepName, step);
  if (course.definition && !declaration) fault(course, 'unknown_step', row, step);
  return step;
}

const undeclared = (): Requirement => ({ required: true, declared: false, members: [] });

function fault(course: Course, kind: AnomalyKind, row: SagaRow, step: StepCourse): void {
  course.faults.push({ kind, logId: row.id, at: at(row), step });
}
