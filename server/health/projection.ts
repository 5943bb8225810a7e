import { z } from 'zod';
import type { Health, Projection } from '@/core/contract/health';
import { compensationQueue } from '@/server/db/jobs';
import { Params } from '@/server/db/params';
import type { Query } from '@/server/db/query';
import { refoldProgress } from '@/server/db/refold-progress';
import { isoMs } from '@/server/sagas/list-item';

/** A follower that has not polled for this long is not running. */
export const HEARTBEAT_MS = 10_000;
/** An open gap older than this is degraded. Contract part 5. */
export const OLD_GAP_MS = 60_000;
/** Waiting rows are counted this far; beyond it the distance of ids stands in. */
const COUNTED = 10_000;

const Heartbeat = z.object({
  log: z.enum(['saga_log', 'event_store']),
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

/** How the followers of the two logs are, read from their checkpoints. */
export interface Follower {
  /** The worse of the two. */
  coordinator: NonNullable<Health['saga_coordinator']>;
  /** What that one says of itself, where it does. */
  text: string | null;
  projection: z.infer<typeof Projection>;
  /** Age of the oldest open gap in ms; null: there is none. */
  gapMs: number | null;
}

type Standing = z.infer<typeof Heartbeat> & { coordinator: Follower['coordinator'] };
type Log = z.infer<typeof Heartbeat>['log'];
const LOGS: Readonly<Record<Log, { id: string; at: string }>> = {
  saga_log: { id: 'id', at: 'created_at' },
  event_store: { id: 'position', at: 'occurred_at' },
};
const WORST_FIRST = ['stopped', 'needs_rebuild', 'held', 'running'] as const;

/**
 * Lag and state of the followers. Rows that wait: how long ago the oldest was written, but no longer than since the log
 * was last read to its end; none waiting: how long the last one took, and ten seconds later how long ago the follower
 * looked. A few index look-ups, cheap enough to ask every two seconds.
 */
export async function readFollower(query: Query): Promise<Follower> {
  const rows = z.array(Heartbeat).parse(await query(FOLLOWERS));
  const refold = await refoldProgress(query);
  const standings = (['saga_log', 'event_store'] as const).map((log) => standingOf(log, rows));
  const worst = standings.toSorted((a, b) => rank(a) - rank(b))[0];
  const behind = standings.toSorted((a, b) => (b.lag_ms ?? -1) - (a.lag_ms ?? -1))[0];
  const ages = standings.flatMap(({ gap_ms }) => gap_ms ?? []);
  return {
    coordinator: worst?.coordinator ?? 'stopped',
    text: worst?.state_text ?? null,
    gapMs: ages.length === 0 ? null : Math.max(...ages),
    projection: {
      source: behind?.log ?? 'saga_log',
      lag_rows: standings.reduce((sum, { lag_rows }) => sum + lag_rows, 0),
      lag_ms: behind === undefined || behind.lag_ms === null ? null : Math.max(0, Math.round(behind.lag_ms)),
      open_gaps: standings.reduce((sum, { open_gaps }) => sum + open_gaps, 0),
      held_back_by: standings.flatMap(heldBackBy),
      refold,
    },
  };
}

const rank = ({ coordinator }: Standing): number => WORST_FIRST.indexOf(coordinator);

function standingOf(log: Log, rows: readonly z.infer<typeof Heartbeat>[]): Standing {
  const row = rows.find((one) => one.log === log);
  if (row) return { ...row, coordinator: row.silent_ms > HEARTBEAT_MS ? 'stopped' : row.state };
  return {
    log,
    coordinator: 'stopped',
    state: 'running',
    state_text: null,
    silent_ms: 0,
    lag_ms: null,
    lag_rows: 0,
    gap_ms: null,
    gaps: '[]',
    open_gaps: 0,
  };
}

function heldBackBy({ log, gaps }: Standing): Follower['projection']['held_back_by'] {
  return Gaps.parse(JSON.parse(gaps)).map((gap) => ({
    log,
    pid: gap.pid,
    age_ms: gap.age_ms === null ? null : Math.max(0, Math.round(gap.age_ms)),
    first_seen: gap.since,
    ids: gap.from === gap.to ? gap.from : `${gap.from}–${gap.to}`,
  }));
}

const ms = (expression: string): string => `(extract(epoch from ${expression}) * 1000)::float8`;

// holders: what the follower saw of them; `started` is null where this role may not see it (pg_read_all_stats).
// undated: what the name of the time means in a table that others made without one.
const followerOf = (log: Log): string => `
select c.log, c.state, c.state_text, ${ms('now() - c.polled_at')} as silent_ms,
  case when w.rows > 0 then greatest(0, coalesce(least(${ms('now() - w.oldest')}, ${ms('now() - c.caught_up_at')}), c.lag_ms))
    when c.applied_at > now() - interval '10 s' or c.lag_ms is null then c.lag_ms
    else least(c.lag_ms, ${ms('now() - c.polled_at')}::bigint) end::float8 as lag_ms,
  (case when w.rows < ${COUNTED} then w.rows else (select max(${LOGS[log].id}) from public.${log}) - c.last_id end)::float8 as lag_rows,
  g.gap_ms, g.open_gaps::float8 as open_gaps, g.gaps
from sagascope.checkpoint c
cross join (select null::timestamptz as ${LOGS[log].at}) undated
cross join lateral (
  select (select ${LOGS[log].at} from public.${log} l where l.${LOGS[log].id} > c.last_id order by l.${LOGS[log].id} limit 1)::timestamptz as oldest,
         (select count(*) from (select 1 from public.${log} l where l.${LOGS[log].id} > c.last_id limit ${COUNTED}) n) as rows
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
where c.log = '${log}'`;

const FOLLOWERS = `${followerOf('saga_log')} union all ${followerOf('event_store')}`;

const Work = z.object({ pending: z.number(), dead: z.number(), crashed: z.number(), failed: z.string().nullable() });
export type Work = z.infer<typeof Work>;

/** SQL condition: which rows of interventions (`i`) and sagas (`s`) the reader may see. */
export type SeenRows = (params: Params, table: 'i' | 's') => string;

/** The queue of interventions (pending, dead), and the newest change of a saga that failed or went back. */
export async function readWork(query: Query, seen: SeenRows): Promise<Work> {
  const params = new Params();
  const [row] = await query<object>(lastFailure(seen(params, 's')), params.values);
  return Work.parse({ ...(await compensationQueue(query, (queue) => seen(queue, 'i'))), ...row });
}

const lastFailure = (seen: string): string => `
select (select ${isoMs('max(f.at)')} from unnest(array['FAILED', 'COMPENSATING', 'COMPENSATED']) as w(status)
          cross join lateral (select s.updated_at as at from sagascope.saga s where s.status = w.status and ${seen}
                               order by s.updated_at desc limit 1) f) as failed`;
