import { z } from 'zod';
import { SagaListItem } from './sagas';
import { Count, Time } from './wire';

export const OverviewInput = z.object({ range: z.enum(['15m', '1h', '24h', '7d']).default('1h') });
export type OverviewInput = z.infer<typeof OverviewInput>;

/** Sagas per minute (or per bucket of `bucketMs`), oldest first; a bucket without sagas is 0, not left out. */
const Series = z.object({
  started: z.array(z.int()),
  failed: z.array(z.int()),
  compensated: z.array(z.int()),
  completed: z.array(z.int()),
});

export const Overview = z.object({
  range: z.enum(['15m', '1h', '24h', '7d']),
  from: Time,
  asOf: Time,
  /** running and compensating: now. completed, failed, compensated: ended so within the range. */
  counts: z.object({
    running: z.int(),
    compensating: z.int(),
    completed: z.int(),
    failed: z.int(),
    compensated: z.int(),
    attention: Count,
  }),
  bucketMs: z.int(),
  series: Series,
  /** Highest risk first, at most eight. */
  attention: z.array(SagaListItem),
  types: z.array(
    z.object({
      sagaType: z.string(),
      running: z.int(),
      startedPerMinute: z.number(),
      /** Share of the sagas that ended in the range which failed or were compensated; null where none ended. */
      failureShare: z.number().nullable(),
      failureSeries: z.array(z.number().nullable()),
      attention: z.int(),
      definition: z.object({ version: z.int(), source: z.string() }).nullable(),
    }),
  ),
  /** Errors of the sagas that changed in the range, most frequent first, at most six. */
  errors: z.array(
    z.object({
      code: z.string(),
      stepName: z.string(),
      sagaType: z.string(),
      count: z.int(),
      lastAt: Time,
      series: z.array(z.int()),
    }),
  ),
});
export type Overview = z.infer<typeof Overview>;
