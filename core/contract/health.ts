import { z } from 'zod';
import { Count, LogId, Time } from './wire';

/** Where the two followed logs stand. Contract part 5, /api/health, and part 6. */
export const Projection = z.object({
  /** The log that is further behind: `lag_ms` is its lag. The other numbers are of both. */
  source: z.enum(['saga_log', 'event_store']),
  lag_rows: z.int(),
  /**
   * How old the oldest row is that lists do not show yet; with none waiting, how long the last row took, then how
   * long ago the follower looked. null: never measured.
   */
  lag_ms: z.int().nullable(),
  open_gaps: z.int(),
  held_back_by: z.array(
    z.object({
      log: z.enum(['saga_log', 'event_store']),
      pid: z.int().nullable(),
      age_ms: z.int().nullable(),
      first_seen: Time,
      ids: z.string(),
    }),
  ),
  /** Saga types that have a new definition, and how many of their sagas lists still show as they were before it. */
  refold: z.object({ types: z.array(z.string()), sagas: Count }),
});

export const Health = z.object({
  status: z.enum(['ok', 'degraded', 'unhealthy']),
  saga_coordinator: z.enum(['running', 'stopped', 'held', 'needs_rebuild']).optional(),
  compensation_queue: z.object({ pending: z.int(), dead: z.int() }).optional(),
  last_failure_time: Time.nullable().optional(),
  database: z.enum(['ok', 'unreachable']).optional(),
  projection: Projection.optional(),
  /** One sentence for each thing that is wrong and what to do. */
  problems: z.array(z.string()).optional(),
});
export type Health = z.infer<typeof Health>;

/** What the diagnostics page shows. */
export const Diagnostics = z.object({
  health: Health,
  database: z.object({
    version: z.string(),
    name: z.string(),
    embedded: z.boolean(),
    right: z.enum(['owner', 'writer', 'reader']),
    rightText: z.string(),
    primary: z.boolean(),
  }),
  logs: z.array(
    z.object({
      table: z.string(),
      exists: z.boolean(),
      createdByUs: z.boolean(),
      appendOnly: z.boolean(),
      missingColumns: z.array(z.string()),
      rows: z.object({ value: LogId, exact: z.boolean() }),
      checkpoint: LogId.nullable(),
      lockEvidence: z.object({ ok: z.boolean(), why: z.string() }),
      openGaps: z.array(z.object({ fromId: LogId, toId: LogId, since: Time, heldBy: z.string() })),
      skipped: z.object({ ranges: z.int(), ids: LogId }),
    }),
  ),
});
export type Diagnostics = z.infer<typeof Diagnostics>;
