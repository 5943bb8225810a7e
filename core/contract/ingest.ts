import { z } from 'zod';
import { LogId } from './wire';

/** Items of one request at most. */
export const INGEST_ITEMS = 5_000;

const text = (most: number) => z.string().min(1).max(most);
const Json = z
  .string()
  .meta({ description: 'JSON text in a string; a JSON value that is no string is taken as it stands, digit by digit' });
const Int = z.int().min(0).max(2_147_483_647);
const When = z.iso.datetime({ offset: true });
const Version = z
  .union([z.int().min(0), z.string().regex(/^\d{1,19}$/)])
  .transform(String)
  .refine((digits) => BigInt(digits) < 9_223_372_036_854_775_807n, 'does not fit 64 bits')
  .meta({ description: '64-bit number as a string; a JSON number is taken too' });

/** A row of saga_log as a service sends it; what is absent is null. Contract part 1. */
export const SagaLogEntry = z.strictObject({
  sagaId: z.guid(),
  stepName: text(64),
  status: z.enum(['PENDING', 'SUCCESS', 'FAILED', 'COMPENSATED']),
  createdAt: When.nullish(),
  sagaType: text(200).nullish(),
  phase: z.enum(['ACTION', 'COMPENSATION']).nullish(),
  attempt: Int.nullish(),
  error: Json.nullish(),
  context: Json.nullish(),
  compensatingAction: text(64).nullish(),
  compensationId: z.guid().nullish(),
  sagaVersion: Int.nullish(),
  correlationId: text(500).nullish(),
  traceId: text(500).nullish(),
  tenantId: text(200).nullish(),
  service: text(200).nullish(),
});
export type SagaLogEntry = z.infer<typeof SagaLogEntry>;

/**
 * An event as a service sends it. Without `version` it becomes the next of its stream; without `eventId` its id is made
 * from aggregate and version, one of the two is needed: else a repeat would be a second event.
 */
export const EventEntry = z.strictObject({
  eventId: z.guid().nullish(),
  aggregateType: z.string().max(200).default(''),
  aggregateId: text(500),
  version: Version.nullish(),
  eventType: text(200),
  eventVersion: Int.min(1).default(1),
  payload: Json,
  metadata: Json.nullish(),
  occurredAt: When.nullish(),
});
export type EventEntry = z.infer<typeof EventEntry>;

/** A CloudEvent 1.0 in JSON; extension attributes stand beside these. */
export const CloudEvent = z.looseObject({
  specversion: z.literal('1.0'),
  id: text(500),
  source: text(500),
  type: text(200),
  subject: z.string().max(500).nullish(),
  time: When.nullish(),
  datacontenttype: z.string().max(200).nullish(),
  dataschema: z.string().max(2_000).nullish(),
  data: Json.nullish(),
  data_base64: z.base64().nullish(),
});
export type CloudEvent = z.infer<typeof CloudEvent>;

/** A body as sent, and what its content type calls it. */
const Document = z.object({ text: z.string(), format: z.enum(['json', 'cloudevent', 'cloudevents']) });

export const IngestEventsInput = z.object({ document: Document });
export type IngestEventsInput = z.infer<typeof IngestEventsInput>;

export const IngestSagaLogInput = z.object({
  document: Document,
  idempotencyKey: z
    .string({ error: 'send a header Idempotency-Key, so that a repeat of this request writes no second rows' })
    .min(1)
    .max(255),
  /** 1: rows of the past, not counted in the metrics. */
  backfill: z.enum(['0', '1']).default('0'),
});
export type IngestSagaLogInput = z.infer<typeof IngestSagaLogInput>;

/** Where each item of the request stands now, in its order; `known`: it was there before and was not written again. */
export const IngestedEvents = z.object({
  items: z.array(z.object({ eventId: z.string(), position: LogId, version: LogId, known: z.boolean() })),
});
export type IngestedEvents = z.infer<typeof IngestedEvents>;

/** The log id of each item, in the order of the request. */
export const IngestedSagaLog = z.object({ items: z.array(z.object({ id: LogId, sagaId: z.string() })) });
export type IngestedSagaLog = z.infer<typeof IngestedSagaLog>;
