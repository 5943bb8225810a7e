import type { ActivityWire, InterventionWire, PlanWire } from '@/core/contract/interventions';
import type { CallCourse } from '@/core/intervention/events';
import type { Plan, PlanStep } from '@/core/intervention/plan';
import type { ChainedEntry } from '@/core/journal/entry';
import { activityText } from '@/core/narrative/activity';
import type { StoredIntervention } from '@/server/db/interventions';
import { iso } from '@/server/sagas/saga-wire';

const callWire = (step: PlanStep | undefined) =>
  step?.call ? { method: step.call.method, url: step.call.url, service: step.call.service } : null;

/** A plan on the wire; `hash` is what the request sends back. */
export const planWire = (plan: Plan, hash: string): PlanWire => ({
  action: plan.action,
  planHash: hash,
  asOfLogId: plan.asOfLogId.toString(),
  steps: plan.steps.map((step) => ({
    stepName: step.stepName,
    action: step.action,
    call: callWire(step),
    compensation: step.compensation,
    undoes: step.undoes?.toString() ?? null,
    effect: step.effect,
    repeatIsHarmless: step.repeatIsHarmless,
  })),
  touches: plan.touches,
  endsAs: plan.endsAs,
  afterwards: plan.afterwards,
  approval: plan.approval && { ...plan.approval, until: iso(plan.approval.until) },
});

const isoOrNull = (time: number | null): string | null => (time === null ? null : iso(time));

function stepWire(call: CallCourse, plan: Plan): InterventionWire['steps'][number] {
  const planned = plan.steps.find((step) => step.stepName === call.stepName);
  return {
    stepName: call.stepName,
    compensation: planned?.compensation ?? null,
    call: callWire(planned),
    state: call.state,
    attempts: call.attempts,
    round: call.round,
    answer: call.answer && { ...call.answer, at: iso(call.answer.at) },
    nextAttemptAt: isoOrNull(call.nextAttemptAt),
    verifiedByLogId: call.verifiedByLogId,
    verifiedBy: call.verifiedBy,
    evidence: call.evidence,
    effect: planned?.effect ?? '',
  };
}

/** An intervention on the wire, its calls in run order. */
export const interventionWire = ({ course, plan }: StoredIntervention): InterventionWire => ({
  id: course.id,
  sagaId: course.sagaId,
  action: course.action,
  stepName: course.stepName,
  state: course.state,
  reason: course.reason,
  requestedBy: course.requestedBy,
  approvedBy: course.approvedBy,
  planHash: course.planHash,
  asOfLogId: plan.asOfLogId.toString(),
  createdAt: iso(course.requestedAt),
  updatedAt: iso(course.updatedAt),
  expiresAt: isoOrNull(course.expiresAt),
  because: course.because,
  cancelRequested: course.cancelRequested !== null,
  steps: course.calls.map((call) => stepWire(call, plan)),
});

/** An entry of the journal in a sentence. */
export const activityWire = (entry: ChainedEntry): ActivityWire => ({
  seq: entry.seq.toString(),
  at: iso(entry.at),
  type: entry.type,
  interventionId: entry.interventionId,
  actor: entry.actor,
  text: activityText(entry),
});
