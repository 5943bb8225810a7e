import type { SagaDetail } from '@/core/contract/sagas';
import { cutText } from '@/core/diagram/escape';
import { ATTENTION_WORD } from '../status';

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

/** What people did, and what happened beyond plain steps, newest first: turning back, reasons of attention, anomalies, the deadline. */
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
  for (const { reason, since, stepName } of saga.attentionAll) {
    const step = stepName === null ? '' : `: ${cutText(stepName, LONGEST_NAME)}`;
    entries.push({ key: `attention ${reason} ${stepName}`, at: since, text: `${ATTENTION_WORD[reason]}${step}` });
  }
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
