import { CALLS_PER_ROUND, type AnswerClass } from './answer';
import type { CallAnswer, CallCourse, InterventionCourse, InterventionEvent } from './events';
import { evolve } from './evolve';
import type { Proof } from './proof';
import { isFinal, isInFlight, isOpen, isStopped } from './state';

/** What is asked of an intervention: imperative, with the time (epoch ms) at which it is asked. */
export type InterventionCommand = { at: number } & (
  | ({ type: 'request' } & Omit<Extract<InterventionEvent, { type: 'InterventionRequested' }>, 'type' | 'at'>)
  | { type: 'approve'; by: string }
  | { type: 'reject'; by: string; reason: string }
  | { type: 'expire' }
  /** Send the next call, or the present one again. `lastLogId`: the newest row of the saga, decimal text. */
  | { type: 'dispatch'; lastLogId: string }
  | { type: 'answer'; stepName: string; attempt: number; answer: CallAnswer; means: AnswerClass }
  /** What the log proves now. */
  | { type: 'observe'; proofs: readonly Proof[]; failures: readonly { stepName: string; logId: bigint }[] }
  | { type: 'halt'; because: string; sinceLogIds: readonly string[] }
  | { type: 'skip'; stepName: string; by: string; reason: string }
  | { type: 'retry'; by: string; reason: string | null }
  | { type: 'cancel'; by: string; reason: string }
);

export interface Refused {
  code: 'illegal_action' | 'forbidden' | 'duplicate';
  text: string;
}
export type Decision = { events: InterventionEvent[] } | { refused: Refused };

/** Deliveries of one attempt that our own crashes may cut. Contract part 4. */
const MOST_DELIVERIES = 10;

type Command<T extends InterventionCommand['type']> = Extract<InterventionCommand, { type: T }>;
const refuse = (text: string, code: Refused['code'] = 'illegal_action'): Decision => ({ refused: { code, text } });
const ok = (...events: InterventionEvent[]): Decision => ({ events });

/** Adds what follows by itself: all proven; nothing left to do; a cancellation whose last call has ended. */
function settled(course: InterventionCourse, events: InterventionEvent[], at: number): Decision {
  const then = events.reduce<InterventionCourse>((state, event) => evolve(state, event), course);
  if (isFinal(then.state) || then.calls.some((call) => isOpen(call.state))) return { events };
  const ends = (state: CallCourse['state']) => then.calls.some((call) => call.state === state);
  const stopped = then.calls.some((call) => isStopped(call.state));
  if (then.cancelRequested && (stopped || ends('cancelled'))) {
    return { events: [...events, { type: 'InterventionCancelled', at, ...then.cancelRequested }] };
  }
  if (stopped) return { events };
  return { events: [...events, { type: ends('skipped') ? 'InterventionRecorded' : 'InterventionVerified', at }] };
}

const running = (course: InterventionCourse): boolean =>
  course.state === 'approved' || course.state === 'dispatching' || course.state === 'accepted';

function dispatch(course: InterventionCourse, { at, lastLogId }: Command<'dispatch'>): Decision {
  if (!running(course)) return refuse('Nothing is to be sent: the intervention does not run.');
  const flying = course.calls.find((call) => isInFlight(call.state));
  if (flying === undefined) {
    const next = course.calls.find((call) => call.state === 'waiting');
    if (next === undefined || course.cancelRequested) return refuse('Every call has been sent.');
    return ok({
      type: 'CallDispatched',
      at,
      stepName: next.stepName,
      attempt: next.attempts + 1,
      afterLogId: lastLogId,
    });
  }
  const { stepName, attempts, acceptedAt, evidenceMs } = flying;
  if (flying.state === 'accepted') {
    const over = acceptedAt !== null && at >= acceptedAt + evidenceMs;
    return over ? settled(course, [{ type: 'NoEvidenceFound', at, stepName }], at) : ok();
  }
  if (!flying.awaiting) {
    if (flying.nextAttemptAt !== null && at < flying.nextAttemptAt) return ok();
    return ok({ type: 'CallDispatched', at, stepName, attempt: attempts + 1, afterLogId: lastLogId });
  }
  const delivery = flying.deliveries + 1;
  if (delivery <= MOST_DELIVERIES) return ok({ type: 'CallRedelivered', at, stepName, attempt: attempts, delivery });
  const answer = {
    status: null,
    text: `cut ${MOST_DELIVERIES} times before its answer was recorded, effect unknown`,
    body: null,
  };
  return settled(course, [{ type: 'CallDeadLettered', at, stepName, attempt: attempts, answer }], at);
}

function answer(course: InterventionCourse, command: Command<'answer'>): Decision {
  const { at, stepName, attempt, means } = command;
  const call = course.calls.find((one) => one.stepName === stepName);
  // An answer that comes twice, or after the row has proven the call, changes nothing.
  if (call === undefined || call.state !== 'dispatching' || !call.awaiting || call.attempts !== attempt) return ok();
  const said = { at, stepName, attempt, answer: command.answer };
  if (means.kind === 'accepted') return ok({ type: 'CallAccepted', ...said });
  const again = means.kind === 'retry' && call.round < CALLS_PER_ROUND && course.cancelRequested === null;
  if (again) return ok({ type: 'CallAnswered', ...said, nextAttemptAt: at + means.delayMs });
  return settled(course, [{ type: 'CallDeadLettered', ...said }], at);
}

function observe(course: InterventionCourse, { at, proofs, failures }: Command<'observe'>): Decision {
  // Before approval nothing runs: the plan is made anew then, and says itself what was undone meanwhile.
  if (isFinal(course.state) || course.state === 'awaiting_approval') return ok();
  const events = course.calls.flatMap((call): InterventionEvent[] => {
    const { stepName } = call;
    const proof = proofs.find((one) => one.stepName === stepName);
    const failure = failures.find((one) => one.stepName === stepName);
    if (proof && call.state === 'waiting' && call.attempts === 0) {
      return [{ type: 'CallSpared', at, stepName, logId: String(proof.logId) }];
    }
    if (proof && (isOpen(call.state) || isStopped(call.state))) {
      const type = call.action === 'compensate' ? 'StepCompensated' : 'StepProven';
      return [{ type, at, stepName, logId: String(proof.logId), by: proof.by, evidence: proof.evidence }];
    }
    return failure && call.state === 'accepted'
      ? [{ type: 'CallFailed', at, stepName, logId: String(failure.logId) }]
      : [];
  });
  return events.length === 0 ? ok() : settled(course, events, at);
}

function cancel(course: InterventionCourse, { at, by, reason }: Command<'cancel'>): Decision {
  if (isFinal(course.state)) return refuse('It has ended already.');
  if (course.cancelRequested) return refuse('It is being cancelled: the call in flight is awaited.', 'duplicate');
  const flying = course.calls.find((call) => isInFlight(call.state) && (call.awaiting || call.state === 'accepted'));
  return ok({ type: flying ? 'CancellationRequested' : 'InterventionCancelled', at, by, reason });
}

function approve(course: InterventionCourse, { at, by }: Command<'approve'>): Decision {
  if (course.state !== 'awaiting_approval') return refuse('It does not wait for approval.');
  if (by === course.requestedBy) return refuse('Who requested it cannot approve it.', 'forbidden');
  if (course.expiresAt !== null && at >= course.expiresAt) return ok({ type: 'InterventionExpired', at });
  const approved: InterventionEvent = { type: 'InterventionApproved', at, by };
  return course.calls.some((call) => isOpen(call.state))
    ? ok(approved)
    : ok(approved, { type: 'InterventionRecorded', at });
}

const RULES: { [T in InterventionCommand['type']]: (course: InterventionCourse, command: Command<T>) => Decision } = {
  request: () => refuse('It has been requested already.', 'duplicate'),
  approve,
  reject: (course, { at, by, reason }) =>
    course.state === 'awaiting_approval'
      ? ok({ type: 'InterventionRejected', at, by, reason })
      : refuse('It does not wait for approval.'),
  expire: (course, { at }) =>
    course.state === 'awaiting_approval' && course.expiresAt !== null && at >= course.expiresAt
      ? ok({ type: 'InterventionExpired', at })
      : ok(),
  dispatch,
  answer,
  observe,
  halt: (course, { at, because, sinceLogIds }) => {
    if (course.state !== 'awaiting_approval' && !running(course))
      return refuse('It does not run, so it cannot be halted.');
    const flying = course.calls.some((call) => isInFlight(call.state) && (call.awaiting || call.state === 'accepted'));
    return flying
      ? refuse('A call is in flight and is awaited first.')
      : ok({ type: 'InterventionHalted', at, because, sinceLogIds });
  },
  skip: (course, { at, stepName, by, reason }) => {
    const call = course.calls.find((one) => one.stepName === stepName);
    if (call === undefined || !isStopped(call.state) || isFinal(course.state))
      return refuse(`The call of ${stepName} has not stopped.`);
    return settled(course, [{ type: 'StepSkipped', at, stepName, by, reason }], at);
  },
  retry: (course, { at, by, reason }) =>
    isStopped(course.state)
      ? ok({ type: 'InterventionRetried', at, by, reason })
      : refuse('Only an intervention that stopped can be retried.'),
  cancel,
};

const apply = <T extends InterventionCommand['type']>(
  type: T,
  course: InterventionCourse,
  command: Command<T>,
): Decision => RULES[type](course, command);

/** Requested; where nothing is to be called, recorded (our own records) or verified (all undone already) at once. */
function request(command: Command<'request'>): Decision {
  const requested: InterventionEvent = { ...command, type: 'InterventionRequested' };
  if (command.calls.length > 0 || command.needsApproval) return ok(requested);
  return ok(requested, { type: 'InterventionRecorded', at: command.at });
}

/**
 * What a command brings about: events for the journal (none: nothing changes), or why it is refused. Pure; `evolve`
 * applies them. One call at a time, the next only after the one before is verified. Source: contract part 4.
 */
export function decide(course: InterventionCourse | null, command: InterventionCommand): Decision {
  if (course === null) return command.type === 'request' ? request(command) : refuse('There is no such intervention.');
  return apply(command.type, course, command);
}
