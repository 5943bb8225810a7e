import { describe, expect, it } from 'vitest';
import { eventFromText, eventText } from '../intervention/event-text';
import type { InterventionEvent, InterventionEventType } from '../intervention/events';
import { activityText } from './activity';

const at = 1_000;
const answer = { status: 503, text: 'answered 503', body: 'closed' };
const reason = 'the carrier is gone';
const proof = { at, stepName: 'pay', logId: '9', by: 'this_intervention', evidence: 'log' } as const;

/** One event of each kind, and what the activity says of it. */
const SAID: { [T in InterventionEventType]: [Extract<InterventionEvent, { type: T }>, string] } = {
  InterventionRequested: [
    {
      type: 'InterventionRequested',
      at,
      id: 'i',
      sagaId: 's',
      action: 'COMPENSATE_STEP',
      stepName: 'pay',
      reason,
      by: 'anna',
      planHash: 'h',
      calls: [{ stepName: 'pay', action: 'compensate', evidenceMs: 60_000 }],
      noCalls: [],
      onFailure: 'stop',
      needsApproval: true,
      expiresAt: null,
    },
    'anna requested compensating pay with 1 call, to be approved by a second person: “the carrier is gone”',
  ],
  InterventionApproved: [{ type: 'InterventionApproved', at, by: 'bert' }, 'bert approved it.'],
  InterventionRejected: [
    { type: 'InterventionRejected', at, by: 'bert', reason },
    'bert rejected it: “the carrier is gone”',
  ],
  InterventionExpired: [{ type: 'InterventionExpired', at }, 'Nobody approved it in time.'],
  InterventionRecorded: [{ type: 'InterventionRecorded', at }, 'It is recorded: nothing more is to be called.'],
  CallDispatched: [
    { type: 'CallDispatched', at, stepName: 'pay', attempt: 2, afterLogId: '8' },
    'The service of pay was called, call 2.',
  ],
  CallRedelivered: [
    { type: 'CallRedelivered', at, stepName: 'pay', attempt: 1, delivery: 2 },
    "The call for pay was cut by the console's own restart and was sent again as call 1, delivery 2.",
  ],
  CallAnswered: [
    { type: 'CallAnswered', at, stepName: 'pay', attempt: 1, answer, nextAttemptAt: at + 2_100 },
    'Call 1 for pay: answered 503. It is sent again in 2 seconds.',
  ],
  CallAccepted: [
    { type: 'CallAccepted', at, stepName: 'pay', attempt: 1, answer: { ...answer, status: 200, text: 'answered 200' } },
    'The service of pay answered 200. Its row in the log is awaited.',
  ],
  CallDeadLettered: [
    { type: 'CallDeadLettered', at, stepName: 'pay', attempt: 3, answer },
    'The calls for pay have stopped: answered 503.',
  ],
  CallFailed: [
    { type: 'CallFailed', at, stepName: 'pay', logId: '9' },
    'pay failed after its call was accepted, says row 9.',
  ],
  NoEvidenceFound: [
    { type: 'NoEvidenceFound', at, stepName: 'pay' },
    'No row proves pay in time, although its call was accepted.',
  ],
  StepCompensated: [{ type: 'StepCompensated', ...proof }, 'pay is compensated, proven by row 9.'],
  StepProven: [{ type: 'StepProven', ...proof, evidence: 'answer' }, 'pay is done, confirmed by the service (row 9).'],
  CallSpared: [
    { type: 'CallSpared', at, stepName: 'pay', logId: '9' },
    'pay was compensated by another hand (row 9) before it was called: no call.',
  ],
  StepSkipped: [
    { type: 'StepSkipped', at, stepName: 'pay', by: 'anna', reason },
    'anna skipped pay: “the carrier is gone”',
  ],
  InterventionRetried: [{ type: 'InterventionRetried', at, by: 'anna', reason: null }, 'anna had it tried again.'],
  CancellationRequested: [
    { type: 'CancellationRequested', at, by: 'anna', reason },
    'anna asked to give it up; the call in flight is awaited: “the carrier is gone”',
  ],
  InterventionCancelled: [
    { type: 'InterventionCancelled', at, by: 'anna', reason },
    'anna gave it up: “the carrier is gone”',
  ],
  InterventionHalted: [
    { type: 'InterventionHalted', at, because: 'The saga has moved since the plan was made.', sinceLogIds: ['9'] },
    'It was halted before the next call: The saga has moved since the plan was made.',
  ],
  InterventionVerified: [{ type: 'InterventionVerified', at }, 'Every call is proven by the log.'],
};

describe('the activity', () => {
  it.each(Object.values(SAID))('$0.type is one sentence', (...[event, said]) => {
    expect(activityText({ type: event.type, at, body: eventText(event) })).toBe(said);
  });

  it('names an entry that this version does not know', () => {
    expect(activityText({ type: 'SagaTeleported', at, body: '{}' })).toBe('SagaTeleported.');
    expect(activityText({ type: 'CallFailed', at, body: 'no JSON' })).toBe('CallFailed.');
  });
});

describe('the text of an event', () => {
  it.each(Object.values(SAID))('$0.type comes back as it was', (...[event]) => {
    expect(eventFromText({ type: event.type, at, body: eventText(event) })).toEqual(event);
  });

  it('is refused where anything was left out of it', () => {
    expect(eventFromText({ type: 'CallFailed', at, body: '{"stepName":"pay"}' })).toBeNull();
  });
});
