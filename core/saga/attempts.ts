import { at, type SagaRow } from './row';
import type { Attempt, StepEvent } from './saga';

/** Attempts of one direction while rows are read. */
interface Direction {
  count: number;
  /** The count comes from the `attempt` column, which wins over counting. */
  fromColumn: boolean;
  newest: Attempt | null;
  /** The newest attempt's number was counted, not written. */
  newestCounted: boolean;
  /** Older attempts without an outcome yet, by number: a late outcome finds its attempt. */
  superseded: Map<number, Attempt> | null;
}

export interface AttemptLog {
  list: Attempt[];
  forward: Direction;
  undo: Direction;
}

const direction = (): Direction => ({
  count: 0,
  fromColumn: false,
  newest: null,
  newestCounted: false,
  superseded: null,
});

export const noAttempts = (): AttemptLog => ({ list: [], forward: direction(), undo: direction() });

/**
 * Enters a row: started and undoing open an attempt; an outcome ends the open one, or stands for a whole attempt
 * where only outcomes are written. An outcome that changes nothing (`holds`) opens none. Contract part 2.
 */
export function enterAttempt(log: AttemptLog, event: StepEvent, row: SagaRow, holds: boolean): void {
  const way = event === 'started' || event === 'done' || event === 'failed' ? 'forward' : 'undo';
  const side = log[way];
  if (event === 'started' || event === 'undoing') {
    const again = row.attempt !== null && side.newest?.outcome === 'running' && side.newest.number === row.attempt;
    if (again) return;
    open(log, side, newAttempt(way, count(side, row), at(row), row), row);
    return;
  }
  const outcome = event === 'done' || event === 'undone' ? 'done' : 'failed';
  const ended = openAttempt(side, row);
  if (ended) {
    side.superseded?.delete(ended.number);
    if (row.attempt !== null) ended.number = count(side, row);
    end(ended, outcome, row);
  } else if (!holds) {
    const whole = newAttempt(way, count(side, row), null, row);
    open(log, side, whole, row);
    end(whole, outcome, row);
  } else if (row.attempt !== null) count(side, row);
}

const newAttempt = (
  direction: Attempt['direction'],
  number: number,
  startedAt: number | null,
  row: SagaRow,
): Attempt => ({
  direction,
  number,
  startedAt,
  finishedAt: null,
  outcome: 'running',
  firstLogId: row.id,
  lastLogId: row.id,
  error: null,
});

function end(attempt: Attempt, outcome: 'done' | 'failed', row: SagaRow): void {
  attempt.outcome = outcome;
  attempt.finishedAt = at(row);
  attempt.lastLogId = row.id;
  attempt.error = row.error;
}

/** A new attempt ends the wait for the one before it: that one has no outcome, only an end. */
function open(log: AttemptLog, side: Direction, attempt: Attempt, row: SagaRow): void {
  const before = log.list.at(-1);
  if (before && before.finishedAt === null) before.finishedAt = at(row);
  if (side.newest?.outcome === 'running') {
    side.superseded = (side.superseded ?? new Map<number, Attempt>()).set(side.newest.number, side.newest);
  }
  log.list.push(attempt);
  side.newest = attempt;
  side.newestCounted = row.attempt === null;
}

function openAttempt(side: Direction, row: SagaRow): Attempt | null {
  const newest = side.newest?.outcome === 'running' ? side.newest : null;
  if (row.attempt === null) return newest;
  if (newest && (newest.number === row.attempt || side.newestCounted)) return newest;
  return side.superseded?.get(row.attempt) ?? null;
}

function count(side: Direction, row: SagaRow): number {
  if (row.attempt === null) return (side.count += 1);
  side.count = side.fromColumn ? Math.max(side.count, row.attempt) : row.attempt;
  side.fromColumn = true;
  return row.attempt;
}
