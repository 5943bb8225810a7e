import { fold } from '../saga/fold';
import type { SagaRow } from '../saga/row';
import type { Saga, Settlement } from '../saga/saga';
import { toUndo } from './callable';
import { type InterventionFacts, serviceOf } from './facts';
import { isCalled, plan, type Plan } from './plan';

const settlementText = ({ stepName, upToLogId, by, at }: Settlement) => [stepName, String(upToLogId), by, at];

/**
 * The text whose SHA-256 is the plan's hash: exactly what the contract says it covers, in a fixed order. Action (and
 * its step), ids of all rows seen, definition version, settlements, the ordered calls with URL, `undoes` and context.
 */
export function planBasis(plan: Plan): string {
  return JSON.stringify({
    action: plan.action,
    sagaId: plan.sagaId,
    stepName: plan.stepName,
    rows: plan.basis.map(String),
    definitionVersion: plan.definitionVersion,
    settlements: plan.settlements
      .map(settlementText)
      .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    calls: [
      ...plan.steps.filter(isCalled).map(({ stepName, action, call, undoes, context }) => ({
        stepName,
        action,
        url: call.url,
        undoes: String(undoes),
        context,
      })),
      ...(plan.resumeUrl === null ? [] : [{ url: plan.resumeUrl }]),
    ],
  });
}

/** `sha256` answers lower-case hex; it is given, since the core has no cryptography of its own. */
export const planHash = (plan: Plan, sha256: (text: string) => string): string => sha256(planBasis(plan));

/** Whether a row of a step belongs to its undo, as the fold read it (a phase may be missing). */
function isUndoRow(row: SagaRow, saga: Saga): boolean {
  if (row.status === 'COMPENSATED' || row.phase === 'COMPENSATION') return true;
  if (row.phase === 'ACTION' || row.status === 'SUCCESS') return false;
  const step = saga.steps.find((one) => one.name === row.stepName);
  const attempt = step?.attemptList.findLast((one) => one.firstLogId <= row.id && row.id <= one.lastLogId);
  return attempt === undefined ? UNDO_STATES.has(step?.state ?? null) : attempt.direction === 'undo';
}
const UNDO_STATES: ReadonlySet<string | null> = new Set(['compensating', 'compensation_failed', 'compensated']);

/** A row that the plan's own run, or another hand at the same steps, brings about: it does not change the plan. */
function isOwn(row: SagaRow, frozen: Plan, compensationIds: ReadonlySet<string>, saga: Saga): boolean {
  if (row.compensationId !== null && compensationIds.has(row.compensationId)) return true;
  const step = frozen.steps.find(
    (one) => one.stepName === row.stepName && (one.action === 'compensate' || one.action === 'retry'),
  );
  if (step === undefined) return false;
  const undo = isUndoRow(row, saga);
  return step.action === 'retry' ? !undo : undo;
}

export interface Recomputed {
  /** All rows of the saga as they are in the log now. */
  rows: readonly SagaRow[];
  facts: InterventionFacts;
  /** The compensation ids that the frozen calls send (an earlier intervention may have named an effect first). */
  compensationIds: readonly string[];
}

export type Holds =
  | { holds: true }
  /** `since`: rows that the plan did not know and that are not its own; empty where something else changed. */
  | { holds: false; since: readonly SagaRow[]; text: string };

/**
 * Recomputes a frozen plan from the log, leaving out what its own run brings about, and compares: at POST, at approval
 * and before every call. What of its steps was undone meanwhile is for `verifiedBy` to say. Source: contract part 4.
 */
export function stillHolds(frozen: Plan, { rows, facts, compensationIds }: Recomputed): Holds {
  const known = new Set(frozen.basis);
  const ids = new Set(compensationIds);
  const whole = fold(rows, facts.definition, facts.settlements, []);
  const foreign = rows.filter((row) => !known.has(row.id) && !isOwn(row, frozen, ids, whole));
  const seen = rows.filter((row) => known.has(row.id));
  if (foreign.length > 0) return { holds: false, since: foreign, text: 'The saga has moved since the plan was made.' };
  if (seen.length === 0) return { holds: false, since: [], text: 'The rows that the plan was made from are gone.' };
  const missing = frozen.steps.find(({ call }) => call && !facts.services.some(({ name }) => name === call.service));
  if (missing) return { holds: false, since: [], text: `The service of ${missing.stepName} is not known any more.` };
  const called = new Set(frozen.steps.filter(isCalled).map((step) => step.stepName));
  const before = new Set(frozen.settlements.map((one) => JSON.stringify(settlementText(one))));
  const settlements = facts.settlements.filter(
    (one) => before.has(JSON.stringify(settlementText(one))) || one.stepName === null || !called.has(one.stepName),
  );
  const then = { ...facts, settlements };
  const saga = fold(seen, facts.definition, settlements, []);
  const changed = {
    holds: false,
    since: [],
    text: 'Its definition, services or settlements have changed since the plan was made.',
  } as const;
  // A new definition may name services that nobody entered: no plan can be made of that.
  const toCall =
    frozen.action === 'COMPENSATE_SAGA' ? toUndo(saga) : saga.steps.filter((step) => called.has(step.name));
  if (toCall.some((step) => serviceOf(step, then) === null)) return changed;
  const again = plan(frozen.action, saga, seen, then, frozen.stepName ?? undefined);
  return planBasis(again) === planBasis(frozen) ? { holds: true } : changed;
}
