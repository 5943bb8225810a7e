import { z } from 'zod';
import { Status } from './action';
import { SentencePart, StepStateWire } from './sagas';
import { LogId, Time } from './wire';

/** Of an event by its name (core/event/event-tone.ts), of a step by its state. */
export const FlowTone = z.enum(['plain', 'failed', 'running', 'compensating', 'compensated', 'attention', 'pending']);
export type FlowTone = z.infer<typeof FlowTone>;

export const FlowNode = z.object({
  id: z.string(),
  /** ghost: an event that others name as their cause and that is not in this flow. */
  kind: z.enum(['event', 'step', 'ghost']),
  /** Name of the event or step. */
  label: z.string(),
  /** The lane; '' where nobody says. */
  service: z.string(),
  /** When the first of them happened; null for a ghost. */
  at: Time.nullable(),
  endAt: Time.nullable(),
  /** Events that the node stands for. */
  count: z.int(),
  /** The second line of its label. */
  detail: z.string(),
  tone: FlowTone,
  /** Of its first event. */
  position: LogId.nullable(),
  lastPosition: LogId.nullable(),
  eventId: z.string().nullable(),
  eventVersion: z.int().nullable(),
  aggregateType: z.string().nullable(),
  aggregateId: z.string().nullable(),
  version: LogId.nullable(),
  sagaId: z.string().nullable(),
  /** The group of an event: events of one type and cause. `?unfold=` takes it. */
  group: z.string().nullable(),
  /** One event of a group that is unfolded. */
  member: z.boolean(),
  state: StepStateWire.nullable(),
  /** Of a command (kind step too): the step that it runs or undoes. */
  command: z.string().nullable(),
  /** It names itself as its cause, or an event that is one of its own effects: no arrow is drawn. */
  fault: z.enum(['self', 'cycle']).nullable(),
  /** Its cause, where that is in this flow but not in this picture. */
  elsewhere: z.object({ label: z.string(), position: LogId }).nullable(),
  /** Of a ghost: where its event stands, `flow` null in none; null: there is no such event that this person may see. */
  found: z.object({ flow: z.string().nullable(), tenantId: z.string() }).nullable(),
});
export type FlowNode = z.infer<typeof FlowNode>;

/** A node as it travels: what says nothing is left out (core/flow/node.ts, flowOf). */
export const FlowNodeWire = FlowNode.partial().required({
  id: true,
  kind: true,
  label: true,
  service: true,
  at: true,
  count: true,
  detail: true,
});
export type FlowNodeWire = z.infer<typeof FlowNodeWire>;

/** causation: the event says so. correlation: it only stands behind the other in the same flow. */
export const FlowEdge = z.object({ from: z.string(), to: z.string(), basis: z.enum(['causation', 'correlation']) });
export type FlowEdge = z.infer<typeof FlowEdge>;

const position = z
  .string()
  .regex(/^\d{1,18}$/, 'a position is a whole number')
  .optional();

/** One of `from`, `before` and `around`; none: the beginning. */
export const FlowInput = z.object({
  correlationId: z.string().min(1).max(500),
  /** Where events of several tenants carry this correlation; absent: the tenant whose event came first. */
  tenant: z.string().max(1_000).optional(),
  /** The page that begins with the first group from this position on. */
  from: position,
  /** The page that ends before this position. */
  before: position,
  /** The page with the event at this position. */
  around: position,
  /** A group whose events are shown one by one, a page of them from position `members` on. */
  unfold: z.guid('a group is named by a UUID').optional(),
  members: position,
  /** repeats: events of one type and cause are one node. none: each event is a node of its own, a page of them. */
  fold: z.enum(['repeats', 'none']).default('repeats'),
  /** 1: each attempt to run or undo a saga's step stands among the events. */
  commands: z.enum(['0', '1']).default('0'),
  format: z.enum(['json', 'mermaid', 'sequence']).default('json'),
});
export type FlowInput = z.infer<typeof FlowInput>;

export const FlowSaga = z.object({
  sagaId: z.string(),
  sagaType: z.string(),
  status: Status,
  businessKey: z.string().nullable(),
});

export const Flow = z.object({
  correlationId: z.string(),
  /** '': without a tenant. */
  tenantId: z.string(),
  /** Other tenants whose events carry the same correlation, by their first event, 20 at most. */
  otherTenants: z.array(z.string()),
  /** How many there are. */
  otherTenantTotal: z.int(),
  sentence: z.string(),
  sentenceParts: z.array(SentencePart),
  /** At most 120. */
  nodes: z.array(FlowNode),
  edges: z.array(FlowEdge),
  /** Events that the nodes stand for, and all of the flow. */
  shown: z.int(),
  total: z.int(),
  /** Events of one type and cause are one group; with `fold=none` each event is. */
  groups: z.object({ shown: z.int(), total: z.int() }),
  failures: z.int(),
  firstFailure: z.object({ position: LogId, label: z.string(), at: Time }).nullable(),
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  /** By their first event, 120 at most. */
  services: z.array(z.object({ name: z.string(), events: z.int() })),
  /** How many there are. */
  serviceTotal: z.int(),
  /** How many events when, over real time: `at` in widths from `from`. All events of the flow. */
  strip: z
    .object({
      from: Time,
      widthMs: z.int(),
      ticks: z.array(z.object({ at: z.int(), events: z.int(), failed: z.int(), undone: z.int() })),
    })
    .nullable(),
  /** What `before` and `from` take for the pages around this one. */
  earlier: LogId.nullable(),
  later: LogId.nullable(),
  unfolded: z
    .object({
      group: z.string(),
      label: z.string(),
      shown: z.int(),
      total: z.int(),
      earlier: LogId.nullable(),
      later: LogId.nullable(),
    })
    .nullable(),
  /** Newest last, 5 at most. */
  sagas: z.array(FlowSaga),
  moreSagas: z.boolean(),
  /** Of these sagas: with `moreSagas`, `total` is the least that there are. The same of commands. */
  steps: z.object({ shown: z.int(), total: z.int() }),
  /** None where they were not asked for. */
  commands: z.object({ shown: z.int(), total: z.int() }),
});
export type Flow = z.infer<typeof Flow>;

export const FlowWire = Flow.extend({ nodes: z.array(FlowNodeWire) });
export type FlowWire = z.infer<typeof FlowWire>;
