import type { SagaDetail, StepWire } from '@/core/contract/sagas';
import { cutText } from '@/core/diagram/escape';

export interface ActivityEntry {
  key: string;
  /** ISO 8601; null where the row is older than those that are shown. */
  at: string | null;
  text: string;
  /** Who did it, where the text does not say; null: the log or this console. */
  who: string | null;
}

const ANOMALY_WORDS: Record<string, string> = {
  suspension: 'ran after it had been undone',
  contradiction: 'failed after it had succeeded',
  double_compensation: 'was undone by two compensations',
  past_pivot: 'was undone past the pivot',
  null_compensation: 'was undone without having run',
  rerun: 'ran again',
  illegal_transition: 'succeeded while being undone',
  unknown_step: 'is not in the definition',
  unknown_status: 'has a row with an unknown status',
  out_of_order_compensation: 'was undone before a later step',
};

const LONGEST_NAME = 40;

/** Who stands behind what the dispatcher writes. */
const OURSELVES = 'sagascope';

/** What people did, and what happened beyond plain steps, newest first: turning back, what failed, anomalies, the deadline. A history: nothing leaves it when the saga is repaired. */
export function activityOf(saga: SagaDetail): ActivityEntry[] {
  const done = saga.activity.map(({ seq, at, actor, text }): ActivityEntry => {
    const said = actor === OURSELVES || text.includes(actor);
    return { key: `journal ${seq}`, at, text, who: said ? null : actor };
  });
  const known = eventsOf(saga).map((entry): ActivityEntry => ({ ...entry, who: null }));
  // Newest first, and the journal's own order within one moment: the sort is stable.
  return [...done, ...known].sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
}

function eventsOf(saga: SagaDetail): Omit<ActivityEntry, 'who'>[] {
  const rowAt = new Map(saga.log.map((row) => [row.id, row.createdAt]));
  const entries: Omit<ActivityEntry, 'who'>[] = saga.anomalies.map(({ kind, logId, stepName }) => ({
    key: `anomaly ${kind} ${logId}`,
    at: rowAt.get(logId) ?? null,
    text: `${cutText(stepName, LONGEST_NAME)} ${ANOMALY_WORDS[kind] ?? kind.replaceAll('_', ' ')} (#${logId})`,
  }));
  for (const step of saga.steps) entries.push(...failuresOf(step));
  const turned = saga.steps
    .flatMap(({ attemptList }) => attemptList.filter(({ direction }) => direction === 'undo'))
    .map(({ startedAt, finishedAt }) => startedAt ?? finishedAt)
    .filter((at) => at !== null)
    .sort();
  if (turned[0]) entries.push({ key: 'turned', at: turned[0], text: 'Switched to compensating' });
  const over = saga.status === 'COMPLETED' || saga.status === 'COMPENSATED';
  const end = Date.parse(over ? saga.updatedAt : saga.asOf);
  if (saga.deadlineAt !== null && Date.parse(saga.deadlineAt) < end)
    entries.push({ key: 'deadline', at: saga.deadlineAt, text: 'Deadline passed' });
  return entries;
}

/** The last failure of a step forward, and of its undo, with how many there were. */
function failuresOf({ stepName, compensatingAction, attemptList }: StepWire): Omit<ActivityEntry, 'who'>[] {
  return (['forward', 'undo'] as const).flatMap((way) => {
    const failed = attemptList.filter(({ direction, outcome }) => direction === way && outcome === 'failed');
    const last = failed.at(-1);
    if (last === undefined) return [];
    const name = way === 'forward' ? stepName : (compensatingAction ?? `undoing ${stepName}`);
    const often = failed.length === 1 ? '' : ` ${failed.length} times`;
    const why = last.error?.code ?? last.error?.message ?? null;
    return [
      {
        key: `failed ${way} ${stepName}`,
        at: last.finishedAt ?? last.startedAt,
        text: `${cutText(name, LONGEST_NAME)} failed${often}${why === null ? '' : ` (${cutText(why, LONGEST_NAME)})`}`,
      },
    ];
  });
}
