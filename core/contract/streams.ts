import { z } from 'zod';
import { LogId, Time } from './wire';

/** A version of a stream: 64 bits as a string; streams begin at 0 or 1. */
export const Version = z
  .string()
  .regex(/^-?\d{1,19}$/, 'a version is a whole number')
  // Checked also where the text above was refused.
  .refine((text) => !/^-?\d{1,19}$/.test(text) || BigInt.asIntN(64, BigInt(text)) === BigInt(text), {
    error: 'a version has 64 bits',
  })
  .meta({ description: '64-bit number as a string' });

/** `~` stands for the empty type. */
const stream = { aggregateType: z.string().min(1).max(500), aggregateId: z.string().min(1).max(2_000) };

export const StreamInput = z.object({
  ...stream,
  /** The last version that is not above it is shown; absent: the latest. */
  at: Version.optional(),
});
export type StreamInput = z.infer<typeof StreamInput>;

export const StreamVersionsInput = z.object({
  ...stream,
  /** `next` or `previous` of an answer. */
  cursor: z.string().max(64).optional(),
  /** Without a cursor: the events around this version; absent: the latest. */
  around: Version.optional(),
  /** Only events of these names (without V suffix), as Stream.types has them; may be given several times. */
  types: z
    .union([z.string().max(500), z.array(z.string().max(500)).max(500)])
    .default([])
    .transform((value) => (typeof value === 'string' ? [value] : value)),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});
export type StreamVersionsInput = z.infer<typeof StreamVersionsInput>;

/**
 * What stands out at an event. gap: versions `from` to `to` are missing before it; duplicate: its version stood there
 * already; out_of_order: it was written before its predecessor; schema: the schema version of its type was `from`.
 */
export const StreamMark = z.object({
  kind: z.enum(['gap', 'duplicate', 'out_of_order', 'schema']),
  from: z.string().nullable(),
  to: z.string().nullable(),
});
export type StreamMark = z.infer<typeof StreamMark>;

export const StreamVersion = z.object({
  version: Version,
  position: LogId,
  eventId: z.guid(),
  /** As written. */
  eventType: z.string(),
  /** Without the V suffix. */
  name: z.string(),
  schemaVersion: z.int(),
  service: z.string().nullable(),
  occurredAt: Time.nullable(),
  marks: z.array(StreamMark),
  /** Attempt `number` of `of` of a series of the same correlation, as the payload counts them; null: it tells of none. */
  attempt: z.object({ number: z.int(), of: z.int().nullable() }).nullable(),
});
export type StreamVersion = z.infer<typeof StreamVersion>;

export const StreamVersions = z.object({
  versions: z.array(StreamVersion),
  previous: z.string().nullable(),
  next: z.string().nullable(),
});
export type StreamVersions = z.infer<typeof StreamVersions>;

/** Values are JSON text, at most 2,000 characters of it; `cut` is then the full length of the longer one. */
export const StreamField = z.object({
  path: z.string(),
  /** null: the event took the field away. */
  value: z.string().nullable(),
  /** At the version before; null: there was none, or it is the same. */
  before: z.string().nullable(),
  /** The version since which it has its value. */
  setBy: Version,
  changed: z.boolean(),
  cut: z.int().nullable(),
});
export type StreamField = z.infer<typeof StreamField>;

/** gap, duplicate, out_of_order as in a mark; the others: the payload is left out of the state (too large, no JSON, the state is full). */
export const StreamAnomaly = z.object({
  kind: z.enum(['gap', 'duplicate', 'out_of_order', 'oversized', 'unreadable', 'state_full']),
  version: Version,
  from: Version.nullable(),
  to: Version.nullable(),
});
export type StreamAnomaly = z.infer<typeof StreamAnomaly>;

/** The event at `at`, whole; a payload over 64 kB is cut and `payloadCut` gives its full length in bytes. */
export const StreamEventWire = StreamVersion.omit({ marks: true, attempt: true }).extend({
  tenantId: z.string().nullable(),
  correlationId: z.string().nullable(),
  causationId: z.string().nullable(),
  sagaId: z.string().nullable(),
  traceId: z.string().nullable(),
  actor: z.string().nullable(),
  payload: z.string(),
  payloadCut: z.int().nullable(),
});
export type StreamEventWire = z.infer<typeof StreamEventWire>;

export const Stream = StreamVersions.extend({
  aggregateType: z.string(),
  aggregateId: z.string(),
  /** First and last version. */
  first: Version,
  last: Version,
  /** Events of the whole stream. */
  total: z.int(),
  at: Version,
  event: StreamEventWire,
  /** JSON text; null: no event has said anything yet. Over 256 kB it is cut and `stateCut` gives its full length. */
  state: z.string().nullable(),
  stateCut: z.int().nullable(),
  /** At most 500; what the event changed is among them first. */
  fields: z.array(StreamField),
  fieldsTotal: z.int(),
  /** How many fields the event at `at` changed. */
  changed: z.int(),
  services: z.array(z.string()),
  /** Names of its events and how many have each, the most frequent first; at most 500 names. */
  types: z.array(z.object({ name: z.string(), count: z.int() })),
  /** Events of further names. */
  otherTypes: z.int(),
  /** Of the whole stream, the first 100. */
  anomalies: z.array(StreamAnomaly),
  anomaliesTotal: z.int(),
  /** How the state is made; null: payloads are merged (RFC 7396). With an `error` they are merged too. */
  reducer: z.object({ file: z.string(), error: z.string().nullable(), version: Version.nullable() }).nullable(),
});
export type Stream = z.infer<typeof Stream>;
