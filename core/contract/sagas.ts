import { z } from 'zod';
import { ATTENTION_REASONS } from '../saga/saga';
import { type Action, ACTIONS, Status } from './action';
import { ActivityWire, InterventionWire, SettlementWire } from './interventions';
import { Count, LogId, page, PageInput, SagaId, Time } from './wire';

export type { Action };

export const StepStateWire = z.enum([
  'not_started',
  'pending',
  'succeeded',
  'failed',
  'compensating',
  'compensated',
  'compensation_failed',
]);
export type StepStateWire = z.infer<typeof StepStateWire>;

export const AttentionWire = z.object({ reason: z.enum(ATTENTION_REASONS), since: Time });

/** What a list and the step glyph show of a step. `inEffect` draws the hollow undo bar, `settled` the dotted one. */
export const CompactStep = z.object({
  stepName: z.string(),
  state: StepStateWire,
  /** Its last outcome forward was a failure, also where it was compensated since. */
  failed: z.boolean(),
  inEffect: z.boolean(),
  compensatable: z.boolean(),
  settled: z.boolean(),
  suspended: z.boolean(),
});
export type CompactStep = z.infer<typeof CompactStep>;

export const SagaListItem = z.object({
  sagaId: SagaId,
  sagaType: z.string(),
  status: Status,
  attention: AttentionWire.nullable(),
  businessKey: z.string().nullable(),
  tenantId: z.string().nullable(),
  steps: z.array(CompactStep),
  currentStep: z.string().nullable(),
  lastError: z.object({ code: z.string(), attempts: z.int() }).nullable(),
  /** Worklist line: open effect, colon, cause; 60 characters at most. */
  headline: z.string(),
  /** The one suggested action, as its button reads, and whether the reader's role reaches it; null where there is none. */
  suggestion: z
    .object({ action: z.string(), stepName: z.string().nullable(), label: z.string(), mayAct: z.boolean() })
    .nullable(),
  startedAt: Time,
  updatedAt: Time,
  lastLogId: LogId,
});
export type SagaListItem = z.infer<typeof SagaListItem>;

const list = <T extends string>(words: z.ZodType<T, T>) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((value) => (Array.isArray(value) ? value : value.split(',')).filter((part) => part !== ''))
    .pipe(z.array(z.string()).pipe(z.array(words) as z.ZodType<T[], string[]>));

/** `from` and `to` are on startedAt. Several values of one filter: comma separated, any of them. */
export const SagaListInput = z.object({
  ...PageInput,
  status: list(Status).optional(),
  /** `any`, `none`, or reasons. */
  attention: list(z.enum(['any', 'none', ...ATTENTION_REASONS])).optional(),
  type: list(z.string().min(1).max(200)).optional(),
  step: z.string().max(500).optional(),
  errorCode: z.string().max(500).optional(),
  tenant: z.string().max(200).optional(),
  /** Business key prefix, or a saga, correlation or trace id in full. */
  q: z.string().max(200).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  historic: z.enum(['include', 'only', 'exclude']).default('include'),
  sort: z.enum(['-updatedAt', 'updatedAt', '-startedAt', 'startedAt', 'risk']).default('-updatedAt'),
});
export type SagaListInput = z.infer<typeof SagaListInput>;
/** CSV or JSON Lines of a filtered list. */
export const SagaExportInput = SagaListInput.omit({ limit: true, cursor: true, sort: true }).extend({
  format: z.enum(['csv', 'jsonl']).default('csv'),
});
export type SagaExportInput = z.infer<typeof SagaExportInput>;
export const SagaList = page(SagaListItem).extend({
  /** Of all that match the filters, not of the page. */
  count: Count,
  /** The database's clock when the list was read. */
  asOf: Time,
});
export type SagaList = z.infer<typeof SagaList>;

export const StepErrorWire = z.object({
  code: z.string().nullable(),
  message: z.string().nullable(),
  category: z.string().nullable(),
  retryable: z.boolean().nullable(),
  level: z.string().nullable(),
  tags: z.array(z.string()),
});

/** true, or why not and who may. */
export const Allowed = z.union([z.literal(true), z.object({ code: z.string(), text: z.string(), who: z.string() })]);
export type Allowed = z.infer<typeof Allowed>;

export const AttemptWire = z.object({
  direction: z.enum(['forward', 'undo']),
  number: z.int(),
  startedAt: Time.nullable(),
  finishedAt: Time.nullable(),
  outcome: z.enum(['running', 'done', 'failed']),
  firstLogId: LogId,
  lastLogId: LogId,
  error: StepErrorWire.nullable(),
});
export type AttemptWire = z.infer<typeof AttemptWire>;

export const StepWire = z.object({
  stepName: z.string(),
  state: StepStateWire,
  kind: z.enum(['compensatable', 'none', 'pivot', 'retriable']),
  declared: z.boolean(),
  required: z.boolean(),
  inEffect: z.boolean(),
  inDoubt: z.boolean(),
  suspended: z.boolean(),
  settled: z.boolean(),
  attempts: z.int(),
  compensationAttempts: z.int(),
  startedAt: Time.nullable(),
  finishedAt: Time.nullable(),
  error: StepErrorWire.nullable(),
  compensatingAction: z.string().nullable(),
  service: z.string().nullable(),
  attemptList: z.array(AttemptWire),
  allowed: z.object({ RETRY_STEP: Allowed, COMPENSATE_STEP: Allowed, SKIP_STEP: Allowed }),
});
export type StepWire = z.infer<typeof StepWire>;

/** A row as written; `error` and `context` are JSON text. A context over 64 kB is cut and `contextCut` gives its full length. */
export const LogRowWire = z.object({
  id: LogId,
  stepName: z.string(),
  status: z.string(),
  createdAt: Time,
  sagaType: z.string().nullable(),
  phase: z.string().nullable(),
  attempt: z.int().nullable(),
  error: z.string().nullable(),
  context: z.string().nullable(),
  contextCut: z.int().nullable(),
  compensatingAction: z.string().nullable(),
  compensationId: z.string().nullable(),
  sagaVersion: z.int().nullable(),
  correlationId: z.string().nullable(),
  traceId: z.string().nullable(),
  tenantId: z.string().nullable(),
  service: z.string().nullable(),
});
export type LogRowWire = z.infer<typeof LogRowWire>;

/** A sentence in parts, so that the page can set codes in mono and open effects in bold without parsing text. */
export const SentencePart = z.object({ text: z.string(), as: z.enum(['text', 'code', 'open']) });
export type SentencePart = z.infer<typeof SentencePart>;

export const SuggestionWire = z.object({
  action: z.enum(ACTIONS),
  stepName: z.string().nullable(),
  label: z.string(),
  /** Why this one, in a sentence built from the log. */
  because: z.string(),
  /** Its record in similar cases; null where nobody has tried. */
  record: z.object({ worked: z.int(), of: z.int() }).nullable(),
});

export const SagaDetail = z.object({
  sagaId: SagaId,
  sagaType: z.string(),
  status: Status,
  attention: AttentionWire.nullable(),
  /** All reasons that are due, worst first. */
  attentionAll: z.array(AttentionWire.extend({ stepName: z.string().nullable() })),
  sentence: z.string(),
  sentenceParts: z.array(SentencePart),
  businessKey: z.string().nullable(),
  tenantId: z.string().nullable(),
  correlationId: z.string(),
  traceId: z.string().nullable(),
  startedAt: Time,
  updatedAt: Time,
  /** When its definition says that it must be over; null where it does not say. */
  deadlineAt: Time.nullable(),
  lastLogId: LogId,
  definition: z.object({ version: z.int(), source: z.string() }).nullable(),
  currentStep: z.string().nullable(),
  steps: z.array(StepWire),
  log: z.array(LogRowWire),
  logTotal: z.int(),
  anomalies: z.array(z.object({ kind: z.string(), logId: LogId, stepName: z.string() })),
  duplicates: z.int(),
  outstanding: z.array(z.string()),
  inDoubt: z.array(z.string()),
  context: z.string().nullable(),
  contextCut: z.int().nullable(),
  contextLogId: LogId.nullable(),
  allowed: z.object({
    RETRY_STEP: Allowed,
    COMPENSATE_STEP: Allowed,
    COMPENSATE_SAGA: Allowed,
    SKIP_STEP: Allowed,
    RESOLVE: Allowed,
    LOCK: Allowed,
    UNLOCK: Allowed,
    /** Whether the reader may go on with its interventions, or give them up. */
    RETRY_INTERVENTION: Allowed,
    CANCEL_INTERVENTION: Allowed,
  }),
  /** Newest first, 50 at most. */
  interventions: z.array(InterventionWire),
  settlements: z.array(SettlementWire),
  /** What people did to it, from the journal: newest first, 50 at most. */
  activity: z.array(ActivityWire),
  lock: z.object({ owner: z.string(), expiresAt: Time }).nullable(),
  suggestion: SuggestionWire.nullable(),
  customerText: z.string().nullable(),
  /** The database's clock when it was read. */
  asOf: Time,
});
export type SagaDetail = z.infer<typeof SagaDetail>;

export const SagaDiagram = z.object({
  mermaid: z.string(),
  /** What the picture says, for those who do not see it. */
  sentence: z.string(),
  /** Node id in the text → step and lane; name and detail in full (labels are cut), and its place in the grid of the lane. */
  nodes: z.array(
    z.object({
      id: z.string(),
      stepName: z.string(),
      lane: z.enum(['forward', 'undo']),
      name: z.string(),
      detail: z.string(),
      state: z.string(),
      current: z.boolean(),
      column: z.int(),
      row: z.int(),
    }),
  ),
  /** Visible arrows in the order of the text; `s`, `e` and `r` are the marks: start, end, end of the compensation. */
  edges: z.array(z.object({ from: z.string(), to: z.string(), taken: z.boolean(), label: z.string().nullable() })),
  /** Steps left out of the picture (its budget is 120 nodes). */
  shown: z.int(),
  total: z.int(),
});
export type SagaDiagram = z.infer<typeof SagaDiagram>;
