import { declaredEventOf } from '../definition/declared-event';
import { eventFromText } from '../intervention/event-text';
import type { InterventionEvent, InterventionEventType } from '../intervention/events';
import type { JournalEntry } from '../journal/entry';
import { accessEventOf } from '../people/access-event';
import { accessText } from './access';
import { importEventOf } from '../journal/import-event';
import { viewEventOf } from '../journal/view-event';
import { counted } from './counted';
import { declaredText } from './declared';
import { isolated } from './isolated';
import { importText, viewText } from './kept';

type Of<T extends InterventionEventType> = Extract<InterventionEvent, { type: T }>;

const quoted = (reason: string): string => `“${isolated(reason)}”`;
const again = (attempt: number): string => (attempt > 1 ? `, call ${attempt}` : '');
const proof = ({ by, evidence, logId }: Of<'StepCompensated'> | Of<'StepProven'>): string =>
  by === 'another_hand'
    ? `by another hand (row ${logId})`
    : evidence === 'answer'
      ? `confirmed by the service (row ${logId})`
      : `proven by row ${logId}`;

const WHAT: Record<Of<'InterventionRequested'>['action'], (stepName: string) => string> = {
  RETRY_STEP: (step) => `retrying ${isolated(step)}`,
  COMPENSATE_STEP: (step) => `compensating ${isolated(step)}`,
  COMPENSATE_SAGA: () => 'compensating the saga',
  SKIP_STEP: (step) => `skipping ${isolated(step)}`,
  RESOLVE: () => 'marking the saga resolved',
  LOCK: () => 'locking the saga',
  UNLOCK: () => 'unlocking the saga',
};

/** One sentence for each kind of event. */
const SENTENCE: { [T in InterventionEventType]: (event: Of<T>) => string } = {
  InterventionRequested: ({ by, action, stepName, reason, calls, needsApproval }) =>
    `${isolated(by)} requested ${WHAT[action](stepName ?? '')} with ${counted(calls.length, 'call')}${needsApproval ? ', to be approved by a second person' : ''}: ${quoted(reason)}`,
  InterventionApproved: ({ by }) => `${isolated(by)} approved it.`,
  InterventionRejected: ({ by, reason }) => `${isolated(by)} rejected it: ${quoted(reason)}`,
  InterventionExpired: () => 'Nobody approved it in time.',
  InterventionRecorded: () => 'It is recorded: nothing more is to be called.',
  CallDispatched: ({ stepName, attempt }) => `The service of ${isolated(stepName)} was called${again(attempt)}.`,
  CallRedelivered: ({ stepName, attempt, delivery }) =>
    `The call for ${isolated(stepName)} was cut by the console's own restart and was sent again as call ${attempt}, delivery ${delivery}.`,
  CallAnswered: ({ stepName, attempt, answer, nextAttemptAt, at }) =>
    `Call ${attempt} for ${isolated(stepName)}: ${answer.text}. It is sent again in ${counted(Math.max(1, Math.round((nextAttemptAt - at) / 1000)), 'second')}.`,
  CallAccepted: ({ stepName, answer }) =>
    `The service of ${isolated(stepName)} ${answer.text}. Its row in the log is awaited.`,
  CallDeadLettered: ({ stepName, answer }) => `The calls for ${isolated(stepName)} have stopped: ${answer.text}.`,
  CallFailed: ({ stepName, logId }) => `${isolated(stepName)} failed after its call was accepted, says row ${logId}.`,
  NoEvidenceFound: ({ stepName }) => `No row proves ${isolated(stepName)} in time, although its call was accepted.`,
  StepCompensated: (event) => `${isolated(event.stepName)} is compensated, ${proof(event)}.`,
  StepProven: (event) => `${isolated(event.stepName)} is done, ${proof(event)}.`,
  CallSpared: ({ stepName, logId }) =>
    `${isolated(stepName)} was compensated by another hand (row ${logId}) before it was called: no call.`,
  StepSkipped: ({ stepName, by, reason }) => `${isolated(by)} skipped ${isolated(stepName)}: ${quoted(reason)}`,
  InterventionRetried: ({ by, reason }) =>
    `${isolated(by)} had it tried again${reason === null ? '.' : `: ${quoted(reason)}`}`,
  CancellationRequested: ({ by, reason }) =>
    `${isolated(by)} asked to give it up; the call in flight is awaited: ${quoted(reason)}`,
  InterventionCancelled: ({ by, reason }) => `${isolated(by)} gave it up: ${quoted(reason)}`,
  InterventionHalted: ({ because }) => `It was halted before the next call: ${because}`,
  InterventionVerified: () => 'Every call is proven by the log.',
};

const say = <T extends InterventionEventType>(type: T, event: Of<T>): string => SENTENCE[type](event);

/** What an entry of the journal says, in a sentence. Of an entry that this version does not know: its type. */
export function activityText(entry: Pick<JournalEntry, 'type' | 'at' | 'body'>): string {
  const event = eventFromText(entry);
  if (event !== null) return say(event.type, event);
  const access = accessEventOf(entry);
  if (access !== null) return accessText(access);
  const declared = declaredEventOf(entry);
  if (declared !== null) return declaredText(declared);
  const imported = importEventOf(entry);
  if (imported !== null) return importText(imported);
  const view = viewEventOf(entry);
  return view === null ? `${entry.type}.` : viewText(view);
}
