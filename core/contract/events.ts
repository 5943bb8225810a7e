import { z } from 'zod';
import { Count, LogId, page, PageInput, Time } from './wire';

/** An event without its payload: what lists, exports and details have in common. */
export const EventHeadWire = z.object({
  position: LogId,
  eventId: z.guid(),
  /** '' where the table has none; `~` in an address. */
  aggregateType: z.string(),
  aggregateId: z.string(),
  version: LogId,
  /** As written. */
  eventType: z.string(),
  /** Without the V suffix. */
  name: z.string(),
  /** Schema version of the payload. */
  eventVersion: z.int(),
  service: z.string().nullable(),
  correlationId: z.string().nullable(),
  causationId: z.string().nullable(),
  sagaId: z.string().nullable(),
  traceId: z.string().nullable(),
  tenantId: z.string().nullable(),
  occurredAt: Time,
});
export type EventHeadWire = z.infer<typeof EventHeadWire>;

/** `payload` is the beginning of its JSON text; `payloadCut` its full length in bytes where it is longer. */
export const EventListItem = EventHeadWire.extend({ payload: z.string(), payloadCut: z.int().nullable() });
export type EventListItem = z.infer<typeof EventListItem>;

const When = z.iso.datetime({ offset: true });

/** Filters of a set of events; several hold together. `from` and `to` are on occurredAt. */
export const EventFiltersInput = z.object({
  aggregateType: z.string().max(200).optional(),
  aggregateId: z.string().max(500).optional(),
  /** Event type, with or without its V suffix. */
  type: z.string().max(200).optional(),
  eventVersion: z.coerce.number('a whole number from 1, as the 2 of V2').int().min(1).max(2_147_483_647).optional(),
  correlationId: z.string().max(500).optional(),
  sagaId: z.string().max(500).optional(),
  traceId: z.string().max(500).optional(),
  service: z.string().max(200).optional(),
  tenant: z.string().max(200).optional(),
  /** What one import wrote: its id. */
  import: z.guid().toLowerCase().optional(),
  /** A word or value of the payload. */
  q: z.string().max(200).optional(),
  /** How `q` matches: from its beginning (exact included), or anywhere, which needs `from` and `to`. */
  match: z.enum(['prefix', 'contains']).default('prefix'),
  from: When.optional(),
  to: When.optional(),
});

export const EventListInput = EventFiltersInput.extend(PageInput);
export type EventListInput = z.infer<typeof EventListInput>;
export const EventList = page(EventListItem).extend({
  /** Of all that match, not of the page. */
  count: Count,
  /** Fit the other filters, but are too large for the words of their payload to be kept: `q` was not looked for in them. */
  passedOver: Count,
  asOf: Time,
});
export type EventList = z.infer<typeof EventList>;

/** JSON Lines or CSV of a filtered set, oldest first. */
export const EventExportInput = EventFiltersInput.extend({ format: z.enum(['csv', 'jsonl']).default('jsonl') });
export type EventExportInput = z.infer<typeof EventExportInput>;

export const EventInput = z.object({ eventId: z.guid() });
export type EventInput = z.infer<typeof EventInput>;

/** One event whole. `payload` and `metadata` are JSON text; beyond 1 MB they are cut and their length given. */
export const EventDetail = EventHeadWire.extend({
  actor: z.string().nullable(),
  payload: z.string(),
  payloadCut: z.int().nullable(),
  metadata: z.string(),
  metadataCut: z.int().nullable(),
  /** Its cause, where it is in the store and may be seen. */
  cause: EventHeadWire.nullable(),
  /** The first events that name it as their cause. */
  effects: z.array(EventHeadWire),
  effectsMore: z.boolean(),
  /** Addresses of its trace and logs, where the console is told how they are made. */
  traceUrl: z.string().nullable(),
  logUrl: z.string().nullable(),
});
export type EventDetail = z.infer<typeof EventDetail>;

/** What filters may be set to, found among the newest events: suggestions, not all there is. */
export const EventFacets = z.object({
  names: z.array(z.string()),
  aggregateTypes: z.array(z.string()),
  services: z.array(z.string()),
  /** Schema versions; 0: its type names none. */
  versions: z.array(z.int()),
  tenants: z.array(z.string()),
  /** How many of the newest events were looked at. */
  lookedAt: z.int(),
});
export type EventFacets = z.infer<typeof EventFacets>;
