import type { InterventionWire, PlanWire } from '../contract/interventions';
import type { Action } from '../contract/action';
import { CALLS_PER_ROUND } from '../intervention/answer';
import type { CallState, InterventionState } from '../intervention/state';
import { counted } from './counted';
import { isolated } from './isolated';

type CallWire = InterventionWire['steps'][number];

/** What is to be done, as far as its title needs to know. */
export interface Deed {
  action: Action;
  stepName: string | null;
  /** Calls that the plan makes; null: the plan is still being read. */
  calls: number | null;
  /** The name of the step's compensation; null where it has none. */
  compensation: string | null;
  /** The step was being undone already, and that failed or never ended. */
  again: boolean;
}

const named = (stepName: string | null): string => isolated(stepName ?? '');

const DEED: Record<Action, (deed: Deed) => string> = {
  COMPENSATE_SAGA: ({ calls }) => (calls === null ? 'Compensate' : `Compensate ${counted(calls, 'step')}`),
  COMPENSATE_STEP: ({ stepName, compensation, again }) =>
    again
      ? `Retry ${compensation === null ? `undo of ${named(stepName)}` : isolated(compensation)}`
      : `Compensate ${named(stepName)}`,
  RETRY_STEP: ({ stepName }) => `Retry ${named(stepName)}`,
  SKIP_STEP: ({ stepName }) => `Skip ${named(stepName)}`,
  RESOLVE: () => 'Mark resolved',
  LOCK: () => 'Lock',
  UNLOCK: () => 'Unlock',
};

/** Verb and count or step, as the button that runs it reads: "Compensate 2 steps". */
export const deedWords = (deed: Deed): string => DEED[deed.action](deed);

const WITHOUT_OF: ReadonlySet<Action> = new Set(['LOCK', 'UNLOCK']);

/** Verb, count, object: "Compensate 2 steps of order-8841". `object` is the business key, else the short id. */
export function deedTitle(deed: Deed, object: string): string {
  if (deed.action === 'RESOLVE') return `Mark ${isolated(object)} resolved`;
  const bare = WITHOUT_OF.has(deed.action) || (deed.action === 'COMPENSATE_SAGA' && deed.calls === null);
  return `${deedWords(deed)}${bare ? '' : ' of'} ${isolated(object)}`;
}

/** How many steps of a plan are called. */
export const callsOf = ({ steps }: Pick<PlanWire, 'steps'>): number => steps.filter(({ call }) => call !== null).length;

/** How a call stands: `proven` alone may be shown as done. */
export type CallTone = 'waiting' | 'going' | 'proven' | 'failed' | 'doubt' | 'off';

export interface CallWords {
  tone: CallTone;
  text: string;
  /** When it is sent again, ISO 8601. */
  againAt: string | null;
  /** The row that proves it. */
  logId: string | null;
}

const TONE = {
  waiting: 'waiting',
  dispatching: 'going',
  accepted: 'going',
  verified: 'proven',
  failed: 'failed',
  dead_lettered: 'failed',
  no_evidence: 'doubt',
  skipped: 'off',
  cancelled: 'off',
  no_call: 'off',
} as const satisfies Record<CallState, CallTone>;

const attempt = ({ round }: CallWire): string => `Attempt ${Math.max(1, round)} of ${CALLS_PER_ROUND}`;

const CALL_TEXT: Record<CallState, (call: CallWire) => string> = {
  waiting: ({ attempts }) => (attempts === 0 ? 'Waiting' : 'Waiting to be sent again'),
  dispatching: (call) =>
    call.nextAttemptAt === null
      ? `${attempt(call)}, no answer yet`
      : `${attempt(call)}: ${call.answer?.text ?? 'no answer'}`,
  accepted: (call) => `${attempt(call)} accepted, waiting for its log row`,
  verified: ({ verifiedBy, evidence }) =>
    verifiedBy === 'another_hand'
      ? 'Verified, by another hand'
      : evidence === 'answer'
        ? 'Confirmed by the service, not proven by its log'
        : 'Verified, by this intervention',
  failed: () => 'Accepted, then failed: a later row says so',
  dead_lettered: ({ attempts, answer }) =>
    `Dead letter after ${counted(attempts, 'attempt')}: ${answer?.text ?? 'no answer, effect unknown'}`,
  no_evidence: () => 'Accepted, but no log row came: outcome unknown',
  skipped: () => 'Skipped',
  cancelled: ({ attempts, answer }) =>
    attempts === 0
      ? 'Not sent'
      : `Given up after ${counted(attempts, 'attempt')}: ${answer?.text ?? 'no answer, effect unknown'}`,
  no_call: ({ verifiedByLogId }) =>
    verifiedByLogId === null ? 'No call: already undone' : 'No call: undone by another hand meanwhile',
};

/** Where one call of an intervention stands, in words. */
export const callWords = (call: CallWire): CallWords => ({
  tone: TONE[call.state],
  text: CALL_TEXT[call.state](call),
  againAt: call.state === 'dispatching' ? call.nextAttemptAt : null,
  logId: call.verifiedByLogId,
});

/** What a person may still decide: wait or cancel, retry or give up, nothing. */
export type Course = 'running' | 'stopped' | 'ended';

const COURSE = {
  awaiting_approval: 'running',
  approved: 'running',
  dispatching: 'running',
  accepted: 'running',
  failed: 'stopped',
  dead_lettered: 'stopped',
  no_evidence: 'stopped',
  verified: 'ended',
  rejected: 'ended',
  cancelled: 'ended',
  expired: 'ended',
  halted: 'ended',
  recorded: 'ended',
} as const satisfies Record<InterventionState, Course>;

/** Whether an intervention runs, has stopped and waits for a person, or has ended. */
export const courseOf = (state: InterventionState): Course => COURSE[state];

/** The name that a call goes by: its compensation, else its step. */
export const callName = ({ compensation, stepName, call }: CallWire): string =>
  call === null || !call.url.endsWith('/retry') ? (compensation ?? stepName) : stepName;

const called = (intervention: InterventionWire): CallWire[] =>
  intervention.steps.filter(({ state }) => state !== 'no_call');

/** "Call 1 of 2, release_inventory," or "The call of release_inventory" where there is only one. */
function present(intervention: InterventionWire): string {
  const calls = called(intervention);
  const at = calls.findIndex(({ state }) => TONE[state] === 'going');
  const call = calls[at];
  if (call === undefined) return 'The next call';
  const name = isolated(callName(call));
  return calls.length === 1 ? `The call of ${name}` : `Call ${at + 1} of ${calls.length}, ${name},`;
}

/** The call that stopped the run. */
export const stoppedCalls = (intervention: InterventionWire): CallWire[] =>
  intervention.steps.filter(({ state }) => state === 'failed' || state === 'dead_lettered' || state === 'no_evidence');

function stoppedText(intervention: InterventionWire): string {
  const said = stoppedCalls(intervention).map((call) => {
    const { text } = callWords(call);
    return `${isolated(callName(call))}: ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
  });
  return `${said.join('. ')}. Nothing more runs until a person decides.`;
}

const proven = (intervention: InterventionWire): string => {
  const calls = called(intervention);
  const count = calls.filter(({ state }) => state === 'verified').length;
  return `${count} of ${counted(calls.length, 'call')} verified.`;
};

function verifiedFact(calls: CallWire[]): string {
  if (calls.length === 0) return 'Another hand had undone every step: nothing was called.';
  const [is, all] = calls.length === 1 ? ['is', 'The call'] : ['are', `All ${calls.length} calls`];
  const said = calls.filter(({ evidence }) => evidence === 'answer').length;
  return said === 0
    ? `${all} ${is} proven by the log.`
    : `${all} ${is} confirmed, ${said === calls.length ? '' : `${said} of them `}by the service's answer and not by its log.`;
}

/** How an intervention stands: the result in a word or two, and one fact. */
export interface CourseWords {
  result: string;
  fact: string;
}

const COURSE_WORDS: Record<InterventionState, (intervention: InterventionWire) => CourseWords> = {
  awaiting_approval: () => ({ result: 'Requested', fact: 'A second person has to approve it.' }),
  approved: () => ({ result: 'Requested', fact: 'No call has been sent yet.' }),
  dispatching: (one) => ({ result: 'Running', fact: `${present(one)} is being made.` }),
  accepted: (one) => ({ result: 'Running', fact: `${present(one)} was accepted. Its log row is awaited.` }),
  verified: (one) => ({
    result: 'Verified',
    fact: verifiedFact(called(one)),
  }),
  failed: (one) => ({ result: 'Stopped', fact: stoppedText(one) }),
  dead_lettered: (one) => ({ result: 'Stopped', fact: stoppedText(one) }),
  no_evidence: (one) => ({ result: 'Stopped', fact: stoppedText(one) }),
  halted: (one) => ({ result: 'Halted before the next call', fact: `${one.because ?? ''} ${proven(one)}`.trim() }),
  cancelled: (one) => ({ result: 'Given up', fact: `${proven(one)} “${isolated(one.because ?? '')}”` }),
  rejected: (one) => ({ result: 'Rejected', fact: `“${isolated(one.because ?? '')}” Nothing was called.` }),
  expired: () => ({ result: 'Expired', fact: 'Nobody approved it in time. Nothing was called.' }),
  recorded: () => ({ result: 'Recorded', fact: 'Nothing more is to be called.' }),
};

/** How an intervention stands, as its page and its status line say it. Never "verified" before every call is. */
export function courseWords(intervention: InterventionWire): CourseWords {
  if (intervention.cancelRequested && courseOf(intervention.state) === 'running')
    return { result: 'Being cancelled', fact: `${present(intervention)} was sent, so its end is awaited.` };
  return COURSE_WORDS[intervention.state](intervention);
}
