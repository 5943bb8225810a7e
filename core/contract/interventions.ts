import { z } from 'zod';
import { CALL_STATES, INTERVENTION_STATES } from '../intervention/state';
import { ACTIONS, Status } from './action';
import { LogId, page, PageInput, SagaId, Time } from './wire';

export const ActionWire = z.enum(ACTIONS);

/** What a plan would call; the body is made at POST. */
export const CallWire = z.object({ method: z.literal('POST'), url: z.string(), service: z.string() });

export const PlanStepWire = z.object({
  stepName: z.string(),
  /** compensate and retry call a participant; settle and lock change only the console's own records. */
  action: z.enum(['compensate', 'retry', 'settle', 'lock']),
  /** null: "no call"; the effect says why. */
  call: CallWire.nullable(),
  /** The step's compensation as declared or logged: the row's title. */
  compensation: z.string().nullable(),
  /** Log row whose effect the call undoes or runs again. */
  undoes: LogId.nullable(),
  effect: z.string(),
  repeatIsHarmless: z.boolean(),
});

/** The answer of a dry run. `touches` are words: "none" is written out, what nobody declared is said to be unknown. */
export const PlanWire = z.object({
  action: ActionWire,
  planHash: z.string(),
  asOfLogId: LogId,
  steps: z.array(PlanStepWire),
  touches: z.object({
    services: z.array(z.string()),
    stock: z.string(),
    money: z.string(),
    customerMessages: z.string(),
  }),
  /** Status of the saga once every call is proven. */
  endsAs: Status,
  /** What happens after the last call, or has to happen elsewhere; null: nothing more. */
  afterwards: z.string().nullable(),
  /** Set where a second person must approve. */
  approval: z.object({ who: z.string(), because: z.string(), until: Time }).nullable(),
});
export type PlanWire = z.infer<typeof PlanWire>;

export const Reason = z.string().trim().min(10, 'a reason has at least 10 characters').max(2000);

export const InterventionInput = z.strictObject({
  action: ActionWire,
  stepName: z.string().min(1).max(200).optional(),
  reason: Reason,
  /** The newest log row that the person saw. */
  expectedLogId: LogId,
  /** Of the dry run that the person confirmed. */
  planHash: z.string().regex(/^[0-9a-f]{64}$/, 'a plan hash is 64 hex digits'),
  /** Chosen by the client: the intervention's id, and what makes a repeated request the same one. */
  compensationId: z.uuid(),
});
export type InterventionInput = z.infer<typeof InterventionInput>;

/** `?dryRun=1`: answers the plan, changes nothing. */
export const DryRunInput = z.object({ action: ActionWire, stepName: z.string().min(1).max(200).optional() });
export type DryRunInput = z.infer<typeof DryRunInput>;

/** Of retry and cancel: why. */
export const DecisionInput = z.strictObject({ reason: Reason });
export type DecisionInput = z.infer<typeof DecisionInput>;

export const AnswerWire = z.object({
  /** null: no answer came. */
  status: z.int().nullable(),
  /** One sentence on what it meant. */
  text: z.string(),
  /** The first 4 KiB of the answer. */
  body: z.string().nullable(),
  at: Time,
});

export const InterventionStepWire = z.object({
  stepName: z.string(),
  /** The step's compensation as the plan named it. */
  compensation: z.string().nullable(),
  call: CallWire.nullable(),
  state: z.enum(CALL_STATES),
  /** Calls made; one and the same number is repeated after a crash of our own. */
  attempts: z.int(),
  /** Calls since the last retry by a person, of three; 0 where it was not sent since. */
  round: z.int(),
  answer: AnswerWire.nullable(),
  /** When it is sent again; null where it is not. */
  nextAttemptAt: Time.nullable(),
  verifiedByLogId: LogId.nullable(),
  /** By this intervention, or by another hand; null until verified. */
  verifiedBy: z.enum(['this_intervention', 'another_hand']).nullable(),
  /** What proves it: the participant's row, or a row that the console wrote for its answer. */
  evidence: z.enum(['log', 'answer']).nullable(),
  effect: z.string(),
});

export const InterventionWire = z.object({
  id: z.uuid(),
  sagaId: SagaId,
  action: ActionWire,
  stepName: z.string().nullable(),
  state: z.enum(INTERVENTION_STATES),
  reason: z.string(),
  requestedBy: z.string(),
  approvedBy: z.string().nullable(),
  planHash: z.string(),
  asOfLogId: LogId,
  createdAt: Time,
  updatedAt: Time,
  expiresAt: Time.nullable(),
  /** Why it ended as it did, in a sentence; null while it runs or is verified. */
  because: z.string().nullable(),
  cancelRequested: z.boolean(),
  steps: z.array(InterventionStepWire),
});
export type InterventionWire = z.infer<typeof InterventionWire>;

export const InterventionListInput = z.object({
  ...PageInput,
  sagaId: SagaId.optional(),
  state: z
    .string()
    .transform((value) => value.split(',').filter((part) => part !== ''))
    .pipe(z.array(z.enum(INTERVENTION_STATES)))
    .optional(),
});
export type InterventionListInput = z.infer<typeof InterventionListInput>;
export const InterventionList = page(InterventionWire);
export type InterventionList = z.infer<typeof InterventionList>;

export const SettlementWire = z.object({
  stepName: z.string().nullable(),
  upToLogId: LogId,
  at: Time,
  by: z.string(),
  reason: z.string(),
});
export type SettlementWire = z.infer<typeof SettlementWire>;

/** An entry of the journal in a sentence. */
export const ActivityWire = z.object({
  seq: LogId,
  at: Time,
  type: z.string(),
  interventionId: z.uuid().nullable(),
  actor: z.string(),
  text: z.string(),
});
export type ActivityWire = z.infer<typeof ActivityWire>;

export const AuditInput = z.object({
  ...PageInput,
  sagaId: SagaId.optional(),
  interventionId: z.uuid().optional(),
});
export type AuditInput = z.infer<typeof AuditInput>;

/** An entry of the journal as it is chained: `hash` covers every field and `prevHash`. */
export const AuditEntry = ActivityWire.extend({
  sagaId: SagaId.nullable(),
  tenantId: z.string(),
  role: z.string(),
  origin: z.string(),
  /** JSON text, hashed as it stands. */
  body: z.string(),
  prevHash: z.string(),
  hash: z.string(),
});
export const AuditList = page(AuditEntry);
export type AuditList = z.infer<typeof AuditList>;

/** `fault`: the first entry that does not fit the chain, in a sentence; null: every entry does. */
export const AuditVerdict = z.object({
  entries: LogId,
  fault: z.object({ seq: LogId, text: z.string() }).nullable(),
});
export type AuditVerdict = z.infer<typeof AuditVerdict>;
