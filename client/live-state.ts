import type { Health } from '@/core/contract/health';

/** What the indicator shows. Times are epoch ms, lag is ms. */
export interface LiveState {
  state: 'live' | 'slow' | 'paused' | 'offline';
  /** null: not measured yet, or not known while offline. */
  lagMs: number | null;
  /** Since when it is offline or behind; null while live. */
  since: number | null;
  /** How many rows wait behind a list that pauses. */
  pausedCount: number;
  /** What is slow or gone, in words; null while live. */
  source: string | null;
  /** How news arrives: pushed, or asked for each second. */
  by: 'stream' | 'polling';
}

/** What one tab knows of the connection; the tab that holds the stream tells the others. */
export interface Connection {
  by: 'stream' | 'polling';
  /** Epoch ms since when no stream is open; null while one is. */
  lostSince: number | null;
}

/** The last health report, or that there was none, and since when (epoch ms) it is down. */
export interface HealthSeen {
  health: Health | null;
  down: 'console' | 'database' | null;
  downSince: number | null;
}

/** Joins a report (null: no answer) to what was seen before, so that "since" stays the first moment of an outage. */
export function healthSeen(before: HealthSeen | undefined, health: Health | null, now: number): HealthSeen {
  const down = health === null ? 'console' : health.database === 'unreachable' ? 'database' : null;
  return { health, down, downSince: down === null ? null : (before?.downSince ?? now) };
}

/** Under this the lists are live. DESIGN.md, live indicator. */
const LIVE_MS = 2_000;
/** A stream that is cut opens again by itself; only a longer silence is worth a word. */
const LOST_GRACE_MS = 3_000;

/** The words of the indicator, from connection, health and the lists that pause. `now` is epoch ms. */
export function liveState(connection: Connection, seen: HealthSeen, paused: number | null, now: number): LiveState {
  const lagMs = seen.health?.projection?.lag_ms ?? null;
  const base = { lagMs, since: null, pausedCount: paused ?? 0, source: null, by: connection.by };
  if (seen.down !== null) {
    return {
      ...base,
      state: 'offline',
      lagMs: null,
      since: seen.downSince,
      source: `the ${seen.down} does not answer`,
    };
  }
  if (connection.lostSince !== null && now - connection.lostSince > LOST_GRACE_MS) {
    return { ...base, state: 'offline', lagMs: null, since: connection.lostSince, source: 'the live stream is cut' };
  }
  if (paused !== null) return { ...base, state: 'paused' };
  const source = slowSource(seen.health);
  if ((lagMs !== null && lagMs >= LIVE_MS) || source !== null) {
    return { ...base, state: 'slow', since: now - (lagMs ?? 0), source: source ?? 'the projector is catching up' };
  }
  return { ...base, state: 'live' };
}

function slowSource(health: Health | null): string | null {
  if (health === null) return null;
  const holder = health.projection?.held_back_by[0];
  const lag = health.projection?.lag_ms ?? 0;
  if (health.saga_coordinator === 'stopped') return 'the worker is stopped';
  if (health.saga_coordinator === 'needs_rebuild') return 'the log was restored: npm run rebuild';
  if (holder !== undefined && lag >= LIVE_MS)
    return holder.pid === null ? 'held back by a prepared transaction' : `held back by writer ${holder.pid}`;
  return null;
}
