import type { Health } from '@/core/contract/health';
import type { Count } from '@/core/contract/wire';

/** What the indicator shows. Times are epoch ms, lag is ms. */
export interface LiveState {
  state: 'live' | 'slow' | 'folding' | 'paused' | 'offline';
  /** null: not measured yet, or not known while offline. */
  lagMs: number | null;
  /** Since when it is offline; null otherwise. */
  since: number | null;
  /** How many rows wait behind a list that pauses. */
  waiting: Count;
  /** What is slow or gone, in words; null while live. */
  source: string | null;
  /** How news arrives: pushed, or asked for each second. */
  by: 'stream' | 'polling';
}

/** Where the follower stands: the `lag` event of the stream, or read from /api/health. */
export interface Lag {
  lagMs: number | null;
  source: string;
  state: string;
  /** Saga types that are folded again with a new definition. */
  refold: string[];
}

/** What a tab knows of the way that news takes; the tab that holds the stream tells the others. */
export interface Connection {
  by: 'stream' | 'polling';
  /** Epoch ms since when no stream is open or no poll is answered; null while one is. */
  lostSince: number | null;
  /** Epoch ms since when the console cannot reach its database; null while it can. */
  databaseLostSince: number | null;
  lag: Lag | null;
}

export const UNKNOWN_CONNECTION: Connection = { by: 'stream', lostSince: null, databaseLostSince: null, lag: null };

/** Under this the lists are live. DESIGN.md, live indicator. */
const LIVE_MS = 2_000;
/** A stream that is cut opens again by itself; only a longer silence is worth a word. */
const LOST_GRACE_MS = 3_000;

/** The words of the indicator, from the connection and what the lists that pause hold back (null: none pauses). `now` is epoch ms. */
export function liveState(connection: Connection, paused: Count | null, now: number): LiveState {
  const { by, lag } = connection;
  const base = {
    lagMs: lag?.lagMs ?? null,
    since: null,
    waiting: paused ?? { value: 0, capped: false },
    source: null,
    by,
  };
  const offline = (since: number, source: string): LiveState => ({
    ...base,
    state: 'offline',
    lagMs: null,
    since,
    source,
  });

  if (connection.lostSince !== null && now - connection.lostSince > LOST_GRACE_MS) {
    return offline(connection.lostSince, 'the console does not answer');
  }
  if (connection.databaseLostSince !== null)
    return offline(connection.databaseLostSince, 'the database does not answer');
  if (paused !== null) return { ...base, state: 'paused' };
  const source = lag === null ? null : slowSource(lag);
  if (lag !== null && lag.refold.length > 0 && !isStill(lag))
    return { ...base, state: 'folding', source: refoldWords(lag.refold) };
  return source === null ? { ...base, state: 'live' } : { ...base, state: 'slow', source };
}

const isStill = ({ state }: Lag): boolean => state === 'stopped' || state === 'needs_rebuild';

function refoldWords([first, ...others]: readonly string[]): string {
  if (others.length === 0) return `${first} is folded again with its definition`;
  return `${first} and ${others.length} more ${others.length === 1 ? 'type' : 'types'} are folded again with their definitions`;
}

function slowSource(lag: Lag): string | null {
  if (lag.state === 'stopped') return 'the worker is stopped';
  if (lag.state === 'needs_rebuild') return 'the log was replaced, npm run rebuild';
  return lag.lagMs !== null && lag.lagMs >= LIVE_MS ? lag.source : null;
}

/** The connection as a health report tells it, for browsers without a stream. `before` keeps the first moment of an outage. */
export function connectionOf(before: Connection, health: Health | null, now: number): Connection {
  if (health === null) return { ...before, lostSince: before.lostSince ?? now };
  const reachable = health.database !== 'unreachable';
  const log = health.projection?.source ?? 'saga_log';
  const holders = health.projection?.held_back_by ?? [];
  const holder = holders.find((one) => one.log === log) ?? holders[0];
  const who =
    holder === undefined
      ? ''
      : `, held back by ${holder.pid === null ? 'a prepared transaction' : `process ${holder.pid}`}`;
  return {
    ...before,
    lostSince: null,
    databaseLostSince: reachable ? null : (before.databaseLostSince ?? now),
    lag: {
      lagMs: health.projection?.lag_ms ?? null,
      source: `${holder?.log ?? log}${who}`,
      state: health.saga_coordinator ?? 'running',
      refold: health.projection?.refold.types ?? [],
    },
  };
}

/** A `lag` event of the stream, read from text; null when it is not one. */
export function lagOf(data: string): Lag | null {
  const body = objectOf(data);
  if (body === null || !('lagMs' in body) || !('source' in body) || !('state' in body)) return null;
  const { lagMs, source, state } = body;
  if ((lagMs !== null && typeof lagMs !== 'number') || typeof source !== 'string' || typeof state !== 'string')
    return null;
  const refold = 'refold' in body && Array.isArray(body.refold) ? body.refold : [];
  return { lagMs, source, state, refold: refold.filter((type): type is string => typeof type === 'string') };
}

/** Since when the database is lost (epoch ms): an `offline` event of the stream; `now` where it does not say. */
export function offlineSince(data: string, now: number): number {
  const body = objectOf(data);
  const since =
    body !== null && 'since' in body && typeof body.since === 'string' ? Date.parse(body.since) : Number.NaN;
  return Number.isNaN(since) ? now : since;
}

function objectOf(data: string): object | null {
  try {
    const body: unknown = JSON.parse(data);
    return typeof body === 'object' ? body : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
