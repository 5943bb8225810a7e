import type { CallCourse, CallSeed, InterventionCourse, InterventionEvent, InterventionEventType } from './events';
import { isInFlight, isOpen, isStopped, type CallState, type InterventionState, type StoppedState } from './state';

type Of<T extends InterventionEventType> = Extract<InterventionEvent, { type: T }>;
type CallEvent = Extract<InterventionEvent, { stepName: string }> & {
  type: Exclude<InterventionEventType, 'InterventionRequested'>;
};

/** What an event makes of its call. */
const CALL_AFTER = {
  CallDispatched: 'dispatching',
  CallRedelivered: 'dispatching',
  CallAnswered: 'dispatching',
  CallAccepted: 'accepted',
  CallDeadLettered: 'dead_lettered',
  CallFailed: 'failed',
  NoEvidenceFound: 'no_evidence',
  StepCompensated: 'verified',
  StepProven: 'verified',
  CallSpared: 'no_call',
  StepSkipped: 'skipped',
} satisfies Record<CallEvent['type'], CallState>;

/** What an event makes of the whole, whatever its calls are; the rest follows from the calls. */
const STATE_AFTER: Partial<Record<InterventionEventType, InterventionState>> = {
  InterventionApproved: 'approved',
  InterventionRejected: 'rejected',
  InterventionExpired: 'expired',
  InterventionRecorded: 'recorded',
  InterventionCancelled: 'cancelled',
  InterventionHalted: 'halted',
  InterventionVerified: 'verified',
  InterventionRetried: 'dispatching',
};

const CLOSED: ReadonlySet<InterventionState> = new Set(['cancelled', 'halted', 'rejected', 'expired']);
const blank = { attempts: 0, round: 0, deliveries: 0, awaiting: false, nextAttemptAt: null, afterLogId: null };
const unproven = { acceptedAt: null, answer: null, verifiedByLogId: null, verifiedBy: null, evidence: null };
const newCall = (seed: CallSeed, state: CallState, changedAt: number): CallCourse => ({
  ...seed,
  state,
  changedAt,
  ...blank,
  ...unproven,
});

function requested(event: Of<'InterventionRequested'>): InterventionCourse {
  const { id, sagaId, action, stepName, reason, planHash, onFailure, expiresAt } = event;
  const none = event.noCalls.map((name): CallCourse =>
    newCall({ stepName: name, action: 'compensate', evidenceMs: 0 }, 'no_call', event.at),
  );
  return {
    id,
    sagaId,
    action,
    stepName,
    reason,
    planHash,
    onFailure,
    expiresAt,
    state: event.needsApproval ? 'awaiting_approval' : 'approved',
    requestedBy: event.by,
    approvedBy: null,
    requestedAt: event.at,
    updatedAt: event.at,
    calls: [...event.calls.map((seed) => newCall(seed, 'waiting', event.at)), ...none],
    cancelRequested: null,
    because: null,
  };
}

/** What an event changes of its call besides the state. */
const CALL_CHANGE: { [T in CallEvent['type']]: (call: CallCourse, event: Of<T>) => Partial<CallCourse> } = {
  CallDispatched: (call, { attempt, afterLogId }) => ({
    attempts: attempt,
    round: call.round + 1,
    deliveries: 1,
    awaiting: true,
    nextAttemptAt: null,
    afterLogId,
  }),
  CallRedelivered: (_, { delivery }) => ({ deliveries: delivery }),
  CallAnswered: (_, { answer, nextAttemptAt, at }) => ({ awaiting: false, nextAttemptAt, answer: { ...answer, at } }),
  CallAccepted: (_, { answer, at }) => ({ awaiting: false, acceptedAt: at, answer: { ...answer, at } }),
  CallDeadLettered: (_, { answer, at }) => ({ awaiting: false, nextAttemptAt: null, answer: { ...answer, at } }),
  CallFailed: () => ({}),
  NoEvidenceFound: () => ({}),
  StepCompensated: (_, event) => proven(event),
  StepProven: (_, event) => proven(event),
  CallSpared: (_, { logId }) => ({ verifiedByLogId: logId, verifiedBy: 'another_hand' }),
  StepSkipped: () => ({}),
};
const proven = ({ logId, by, evidence }: Of<'StepCompensated'> | Of<'StepProven'>): Partial<CallCourse> => ({
  awaiting: false,
  nextAttemptAt: null,
  verifiedByLogId: logId,
  verifiedBy: by,
  evidence,
});

const isCallEvent = (event: InterventionEvent): event is CallEvent => event.type in CALL_AFTER;

function change<T extends CallEvent['type']>(type: T, call: CallCourse, event: Of<T>): CallCourse {
  return { ...call, ...CALL_CHANGE[type](call, event), state: CALL_AFTER[type] };
}

/** The state that the calls make: one in flight, else one that stopped the run, else still on its way. */
function stateOfCalls({ state, calls, onFailure }: InterventionCourse): InterventionState {
  const flying = calls.find((call) => isInFlight(call.state));
  if (flying) return flying.state === 'accepted' ? 'accepted' : 'dispatching';
  const waits = calls.some((call) => call.state === 'waiting');
  const stopped = worst(calls);
  if (stopped !== null && (onFailure === 'stop' || !waits)) return stopped;
  return state === 'awaiting_approval' || state === 'approved' ? state : 'dispatching';
}

const ORDER: readonly StoppedState[] = ['failed', 'dead_lettered', 'no_evidence'];
const worst = (calls: readonly CallCourse[]): StoppedState | null =>
  ORDER.find((state) => calls.some((call) => call.state === state)) ?? null;

function closed(call: CallCourse): CallCourse {
  return isOpen(call.state) || isStopped(call.state)
    ? { ...call, state: 'cancelled', awaiting: false, nextAttemptAt: null }
    : call;
}

const again = (call: CallCourse): CallCourse =>
  isStopped(call.state) ? { ...call, state: 'waiting', round: 0, nextAttemptAt: null, acceptedAt: null } : call;

const becauseOf = (event: InterventionEvent): string | null =>
  event.type === 'InterventionHalted'
    ? event.because
    : 'reason' in event && event.type !== 'InterventionRequested'
      ? event.reason
      : null;

/**
 * An intervention after one more event; the first is InterventionRequested. Throws RangeError for any other first
 * event, and for an event of a call that it does not have: such a journal is not one of this console.
 */
export function evolve(course: InterventionCourse | null, event: InterventionEvent): InterventionCourse {
  if (event.type === 'InterventionRequested') return requested(event);
  if (course === null) throw new RangeError(`${event.type} before InterventionRequested`);
  const next: InterventionCourse = { ...course, updatedAt: event.at };
  if (isCallEvent(event)) {
    if (!course.calls.some((call) => call.stepName === event.stepName))
      throw new RangeError(`no call for ${event.stepName}`);
    next.calls = course.calls.map((call) =>
      call.stepName === event.stepName ? { ...change(event.type, call, event), changedAt: event.at } : call,
    );
    next.state = stateOfCalls(next);
    return next;
  }
  next.state = STATE_AFTER[event.type] ?? next.state;
  next.because = becauseOf(event) ?? (event.type === 'InterventionRetried' ? null : next.because);
  if (event.type === 'InterventionApproved') next.approvedBy = event.by;
  if (event.type === 'InterventionRetried') next.calls = next.calls.map(again);
  if (event.type === 'CancellationRequested') {
    next.cancelRequested = { by: event.by, reason: event.reason };
    next.calls = next.calls.map((call) => (call.state === 'waiting' ? closed(call) : call));
  }
  if (CLOSED.has(next.state)) next.calls = next.calls.map(closed);
  return next;
}
