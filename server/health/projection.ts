import { z } from 'zod';
import type { Health, Projection } from '@/core/contract/health';
import { compensationQueue } from '@/server/db/jobs';
import type { Query } from '@/server/db/query';
import { isoMs } from '@/server/sagas/list-item';

/** A follower that has not polled for this long is not running. */
export const HEARTBEAT_MS = 10_000;
/** An open gap older than this is degraded. Contract part 5. */
export const OLD_GAP_MS = 60_000;
/** Waiting rows are counted this far; beyond it the distance of ids stands in. */
const COUNTED = 10_000;

const Heartbeat = z.object({
  state: z.enum(['running', 'held', 'needs_rebuild']).catch('running'),
  state_text: z.string().nullable(),
  silent_ms: z.number(),
  lag_ms: z.number().nullable(),
  lag_rows: z.number(),
  gap_ms: z.number().nullable(),
  gaps: z.string(),
  open_gaps: z.number(),
});

const Gaps = z.array(
  z.object({
    from: z.string(),
    to: z.string(),
    since: z.string(),
    pid: z.int().nullable(),
    age_ms: z.number().nullable(),
  }),
);

/** How the follower of saga_log is, read from its checkpoint. */
export interface Follower {
  coordinator: NonNullable<Health['saga_coordinator']>;
  /** What the follower says of itself, where it does. */
  text: string | null;
  projection: z.infer<typeof Projection>;
  /** Age of the oldest open gap in ms; null: there is none. */
  gapMs: number | null;
}

/**
 * Lag and state of the follower of `saga_log`. Rows that wait: how long ago the oldest was written; none waiting: how
 * long the last one took, and ten seconds later how long ago the follower looked. One statement of a few index look-ups, cheap enough to ask every two seconds.
 */
export async function readFollower(query: Query): Promise<Follower> {
  const [raw] = await query(FOLLOWER);
  if (!raw) {
    const projection = { lag_rows: 0, lag_ms: null, open_gaps: 0, held_back_by: [] };
    return { coordinator: 'stopped', text: null, projection, gapMs: null };
  }
  const row = Heartbeat.parse(raw);
  const gaps = Gaps.parse(JSON.parse(row.gaps));
  return {
    coordinator: row.silent_ms > HEARTBEAT_MS ? 'stopped' : row.state,
    text: row.state_text,
    gapMs: row.gap_ms,
    projection: {
      lag_rows: row.lag_rows,
      lag_ms: row.lag_ms === null ? null : Math.max(0, Math.round(row.lag_ms)),
      open_gaps: row.open_gaps,
      held_back_by: gaps.map((gap) => ({
        pid: gap.pid,
        age_ms: gap.age_ms === null ? null : Math.max(0, Math.round(gap.age_ms)),
        first_seen: gap.since,
        ids: gap.from === gap.to ? gap.from : `${gap.from}–${gap.to}`,
      })),
    },
  };
}

const ms = (expression: string): string => `(extract(epoch from ${expression}) * 1000)::float8`;

// holders: what the follower saw of them; `started` is null where this role may not see it (pg_read_all_stats).
const FOLLOWER = `
select c.state, c.state_text, ${ms('now() - c.polled_at')} as silent_ms,
  case when w.oldest is null then (case when c.applied_at > now() - interval '10 s' or c.lag_ms is null then c.lag_ms else
    least(c.lag_ms, ${ms('now() - c.polled_at')}::bigint) end)::float8 else greatest(0, ${ms('now() - w.oldest')}) end as lag_ms,
  (case when w.rows < ${COUNTED} then w.rows else (select max(id) from public.saga_log) - c.last_id end)::float8 as lag_rows,
  g.gap_ms, g.open_gaps::float8 as open_gaps, g.gaps
from sagascope.checkpoint c
cross join lateral (
  select (select created_at from public.saga_log l where l.id > c.last_id order by l.id limit 1) as oldest,
         (select count(*) from (select 1 from public.saga_log l where l.id > c.last_id limit ${COUNTED}) n) as rows
) w
cross join lateral (
  select count(distinct o.from_id) as open_gaps, max(${ms('now() - o.since')}) as gap_ms,
         coalesce(json_agg(json_build_object('from', o.from_id::text, 'to', o.to_id::text,
           'since', ${isoMs("coalesce((h.value->>'since')::timestamptz, o.since)")}, 'pid', h.value->'pid',
           'age_ms', ${ms("now() - (h.value->>'started')::timestamptz")})
           order by o.from_id) filter (where o.n <= 20), '[]')::text as gaps
    from (select o.*, row_number() over (order by from_id) as n from sagascope.open_gap o where o.log = c.log) o
    left join lateral jsonb_array_elements(case when jsonb_typeof(o.holders) = 'array' then o.holders end) h(value) on true
) g
where c.log = 'saga_log'`;

const Work = z.object({ pending: z.number(), dead: z.number(), crashed: z.number(), failed: z.string().nullable() });
export type Work = z.infer<typeof Work>;

/** The queue of interventions (pending, dead), and the newest change of a saga that failed or went back. */
export async function readWork(query: Query): Promise<Work> {
  const [row] = await query<object>(LAST_FAILURE);
  return Work.parse({ ...(await compensationQueue(query)), ...row });
}

const LAST_FAILURE = `
select (select ${isoMs('max(f.at)')} from unnest(array['FAILED', 'COMPENSATING', 'COMPENSATED']) as w(status)
          cross join lateral (select s.updated_at as at from sagascope.saga s where s.status = w.status
                               order by s.updated_at desc limit 1) f) as failed`;
