import type { StepError } from './row';

/** State of a step after its rows; a declared step without a row has none. Contract part 2. */
export type StepState = 'pending' | 'succeeded' | 'failed' | 'compensating' | 'compensated' | 'compensation_failed';

export type SagaStatus = 'RUNNING' | 'COMPLETED' | 'FAILED' | 'COMPENSATING' | 'COMPENSATED';

/** What a row says, once its status and phase are read (or the phase is guessed). */
export type StepEvent = 'started' | 'done' | 'failed' | 'undoing' | 'undone' | 'undo_failed';

export type AnomalyKind =
  | 'suspension'
  | 'contradiction'
  | 'double_compensation'
  | 'past_pivot'
  | 'null_compensation'
  | 'rerun'
  | 'illegal_transition'
  | 'unknown_step'
  | 'unknown_status'
  | 'out_of_order_compensation'
  | 'duplicate';

export interface Anomaly {
  kind: AnomalyKind;
  logId: bigint;
  stepName: string;
  /** Calls a person now (contract part 2: the faults that call a person, under their conditions). */
  callsPerson: boolean;
}

/** Worst first; the order is the order of the contract's table. */
export const ATTENTION_REASONS = [
  'COMPENSATION_FAILED',
  'ANOMALY',
  'FAILED_UNCOMPENSATED',
  'FAILED_AFTER_PIVOT',
  'STUCK',
  'AWAITING_APPROVAL',
] as const;
export type AttentionReason = (typeof ATTENTION_REASONS)[number];

/** A reason why a person is needed, due from `since` (epoch ms; may lie in the future). */
export interface Attention {
  reason: AttentionReason;
  since: number;
  /** The step that raised it, where one did. */
  stepName: string | null;
}

/** One attempt of a step, forward or undo, for the timeline: opened by started/undoing or by an outcome without one. */
export interface Attempt {
  direction: 'forward' | 'undo';
  /** 1-based within its direction; the `attempt` column wins. */
  number: number;
  /** Epoch ms of its opening row; null where only the outcome was written. */
  startedAt: number | null;
  /** Epoch ms; set although `running` where another attempt began before any outcome was written: it had none. */
  finishedAt: number | null;
  outcome: 'running' | 'done' | 'failed';
  /** The row that opened it, and the row that ended it (both the same where only an outcome was written). */
  firstLogId: bigint;
  lastLogId: bigint;
  error: StepError | null;
}

export interface Step {
  name: string;
  /** Position in the definition, else in order of first row after the declared ones. */
  index: number;
  declared: boolean;
  kind: 'compensatable' | 'none' | 'pivot' | 'retriable';
  /** Required for COMPLETED: declared and not optional (a oneOf group: any member), or nobody declared it. */
  required: boolean;
  state: StepState | null;
  /** Its last done row is later than its last undone row. */
  inEffect: boolean;
  inDoubt: boolean;
  suspended: boolean;
  /** Settled by a person's word (SKIP_STEP, RESOLVE) and nothing later raised it again. */
  settled: boolean;
  attempts: number;
  compensationAttempts: number;
  /** Epoch ms: its first row, and the row of its last outcome (null while none). */
  startedAt: number | null;
  finishedAt: number | null;
  error: StepError | null;
  compensatingAction: string | null;
  service: string | null;
  /** Context JSON text of the step's newest row that carries one; words and plans are filled from it. */
  context: string | null;
  /** Log ids that effects and plans refer to. */
  lastDoneId: bigint | null;
  lastUndoneId: bigint | null;
  lastStartedId: bigint | null;
  lastFailedId: bigint | null;
  lastRowId: bigint | null;
  attemptList: Attempt[];
}

/** A saga as its rows prove it: the result of the fold. Everything here is derived and can be derived again. */
export interface Saga {
  sagaId: string;
  sagaType: string;
  status: SagaStatus;
  /** The definition version it was folded with, and where that came from; null while the type is learning. */
  definition: { version: number; source: string } | null;
  steps: Step[];
  /** Names, in the order of last success (oldest first). */
  outstanding: string[];
  inDoubt: string[];
  anomalies: Anomaly[];
  /** How many duplicates were counted (they are not in anomalies). */
  duplicates: number;
  /** Every reason with its since, worst first; may lie in the future. */
  attention: Attention[];
  /** A pivot step is in effect: the saga only goes forward. */
  pivotInEffect: boolean;
  /** A required step is failed, compensating, compensated or compensation_failed, and no pivot is in effect. */
  goingBack: boolean;
  businessKey: string | null;
  tenantId: string | null;
  correlationId: string;
  traceId: string | null;
  service: string | null;
  /** Epoch ms: `at` of the first and last row. */
  startedAt: number;
  updatedAt: number;
  firstLogId: bigint;
  lastLogId: bigint;
  rowCount: number;
  /** Context JSON text of the newest row that carries one. */
  context: string | null;
  /** The step that moves, or that stopped it; the last that ran otherwise. */
  currentStep: string | null;
  /** The error that matters to a list: of the current failure, else the last one. */
  lastError: { code: string; attempts: number; category: string | null; stepName: string } | null;
  /** Epoch ms of the first time in each; null until then (counters count each saga once). */
  firstFailedAt: number | null;
  firstCompensatedAt: number | null;
  firstCompletedAt: number | null;
}

/** A person's word that an effect is settled: rows of the step up to `upToLogId` raise no reason any more. Contract part 2. */
export interface Settlement {
  /** null: the whole saga (RESOLVE). */
  stepName: string | null;
  upToLogId: bigint;
  at: number;
  by: string;
  reason: string;
}

/** What the fold needs of an intervention: which calls ended where, so that attention can be raised at once. */
export interface InterventionFact {
  interventionId: string;
  state: string;
  requestedAt: number;
  calls: { stepName: string; action: string; state: string; at: number }[];
}
