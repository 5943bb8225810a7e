import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyAnswer } from './answer';
import { decide, type InterventionCommand } from './decide';
import type { InterventionCourse, InterventionEvent } from './events';
import { evolve } from './evolve';
import { foldFact } from './fold-fact';
import { isFinal, isInFlight, NEXT, NEXT_CALL } from './state';

const T = 1_000_000;
const REASON = 'the customer called';
const request = (more: Partial<Extract<InterventionCommand, { type: 'request' }>> = {}): InterventionCommand => ({
  type: 'request',
  at: T,
  id: 'i',
  sagaId: 's',
  action: 'COMPENSATE_SAGA',
  stepName: null,
  reason: REASON,
  by: 'ana',
  planHash: 'h',
  calls: [
    { stepName: 'b', action: 'compensate', evidenceMs: 60_000 },
    { stepName: 'a', action: 'compensate', evidenceMs: 60_000 },
  ],
  noCalls: ['z'],
  onFailure: 'stop',
  needsApproval: false,
  expiresAt: null,
  ...more,
});
const send = (at = T): InterventionCommand => ({ type: 'dispatch', at, lastLogId: '100' });
const answer = (stepName: string, attempt: number, status: number, at = T): InterventionCommand => ({
  type: 'answer',
  at,
  stepName,
  attempt,
  answer: { status, text: `answered ${status}`, body: null },
  means: classifyAnswer({ kind: 'status', status, retryAfter: null }, ((attempt - 1) % 3) + 1, 0.5, at),
});
const proof = (
  stepName: string,
  by: 'this_intervention' | 'another_hand' = 'this_intervention',
): InterventionCommand => ({
  type: 'observe',
  at: T,
  proofs: [{ stepName, logId: 7n, by, evidence: 'log' }],
  failures: [],
});
const failure = (stepName: string): InterventionCommand => ({
  type: 'observe',
  at: T,
  proofs: [],
  failures: [{ stepName, logId: 8n }],
});
const cancel: InterventionCommand = { type: 'cancel', at: T, by: 'ana', reason: REASON };
const retry: InterventionCommand = { type: 'retry', at: T, by: 'ana', reason: null };
const skip = (stepName: string): InterventionCommand => ({ type: 'skip', at: T, stepName, by: 'ana', reason: REASON });
const halt: InterventionCommand = { type: 'halt', at: T, because: 'The saga has moved.', sinceLogIds: ['9'] };
const approve = (by = 'bob', at = T): InterventionCommand => ({ type: 'approve', at, by });
/** Three calls that nobody answers well: dead letter. */
const dead = (stepName: string, from = 1): InterventionCommand[] =>
  [from, from + 1, from + 2].flatMap((attempt) => [
    send(T + attempt * 1e6),
    answer(stepName, attempt, 503, T + attempt * 1e6),
  ]);

function run(...commands: InterventionCommand[]) {
  let course: InterventionCourse | null = null;
  const events: InterventionEvent[] = [];
  let refused: string | null = null;
  for (const command of commands) {
    const decision = decide(course, command);
    refused = 'refused' in decision ? decision.refused.code : null;
    for (const event of 'refused' in decision ? [] : decision.events) {
      course = evolve(course, event);
      events.push(event);
    }
  }
  if (course === null) throw new Error('nothing was requested');
  const last: InterventionCourse = course;
  return {
    state: last.state,
    calls: last.calls.map(({ state }) => state).join(' '),
    types: events.map(({ type }) => type),
    refused,
    course: last,
  };
}

describe('an intervention', () => {
  it.each<[string, InterventionCommand[], string, string]>([
    ['is approved where nobody else must', [request()], 'approved', 'waiting waiting no_call'],
    ['waits for approval', [request({ needsApproval: true })], 'awaiting_approval', 'waiting waiting no_call'],
    ['is approved', [request({ needsApproval: true }), approve()], 'approved', 'waiting waiting no_call'],
    [
      'is rejected',
      [request({ needsApproval: true }), { type: 'reject', at: T, by: 'bob', reason: REASON }],
      'rejected',
      'cancelled cancelled no_call',
    ],
    [
      'expires',
      [request({ needsApproval: true, expiresAt: T + 5 }), { type: 'expire', at: T + 5 }],
      'expired',
      'cancelled cancelled no_call',
    ],
    [
      'does not expire early',
      [request({ needsApproval: true, expiresAt: T + 5 }), { type: 'expire', at: T + 4 }],
      'awaiting_approval',
      'waiting waiting no_call',
    ],
    [
      'expires instead of a late approval',
      [request({ needsApproval: true, expiresAt: T + 5 }), approve('bob', T + 5)],
      'expired',
      'cancelled cancelled no_call',
    ],
    ['records what calls nobody', [request({ action: 'LOCK', calls: [], noCalls: [] })], 'recorded', ''],
    [
      'records what calls nobody once approved',
      [request({ action: 'RESOLVE', calls: [], noCalls: [], needsApproval: true }), approve()],
      'recorded',
      '',
    ],
    ['sends the first call', [request(), send()], 'dispatching', 'dispatching waiting no_call'],
    ['sends it once', [request(), send(), answer('b', 1, 202), send()], 'accepted', 'accepted waiting no_call'],
    ['is accepted, not green', [request(), send(), answer('b', 1, 200)], 'accepted', 'accepted waiting no_call'],
    [
      'goes on once the log proves it',
      [request(), send(), answer('b', 1, 200), proof('b')],
      'dispatching',
      'verified waiting no_call',
    ],
    ['sends the second then', [request(), send(), proof('b'), send()], 'dispatching', 'verified dispatching no_call'],
    [
      'is verified by the last row',
      [request(), send(), answer('b', 1, 200), proof('b'), send(), answer('a', 1, 200), proof('a')],
      'verified',
      'verified verified no_call',
    ],
    [
      'is verified by a row before the answer',
      [request(), send(), proof('b'), send(), proof('a'), answer('a', 1, 500)],
      'verified',
      'verified verified no_call',
    ],
    [
      'spares a step undone by another hand',
      [request(), proof('b', 'another_hand'), send()],
      'dispatching',
      'no_call dispatching no_call',
    ],
    [
      'is verified where another hand did all',
      [request(), proof('b', 'another_hand'), proof('a', 'another_hand')],
      'verified',
      'no_call no_call no_call',
    ],
    [
      'waits before it sends again',
      [request(), send(), answer('b', 1, 503), send(T + 1_999)],
      'dispatching',
      'dispatching waiting no_call',
    ],
    ['is dead after three calls', [request(), ...dead('b')], 'dead_lettered', 'dead_lettered waiting no_call'],
    [
      'is dead at once when refused',
      [request(), send(), answer('b', 1, 422)],
      'dead_lettered',
      'dead_lettered waiting no_call',
    ],
    [
      'sends nothing after a dead letter',
      [request(), ...dead('b'), send(T + 1e9)],
      'dead_lettered',
      'dead_lettered waiting no_call',
    ],
    [
      'goes on after one where the type says so',
      [request({ onFailure: 'continue' }), ...dead('b'), send(T + 1e9)],
      'dispatching',
      'dead_lettered dispatching no_call',
    ],
    [
      'ends as dead all the same',
      [request({ onFailure: 'continue' }), ...dead('b'), send(T + 1e9), proof('a')],
      'dead_lettered',
      'dead_lettered verified no_call',
    ],
    ['is retried', [request(), ...dead('b'), retry], 'dispatching', 'waiting waiting no_call'],
    [
      'has three more calls then',
      [request(), ...dead('b'), retry, ...dead('b', 4)],
      'dead_lettered',
      'dead_lettered waiting no_call',
    ],
    [
      'is verified after a retry',
      [request(), ...dead('b'), retry, send(T + 1e9), proof('b'), send(T + 1e9), proof('a')],
      'verified',
      'verified verified no_call',
    ],
    ['is verified by a late row', [request(), ...dead('b'), proof('b')], 'dispatching', 'verified waiting no_call'],
    [
      'skips the stopped call and goes on',
      [request(), ...dead('b'), skip('b'), send(T + 1e9)],
      'dispatching',
      'skipped dispatching no_call',
    ],
    [
      'is recorded, not green, with a skipped call',
      [request(), ...dead('b'), skip('b'), send(T + 1e9), proof('a')],
      'recorded',
      'skipped verified no_call',
    ],
    [
      'does not skip a call that has not stopped',
      [request(), send(), skip('b')],
      'dispatching',
      'dispatching waiting no_call',
    ],
    [
      'fails where a later row says so',
      [request(), send(), answer('b', 1, 202), failure('b')],
      'failed',
      'failed waiting no_call',
    ],
    [
      'does not fail while it is still tried',
      [request(), send(), failure('b')],
      'dispatching',
      'dispatching waiting no_call',
    ],
    [
      'waits for evidence',
      [request(), send(), answer('b', 1, 202), send(T + 59_999)],
      'accepted',
      'accepted waiting no_call',
    ],
    [
      'has no evidence in the end',
      [request(), send(), answer('b', 1, 202), send(T + 60_000)],
      'no_evidence',
      'no_evidence waiting no_call',
    ],
    ['halts before a call', [request(), send(), proof('b'), halt], 'halted', 'verified cancelled no_call'],
    ['does not halt a call in flight', [request(), send(), halt], 'dispatching', 'dispatching waiting no_call'],
    ['is cancelled before it runs', [request(), cancel], 'cancelled', 'cancelled cancelled no_call'],
    ['awaits the call in flight', [request(), send(), cancel], 'dispatching', 'dispatching cancelled no_call'],
    [
      'is cancelled once that is proven',
      [request(), send(), cancel, proof('b')],
      'cancelled',
      'verified cancelled no_call',
    ],
    [
      'is cancelled once that is dead',
      [request(), send(), cancel, answer('b', 1, 503)],
      'cancelled',
      'cancelled cancelled no_call',
    ],
    [
      'is verified where nothing was left to cancel',
      [request(), send(), proof('b'), send(), cancel, proof('a')],
      'verified',
      'verified verified no_call',
    ],
    [
      'is cancelled between two attempts',
      [request(), send(), answer('b', 1, 503), cancel],
      'cancelled',
      'cancelled cancelled no_call',
    ],
    ['is given up after a dead letter', [request(), ...dead('b'), cancel], 'cancelled', 'cancelled cancelled no_call'],
    [
      'stays what it is when it is over',
      [request(), cancel, proof('b'), retry, send()],
      'cancelled',
      'cancelled cancelled no_call',
    ],
  ])('%s', (_, commands, state, calls) => expect(run(...commands)).toMatchObject({ state, calls }));

  it('is not approved by who requested it', () => {
    expect(run(request({ needsApproval: true }), approve('ana'))).toMatchObject({
      state: 'awaiting_approval',
      refused: 'forbidden',
    });
  });
  it('is requested once', () => expect(run(request(), request()).refused).toBe('duplicate'));
  it('repeats a call that our crash cut with the same number, ten times at most', () => {
    const cut = run(request(), ...Array.from({ length: 10 }, () => send()));
    expect(cut.course.calls[0]).toMatchObject({ state: 'dispatching', attempts: 1, deliveries: 10 });
    expect(run(request(), ...Array.from({ length: 11 }, () => send()))).toMatchObject({ state: 'dead_lettered' });
  });
  it('counts its calls through', () => {
    const { course } = run(request(), ...dead('b'), retry, send(T + 1e9));
    expect(course.calls[0]).toMatchObject({ attempts: 4, round: 1 });
  });
  it('takes an answer once', () => {
    const { types } = run(request(), send(), answer('b', 1, 503), answer('b', 1, 503), answer('b', 2, 200));
    expect(types.filter((type) => type === 'CallAnswered')).toHaveLength(1);
    expect(types).not.toContain('CallAccepted');
  });
  it('says who proved it', () => {
    const { course } = run(request(), send(), proof('b', 'another_hand'));
    expect(course.calls[0]).toMatchObject({ verifiedBy: 'another_hand', verifiedByLogId: '7', evidence: 'log' });
  });
  it('tells the fold where its calls ended', () => {
    expect(foldFact(run(request(), ...dead('b')).course)).toMatchObject({
      interventionId: 'i',
      state: 'dead_lettered',
      calls: [
        { stepName: 'b', action: 'COMPENSATE_STEP', state: 'dead_lettered', at: T + 3e6 },
        { stepName: 'a' },
        { stepName: 'z' },
      ],
    });
  });
  it('begins with its request', () => {
    expect(() => evolve(null, { type: 'InterventionVerified', at: T })).toThrow(RangeError);
    expect(decide(null, retry)).toMatchObject({ refused: { code: 'illegal_action' } });
  });
});

describe('any commands', { timeout: 120_000 }, () => {
  const name = fc.constantFrom('a', 'b', 'z', 'nobody');
  const time = fc.integer({ min: 0, max: 4 }).map((n) => T + n * 40_000);
  const who = fc.constantFrom('ana', 'bob');
  const command: fc.Arbitrary<InterventionCommand> = fc.oneof(
    time.map(send),
    time.map(send),
    fc
      .tuple(name, fc.integer({ min: 1, max: 5 }), fc.constantFrom(200, 202, 503, 404), time)
      .map((args) => answer(...args)),
    name.map((one) => proof(one)),
    name.map(failure),
    name.map(skip),
    who.chain((by) => time.map((at) => approve(by, at))),
    time.map((at) => ({ type: 'expire' as const, at })),
    fc.constantFrom<InterventionCommand[]>(cancel, retry, halt, { type: 'reject', at: T, by: 'bob', reason: REASON }),
  );
  const start = fc
    .record({ onFailure: fc.constantFrom('stop' as const, 'continue' as const), needsApproval: fc.boolean() })
    .map((more) => request({ ...more, expiresAt: more.needsApproval ? T + 100_000 : null }));

  it('keep to the state machines, one call in flight, and green only with every proof', () => {
    fc.assert(
      fc.property(start, fc.array(command, { maxLength: 40 }), (first, commands) => {
        let course: InterventionCourse | null = null;
        for (const one of [first, ...commands]) {
          const decision = decide(course, one);
          for (const event of 'refused' in decision ? [] : decision.events) {
            const before: InterventionCourse | null = course;
            const after: InterventionCourse = evolve(before, event);
            course = after;
            if (before === null) continue;
            if (before.state !== after.state && !NEXT[before.state].includes(after.state)) {
              throw new Error(`${before.state} → ${after.state} by ${event.type}`);
            }
            for (const [at, call] of after.calls.entries()) {
              const was = before.calls[at]?.state ?? call.state;
              if (was !== call.state && !NEXT_CALL[was].includes(call.state)) {
                throw new Error(`call ${was} → ${call.state} by ${event.type}`);
              }
            }
            expect(after.calls.filter(({ state }) => isInFlight(state)).length).toBeLessThanOrEqual(1);
          }
          if (course?.state === 'verified') {
            expect(
              course.calls.every(({ stepName, verifiedByLogId }) => stepName === 'z' || verifiedByLogId !== null),
            ).toBe(true);
          }
          if (course && isFinal(course.state))
            expect(course.calls.some(({ state }) => isInFlight(state) || state === 'waiting')).toBe(false);
        }
      }),
      { numRuns: 1_500 },
    );
  });
});
