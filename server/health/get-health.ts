import type { Health } from '@/core/contract/health';
import { permits } from '@/server/auth/permit';
import { visible } from '@/server/auth/visible';
import type { Ctx } from '@/server/http/context';
import { isDatabaseGone } from '@/server/http/failure';
import { type Follower, OLD_GAP_MS, readFollower, readWork, type SeenRows, type Work } from './projection';

/** A database that has not answered by then counts as unreachable: a probe must not wait for it. */
const PATIENCE_MS = 2_000;

/**
 * How the console is, in the shape of contract part 5. A database that is gone is an answer here, not an error.
 * Without a session the bare status; what is counted of sagas keeps to what the actor may see.
 */
export async function getHealth(ctx: Ctx): Promise<Health> {
  const rows: SeenRows = (params, table) =>
    visible(ctx, 'health.read', params, { tenant: `${table}.tenant_id`, sagaType: `${table}.saga_type` });
  const seen = await withinPatience(Promise.all([readFollower(ctx.db.primary), readWork(ctx.db.primary, rows)]));
  const health = seen === 'late' ? UNREACHABLE : healthOf(...seen);
  return permits(ctx.actor, 'health.read') ? health : { status: health.status };
}

const UNREACHABLE: Health = {
  status: 'unhealthy',
  database: 'unreachable',
  problems: ['The database does not answer. Start it, or check DATABASE_URL; nothing that was written is lost.'],
};

/** The words and the verdict for what was read. */
export function healthOf({ coordinator, text, projection, gapMs }: Follower, work: Work): Health {
  const problems: string[] = [];
  if (coordinator === 'stopped')
    problems.push('The worker does not poll the logs: lists stand still. Start it with npm start.');
  if (coordinator === 'needs_rebuild') {
    problems.push(text ?? 'The log is not the one that was read before. Run npm run rebuild.');
  }
  if (coordinator === 'held') problems.push(text ?? 'The follower is held back. Later rows are shown all the same.');
  if (gapMs !== null && gapMs > OLD_GAP_MS) {
    const holder = projection.held_back_by.find((one) => one.pid !== null);
    const who = holder ? `process ${holder.pid}` : 'a transaction without a process';
    problems.push(
      `A gap in the log is open for ${Math.round(gapMs / 1000)} s: ${who} may still fill it. End that transaction.`,
    );
  }
  if (work.crashed > 0) {
    problems.push(
      `The work on ${work.crashed === 1 ? '1 intervention' : `${work.crashed} interventions`} fails again and again. The worker's log says why; it is tried again once a minute.`,
    );
  }
  const unhealthy = coordinator === 'stopped' || coordinator === 'needs_rebuild';
  return {
    status: unhealthy ? 'unhealthy' : problems.length > 0 ? 'degraded' : 'ok',
    saga_coordinator: coordinator,
    compensation_queue: { pending: work.pending, dead: work.dead },
    last_failure_time: work.failed,
    database: 'ok',
    projection,
    problems,
  };
}

async function withinPatience<T>(reading: Promise<T>): Promise<T | 'late'> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), PATIENCE_MS);
  });
  try {
    return await Promise.race([reading.catch(lateIfGone), patience]);
  } finally {
    clearTimeout(timer);
  }
}

function lateIfGone(error: unknown): 'late' {
  if (isDatabaseGone(error)) return 'late';
  throw error;
}
