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
  /** Without an outcome yet, by number: late outcomes find their attempt. */
  open: Map<number, Attempt>;
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
  open: new Map(),
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
    open(log, side, { direction: way, number: count(side, row), ...opening(row) }, row);
    return;
  }
  const outcome = event === 'done' || event === 'undone' ? 'done' : 'failed';
  const ended = openAttempt(side, row);
  if (ended) {
    side.open.delete(ended.number);
    if (row.attempt !== null) ended.number = count(side, row);
    Object.assign(ended, { outcome, finishedAt: at(row), lastLogId: row.id, error: row.error });
  } else if (!holds) {
    const number = count(side, row);
    const whole: Attempt = { direction: way, number, ...opening(row), startedAt: null, finishedAt: at(row), outcome };
    open(log, side, { ...whole, error: row.error }, row);
    side.open.delete(number);
  } else if (row.attempt !== null) count(side, row);
}

const opening = (row: SagaRow) => ({
  startedAt: at(row),
  finishedAt: null,
  outcome: 'running' as const,
  firstLogId: row.id,
  lastLogId: row.id,
  error: null,
});

/** A new attempt ends the wait for the one before it: that one has no outcome, only an end. */
function open(log: AttemptLog, side: Direction, attempt: Attempt, row: SagaRow): void {
  const before = log.list.at(-1);
  if (before && before.finishedAt === null) before.finishedAt = at(row);
  log.list.push(attempt);
  side.newest = attempt;
  side.newestCounted = row.attempt === null;
  side.open.set(attempt.number, attempt);
}

function openAttempt(side: Direction, row: SagaRow): Attempt | null {
  const newest = side.newest?.outcome === 'running' ? side.newest : null;
  if (row.attempt === null) return newest;
  return side.open.get(row.attempt) ?? (side.newestCounted ? newest : null);
}

function count(side: Direction, row: SagaRow): number {
  if (row.attempt === null) return (side.count += 1);
  side.count = side.fromColumn ? Math.max(side.count, row.attempt) : row.attempt;
  side.fromColumn = true;
  return row.attempt;
}
