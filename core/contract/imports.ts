import { z } from 'zod';
import { LOG_FORMATS } from '../import/format';
import { Time } from './wire';

const column = z.string().max(200);

/** How a file of events is read: the flags of `npm run import`. Contract part 5. */
export const ImportOptions = z.object({
  /** What the file is taken for: one that begins as another format is refused. Absent: how it begins decides. */
  format: z.enum(LOG_FORMATS).optional(),
  /** Default: the name of the file; for OCEL the type of object. */
  aggregateType: z.string().min(1).max(200).optional(),
  /** Columns of a CSV, fields of JSON Lines; guessed where their names are the usual ones. */
  case: column.optional(),
  activity: column.optional(),
  time: column.optional(),
  /** The column of the life cycle transition; needed only with `lifecycle`. */
  transition: column.optional(),
  delimiter: z.string().min(1).max(4).optional(),
  /** 1: an event type is name+transition. */
  lifecycle: z.enum(['0', '1']).default('0'),
  /** A case's events as they stand in the file, or by time (ties as in the file). */
  order: z.enum(['file', 'time']).default('file'),
  /** OCEL: one event per object of this type. */
  objectType: z.string().min(1).max(200).optional(),
  /** The tenant that all events get. */
  tenant: z.string().min(1).max(200).optional(),
});
export type ImportOptions = z.infer<typeof ImportOptions>;

export const ImportInput = z.object({ id: z.guid() });
export type ImportInput = z.infer<typeof ImportInput>;

/** `id` is the client's, so that it can ask how far the import is while the file is still on its way. */
export const StartImportInput = ImportOptions.extend({
  id: z.guid(),
  file: z.string().min(1).max(300),
  /** Bytes of the file: fewer that arrive are a broken upload. */
  size: z.coerce.number().int().min(0),
  document: z.instanceof(ReadableStream<Uint8Array>),
});
export type StartImportInput = z.infer<typeof StartImportInput>;

export const ImportWire = z.object({
  id: z.guid(),
  file: z.string(),
  tenantId: z.string().nullable(),
  startedBy: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** What a running one does: reading the file, giving ids and versions, writing. */
  phase: z.enum(['reading', 'numbering', 'writing', 'ended']),
  bytesRead: z.number(),
  bytesTotal: z.number().nullable(),
  /** Events read; of OCEL, one per object. */
  events: z.number(),
  /** Of these: written now, and there already from an earlier import. */
  written: z.number(),
  known: z.number(),
  cases: z.number(),
  /** The events that it wrote name it: `GET /events?import={id}` lists them. */
  marksEvents: z.boolean(),
  /** Lines left out, and the first hundred with the reason. */
  badLines: z.number(),
  bad: z.array(z.object({ at: z.string(), message: z.string() })),
  /** Why it failed, who cancelled it, or which other tenant has its known events; null otherwise. */
  message: z.string().nullable(),
  startedAt: Time,
  endedAt: Time.nullable(),
});
export type ImportWire = z.infer<typeof ImportWire>;

export const ImportList = z.object({ items: z.array(ImportWire) });
export type ImportList = z.infer<typeof ImportList>;
