import type { Action } from '../contract/action';
import type { Proof } from './proof';
import type { CallState, InterventionState } from './state';

/** A call as the plan has it: what its course needs to know. Log ids are decimal text, so that an event is JSON. */
export interface CallSeed {
  stepName: string;
  action: 'compensate' | 'retry';
  evidenceMs: number;
}

export interface CallAnswer {
  status: number | null;
  text: string;
  body: string | null;
}

/** What the journal keeps of an intervention: past tense, JSON, times in epoch ms. */
export type InterventionEvent = { at: number } & (
  | {
      type: 'InterventionRequested';
      id: string;
      sagaId: string;
      action: Action;
      stepName: string | null;
      reason: string;
      by: string;
      planHash: string;
      calls: readonly CallSeed[];
      /** Steps of the plan that need no call. */
      noCalls: readonly string[];
      onFailure: 'stop' | 'continue';
      needsApproval: boolean;
      expiresAt: number | null;
    }
  | { type: 'InterventionApproved'; by: string }
  | { type: 'InterventionRejected'; by: string; reason: string }
  | { type: 'InterventionExpired' }
  | { type: 'InterventionRecorded' }
  | { type: 'CallDispatched'; stepName: string; attempt: number; afterLogId: string }
  | { type: 'CallRedelivered'; stepName: string; attempt: number; delivery: number }
  | { type: 'CallAnswered'; stepName: string; attempt: number; answer: CallAnswer; nextAttemptAt: number }
  | { type: 'CallAccepted'; stepName: string; attempt: number; answer: CallAnswer }
  | { type: 'CallDeadLettered'; stepName: string; attempt: number; answer: CallAnswer }
  | { type: 'CallFailed'; stepName: string; logId: string }
  | { type: 'NoEvidenceFound'; stepName: string }
  | { type: 'StepCompensated'; stepName: string; logId: string; by: Proof['by']; evidence: Proof['evidence'] }
  | { type: 'StepProven'; stepName: string; logId: string; by: Proof['by']; evidence: Proof['evidence'] }
  | { type: 'CallSpared'; stepName: string; logId: string }
  | { type: 'StepSkipped'; stepName: string; by: string; reason: string }
  | { type: 'InterventionRetried'; by: string; reason: string | null }
  | { type: 'CancellationRequested'; by: string; reason: string }
  | { type: 'InterventionCancelled'; by: string; reason: string }
  | { type: 'InterventionHalted'; because: string; sinceLogIds: readonly string[] }
  | { type: 'InterventionVerified' }
);
export type InterventionEventType = InterventionEvent['type'];

/** The course of one call. */
export interface CallCourse extends CallSeed {
  state: CallState;
  /** Calls made in all: the number that Sagascope-Attempt carries. */
  attempts: number;
  /** Calls made since the last retry by a person: three, then dead letter. */
  round: number;
  /** Deliveries of the present attempt: more than one where our own crash cut it. */
  deliveries: number;
  /** Sent, and no answer recorded yet. */
  awaiting: boolean;
  nextAttemptAt: number | null;
  /** Newest log row when it was sent last: a failure before it is not this call's. */
  afterLogId: string | null;
  acceptedAt: number | null;
  /** When its state changed last. */
  changedAt: number;
  answer: (CallAnswer & { at: number }) | null;
  verifiedByLogId: string | null;
  verifiedBy: Proof['by'] | null;
  evidence: Proof['evidence'] | null;
}

/** An intervention as its events prove it. */
export interface InterventionCourse {
  id: string;
  sagaId: string;
  action: Action;
  stepName: string | null;
  state: InterventionState;
  reason: string;
  requestedBy: string;
  approvedBy: string | null;
  planHash: string;
  requestedAt: number;
  updatedAt: number;
  expiresAt: number | null;
  onFailure: 'stop' | 'continue';
  /** In run order; those without a call stand behind. */
  calls: readonly CallCourse[];
  /** Who asked to cancel while a call was in flight. */
  cancelRequested: { by: string; reason: string } | null;
  because: string | null;
}
