import { z } from 'zod';
import { eventBodies } from './event-body';

const event = <T extends string, S extends z.core.$ZodLooseShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), importId: z.string(), file: z.string(), ...shape });

const ImportEvent = z.discriminatedUnion('type', [
  event('ImportStarted', { by: z.string() }),
  event('ImportCancelRequested', { by: z.string() }),
  event('ImportCompleted', {
    by: z.string(),
    written: z.number(),
    known: z.number(),
    cases: z.number(),
    badLines: z.number(),
  }),
  /** `cancelledBy` null: whoever sent the file stopped. */
  event('ImportCancelled', { by: z.string(), cancelledBy: z.string().nullable() }),
  event('ImportFailed', { by: z.string(), message: z.string() }),
]);

/** What became of an import, as the journal keeps it. `by`: who imports, or asked for the end. */
export type ImportEvent = z.infer<typeof ImportEvent>;

export const IMPORT_EVENTS = [
  'ImportStarted',
  'ImportCancelRequested',
  'ImportCompleted',
  'ImportCancelled',
  'ImportFailed',
] as const satisfies readonly ImportEvent['type'][];

export const { textOf: importEventText, eventOf: importEventOf } = eventBodies<ImportEvent>(ImportEvent);
