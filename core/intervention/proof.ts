import type { SagaRow } from '../saga/row';
import type { Saga } from '../saga/saga';

/** The call in question, as far as a proof asks. */
export interface Provable {
  stepName: string;
  action: 'compensate' | 'retry';
  /** What its key sends: rows that carry it are this intervention's doing. */
  compensationId: string;
}

export interface Proof {
  stepName: string;
  logId: bigint;
  by: 'this_intervention' | 'another_hand';
  /** `answer`: the console wrote the row itself, for a service that proves by its answer. */
  evidence: 'log' | 'answer';
}

/** Service name on rows that the console appends for a participant declared `evidence: answer`. */
export const OWN_SERVICE = 'sagascope';

const isUndone = ({ status, phase }: SagaRow): boolean =>
  status === 'COMPENSATED' || (status === 'SUCCESS' && phase === 'COMPENSATION');

/**
 * What proves a call: a row of that saga and step that is not in the plan's basis is undone (a retry: done), and the
 * fold of all rows agrees that the effect does not stand (a retry: stands). Null: nothing yet. Source: contract part 4.
 */
export function verifiedBy(
  call: Provable,
  basis: ReadonlySet<bigint>,
  rows: readonly SagaRow[],
  saga: Saga,
): Proof | null {
  const step = saga.steps.find((one) => one.name === call.stepName);
  if (step === undefined) return null;
  const undone = call.action === 'compensate';
  const logId = undone ? step.lastUndoneId : step.lastDoneId;
  const agrees = undone ? !step.inEffect && step.state === 'compensated' : step.inEffect && step.state === 'succeeded';
  if (logId === null || basis.has(logId) || !agrees) return null;
  // Others may write the same after us: the proof is still ours.
  const effectSince = (undone ? step.lastDoneId : step.lastUndoneId) ?? -1n;
  const own = rows.find(
    (one) =>
      one.stepName === call.stepName &&
      one.compensationId === call.compensationId &&
      one.id > effectSince &&
      !basis.has(one.id) &&
      (undone ? isUndone(one) : one.status === 'SUCCESS' && one.phase !== 'COMPENSATION'),
  );
  const row = own ?? rows.find((one) => one.id === logId);
  if (row === undefined) return null;
  return {
    stepName: call.stepName,
    logId: row.id,
    by: row.compensationId === call.compensationId ? 'this_intervention' : 'another_hand',
    evidence: row.service === OWN_SERVICE ? 'answer' : 'log',
  };
}

/**
 * A row that says that an accepted call failed after all: it carries the call's compensation id, came after the call
 * was sent (`after`, log id), and the fold has the step failed. Null: none.
 */
export function failedBy(
  call: Provable,
  after: bigint,
  rows: readonly SagaRow[],
  saga: Saga,
): { stepName: string; logId: bigint } | null {
  const state = saga.steps.find((one) => one.name === call.stepName)?.state;
  if (state !== (call.action === 'compensate' ? 'compensation_failed' : 'failed')) return null;
  const row = rows.findLast(
    (one) =>
      one.stepName === call.stepName &&
      one.status === 'FAILED' &&
      one.compensationId === call.compensationId &&
      one.id > after,
  );
  return row === undefined ? null : { stepName: call.stepName, logId: row.id };
}
