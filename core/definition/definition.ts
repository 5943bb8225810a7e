import { z } from 'zod';

/** A duration as written in a definition: `500ms`, `5s`, `10m`, `2h`, `1d`. */
export const Duration = z.string().regex(/^\d+(ms|s|m|h|d)$/, 'a duration is a number and ms, s, m, h or d: 5s');

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of a duration text that {@link Duration} accepted. */
export function durationMs(text: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (!amount || !unit) throw new RangeError(`not a duration: ${text}`);
  return Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

/** A path into a context: `$.a.b[0]`, nothing more. Contract part 2. */
export const JsonPath = z
  .string()
  .regex(/^\$(\.[A-Za-z_][\w-]*|\[\d+\])+$/, 'a path is $.a.b[0]: names and indexes, nothing more');

/** Where a service is called: the path of each call is put behind it. */
const Address = z
  .url({ protocol: /^https?$/, error: 'an address begins with http:// or https://' })
  .refine((url) => !/[?#]/.test(url), 'an address has no ? and no #: the path of each call is put behind it');

/** Words of a step for people; `{$.path}` is filled from the step's context. All optional: templates stand in for them. */
export const StepWords = z.strictObject({
  /** "Shipment could not be created" */
  failed: z.string().max(200).optional(),
  /** "Payment was voided" */
  undone: z.string().max(200).optional(),
  /** The undo as an activity: "releasing inventory" */
  undoing: z.string().max(200).optional(),
  /** The effect that stays: "{$.lines[0].qty} × {$.lines[0].sku} still reserved" */
  open: z.string().max(200).optional(),
  /** What the compensation does, for a plan: "Frees {$.lines[0].qty} × {$.lines[0].sku}" */
  undo: z.string().max(200).optional(),
});
export type StepWords = z.infer<typeof StepWords>;

/** What undoing or retrying a step touches in the world, in words filled from the context: `stock: "+{$.qty} {$.sku}"`. */
export const StepTouches = z.strictObject({
  stock: z.string().max(200).optional(),
  money: z.string().max(200).optional(),
  customerMessages: z.string().max(200).optional(),
});

export const StepDefinition = z.strictObject({
  name: z.string().min(1).max(64),
  service: z.string().min(1).max(128).optional(),
  kind: z.enum(['compensatable', 'none', 'pivot', 'retriable']).default('compensatable'),
  compensation: z.string().min(1).max(64).optional(),
  timeout: Duration.optional(),
  compensationTimeout: Duration.optional(),
  /** Absent: the step before. Several steps that share one run in parallel. */
  after: z.array(z.string()).optional(),
  /** One of the group is required. */
  oneOf: z.string().optional(),
  /** Not required, but owed once in effect. */
  optional: z.boolean().default(false),
  /** Step names `ship#1`, `ship#2` are this step. */
  repeat: z.boolean().default(false),
  attempts: z.int().min(1).max(100).default(3),
  words: StepWords.optional(),
  touches: StepTouches.optional(),
});
export type StepDefinition = z.infer<typeof StepDefinition>;

/** The body of a saga definition, contract part 3. */
export const SagaDefinition = z.strictObject({
  saga: z.string().min(1).max(128),
  businessKey: JsonPath.optional(),
  deadline: Duration.optional(),
  orchestrator: z.strictObject({ url: Address }).optional(),
  onCompensationFailure: z.enum(['stop', 'continue']).default('stop'),
  parent: JsonPath.optional(),
  /** Names of last steps; a discovered definition asks that the last done step is one of them. */
  ends: z.array(z.string()).optional(),
  steps: z.array(StepDefinition).min(1).max(500),
});
export type SagaDefinition = z.infer<typeof SagaDefinition>;

/** One immutable version of a definition; a saga keeps its version for life. */
export interface DefinitionVersion {
  type: string;
  version: number;
  source: 'declared' | 'discovered';
  /** Epoch ms from which it is in force; version 1 holds for all history before it too. */
  inForceFrom: number;
  body: SagaDefinition;
}

/** A participant service: its own, mutable record. `secretEnv` names the environment variable of the HMAC secret. */
export const Service = z.strictObject({
  name: z.string().min(1).max(128),
  url: Address,
  secretEnv: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/)
    .optional(),
  evidence: z.enum(['log', 'answer']).default('log'),
});
export type Service = z.infer<typeof Service>;
