import { eventFromText } from '../intervention/event-text';
import type { InterventionEvent, InterventionEventType } from '../intervention/events';
import type { JournalEntry } from '../journal/entry';

type Of<T extends InterventionEventType> = Extract<InterventionEvent, { type: T }>;

const count = (n: number, one: string): string => (n === 1 ? `1 ${one}` : `${n} ${one}s`);
const quoted = (reason: string): string => `“${reason}”`;
const again = (attempt: number): string => (attempt > 1 ? `, call ${attempt}` : '');
const proof = ({ by, evidence, logId }: Of<'StepCompensated'> | Of<'StepProven'>): string =>
  by === 'another_hand'
    ? `by another hand (row ${logId})`
    : evidence === 'answer'
      ? `confirmed by the service (row ${logId})`
      : `proven by row ${logId}`;

const WHAT: Record<Of<'InterventionRequested'>['action'], (stepName: string) => string> = {
  RETRY_STEP: (step) => `retrying ${step}`,
  COMPENSATE_STEP: (step) => `compensating ${step}`,
  COMPENSATE_SAGA: () => 'compensating the saga',
  SKIP_STEP: (step) => `skipping ${step}`,
  RESOLVE: () => 'marking the saga resolved',
  LOCK: () => 'locking the saga',
  UNLOCK: () => 'unlocking the saga',
};

/** One sentence for each kind of event. */
const SENTENCE: { [T in InterventionEventType]: (event: Of<T>) => string } = {
  InterventionRequested: ({ by, action, stepName, reason, calls, needsApproval }) =>
    `${by} requested ${WHAT[action](stepName ?? '')} with ${count(calls.length, 'call')}${needsApproval ? ', to be approved by a second person' : ''}: ${quoted(reason)}`,
  InterventionApproved: ({ by }) => `${by} approved it.`,
  InterventionRejected: ({ by, reason }) => `${by} rejected it: ${quoted(reason)}`,
  InterventionExpired: () => 'Nobody approved it in time.',
  InterventionRecorded: () => 'It is recorded: nothing more is to be called.',
  CallDispatched: ({ stepName, attempt }) => `The service of ${stepName} was called${again(attempt)}.`,
  CallRedelivered: ({ stepName, attempt, delivery }) =>
    `The call for ${stepName} was cut by the console's own restart and was sent again as call ${attempt}, delivery ${delivery}.`,
  CallAnswered: ({ stepName, attempt, answer, nextAttemptAt, at }) =>
    `Call ${attempt} for ${stepName}: ${answer.text}. It is sent again in ${count(Math.max(1, Math.round((nextAttemptAt - at) / 1000)), 'second')}.`,
  CallAccepted: ({ stepName, answer }) => `The service of ${stepName} ${answer.text}. Its row in the log is awaited.`,
  CallDeadLettered: ({ stepName, answer }) => `The calls for ${stepName} have stopped: ${answer.text}.`,
  CallFailed: ({ stepName, logId }) => `${stepName} failed after its call was accepted, says row ${logId}.`,
  NoEvidenceFound: ({ stepName }) => `No row proves ${stepName} in time, although its call was accepted.`,
  StepCompensated: (event) => `${event.stepName} is compensated, ${proof(event)}.`,
  StepProven: (event) => `${event.stepName} is done, ${proof(event)}.`,
  CallSpared: ({ stepName, logId }) =>
    `${stepName} was compensated by another hand (row ${logId}) before it was called: no call.`,
  StepSkipped: ({ stepName, by, reason }) => `${by} skipped ${stepName}: ${quoted(reason)}`,
  InterventionRetried: ({ by, reason }) => `${by} had it tried again${reason === null ? '.' : `: ${quoted(reason)}`}`,
  CancellationRequested: ({ by, reason }) =>
    `${by} asked to give it up; the call in flight is awaited: ${quoted(reason)}`,
  InterventionCancelled: ({ by, reason }) => `${by} gave it up: ${quoted(reason)}`,
  InterventionHalted: ({ because }) => `It was halted before the next call: ${because}`,
  InterventionVerified: () => 'Every call is proven by the log.',
};

const say = <T extends InterventionEventType>(type: T, event: Of<T>): string => SENTENCE[type](event);

/** What an entry of the journal says, in a sentence. Of an entry that this version does not know: its type. */
export function activityText(entry: Pick<JournalEntry, 'type' | 'at' | 'body'>): string {
  const event = eventFromText(entry);
  return event === null ? `${entry.type}.` : say(event.type, event);
}
