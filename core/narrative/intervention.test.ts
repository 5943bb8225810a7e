import { describe, expect, it } from 'vitest';
import type { InterventionWire } from '../contract/interventions';
import { CALL_STATES, INTERVENTION_STATES, isFinal, isStopped, type CallState } from '../intervention/state';
import { callName, callWords, courseOf, courseWords, deedTitle, deedWords, type Deed } from './intervention';

type Call = InterventionWire['steps'][number];
const AT = '2026-11-21T18:00:00.000Z';
const call = (state: CallState, over: Partial<Call> = {}): Call => ({
  stepName: 'reserve_inventory',
  compensation: 'release_inventory',
  call: { method: 'POST', url: 'http://inventory/sagas/1/steps/reserve_inventory/compensate', service: 'inventory' },
  state,
  attempts: 0,
  round: 0,
  answer: null,
  nextAttemptAt: null,
  verifiedByLogId: null,
  verifiedBy: null,
  evidence: null,
  effect: '',
  ...over,
});
const answer = { status: 503, text: 'answered 503', body: null, at: AT };
const intervention = (state: InterventionWire['state'], steps: Call[], over: Partial<InterventionWire> = {}) => ({
  id: '00000000-0000-4000-8000-000000000001',
  sagaId: '00000000-0000-4000-8000-000000000002',
  action: 'COMPENSATE_SAGA' as const,
  stepName: null,
  state,
  reason: 'because it must',
  requestedBy: 'a',
  approvedBy: null,
  planHash: 'a',
  asOfLogId: '1',
  createdAt: AT,
  updatedAt: AT,
  expiresAt: null,
  because: null,
  cancelRequested: false,
  steps,
  ...over,
});
const proof = { verifiedByLogId: '48231', verifiedBy: 'this_intervention', evidence: 'log' } as const;

describe('the title', () => {
  const deed: Deed = { action: 'COMPENSATE_SAGA', stepName: null, calls: 2, compensation: null, again: false };
  const step: Deed = {
    ...deed,
    action: 'COMPENSATE_STEP',
    stepName: 'reserve_inventory',
    compensation: 'release_inventory',
  };
  it.each<[Deed, string, string]>([
    [deed, 'Compensate 2 steps', 'Compensate 2 steps of order-8841'],
    [{ ...deed, calls: 1 }, 'Compensate 1 step', 'Compensate 1 step of order-8841'],
    [{ ...deed, calls: null }, 'Compensate', 'Compensate order-8841'],
    [step, 'Compensate reserve_inventory', 'Compensate reserve_inventory of order-8841'],
    [{ ...step, again: true }, 'Retry release_inventory', 'Retry release_inventory of order-8841'],
    [
      { ...step, again: true, compensation: null },
      'Retry undo of reserve_inventory',
      'Retry undo of reserve_inventory of order-8841',
    ],
    [{ ...step, action: 'RETRY_STEP' }, 'Retry reserve_inventory', 'Retry reserve_inventory of order-8841'],
    [{ ...deed, action: 'RESOLVE' }, 'Mark resolved', 'Mark order-8841 resolved'],
    [{ ...deed, action: 'LOCK' }, 'Lock', 'Lock order-8841'],
  ])('of %o', (one, button, title) => {
    expect(deedWords(one)).toBe(button);
    expect(deedTitle(one, 'order-8841')).toBe(title);
  });
});

describe('where a call stands', () => {
  it.each<[Call, string]>([
    [call('waiting'), 'Waiting'],
    [call('waiting', { attempts: 3 }), 'Waiting to be sent again'],
    [call('dispatching', { attempts: 1, round: 1 }), 'Attempt 1 of 3, no answer yet'],
    [call('dispatching', { attempts: 5, round: 2, answer, nextAttemptAt: AT }), 'Attempt 2 of 3: answered 503'],
    [call('accepted', { attempts: 1, round: 1 }), 'Attempt 1 of 3 accepted, waiting for its log row'],
    [call('verified', proof), 'Verified, by this intervention'],
    [call('verified', { ...proof, verifiedBy: 'another_hand' }), 'Verified, by another hand'],
    [call('verified', { ...proof, evidence: 'answer' }), 'Confirmed by the service, not proven by its log'],
    [call('dead_lettered', { attempts: 3, answer }), 'Dead letter after 3 attempts: answered 503'],
    [call('no_evidence', { attempts: 1 }), 'Accepted, but no log row came: outcome unknown'],
    [call('cancelled'), 'Not sent'],
    [call('cancelled', { attempts: 3 }), 'Given up after 3 attempts: no answer, effect unknown'],
    [call('no_call', { call: null }), 'No call: already undone'],
    [call('no_call', { verifiedByLogId: '7' }), 'No call: undone by another hand meanwhile'],
  ])('%#', (one, text) => {
    expect(callWords(one).text).toBe(text);
  });

  it('is proven in the state verified and in no other', () => {
    expect(CALL_STATES.filter((state) => callWords(call(state)).tone === 'proven')).toEqual(['verified']);
  });

  it('says when it is sent again only while it will be', () => {
    expect(callWords(call('dispatching', { nextAttemptAt: AT })).againAt).toBe(AT);
    expect(callWords(call('dead_lettered', { nextAttemptAt: AT })).againAt).toBeNull();
  });

  it('goes by the compensation, and by the step when it is retried', () => {
    expect(callName(call('waiting'))).toBe('release_inventory');
    const retry = { method: 'POST' as const, url: 'http://x/retry', service: 'x' };
    expect(callName(call('waiting', { call: retry }))).toBe('reserve_inventory');
  });
});

describe('how an intervention stands', () => {
  it('stops and ends where its states say so', () => {
    for (const state of INTERVENTION_STATES) {
      expect(courseOf(state)).toBe(isFinal(state) ? 'ended' : isStopped(state) ? 'stopped' : 'running');
    }
  });

  it('never says verified in another state', () => {
    const said = INTERVENTION_STATES.filter((state) => courseWords(intervention(state, [])).result === 'Verified');
    expect(said).toEqual(['verified']);
  });

  it('names the present call, and which of how many', () => {
    const steps = [call('verified', proof), call('accepted', { stepName: 'pay', compensation: null })];
    expect(courseWords(intervention('accepted', steps)).fact).toBe(
      'Call 2 of 2, pay, was accepted. Its log row is awaited.',
    );
    const spared = [call('dispatching'), call('no_call', { stepName: 'pay' })];
    expect(courseWords(intervention('dispatching', spared)).fact).toBe('The call of release_inventory is being made.');
  });

  it('says what stopped it and that nothing runs', () => {
    const one = intervention('dead_lettered', [call('dead_lettered', { attempts: 3, answer }), call('waiting')]);
    expect(courseWords(one)).toEqual({
      result: 'Stopped',
      fact: 'release_inventory: dead letter after 3 attempts: answered 503. Nothing more runs until a person decides.',
    });
  });

  it('tells a proof of the log from the word of a service', () => {
    const said = call('verified', { ...proof, evidence: 'answer', stepName: 'pay' });
    const fact = (steps: Call[]) => courseWords(intervention('verified', steps)).fact;
    expect(fact([call('verified', proof)])).toBe('The call is proven by the log.');
    expect(fact([said])).toBe("The call is confirmed, by the service's answer and not by its log.");
    expect(fact([call('verified', proof), said])).toBe(
      "All 2 calls are confirmed, 1 of them by the service's answer and not by its log.",
    );
    expect(fact([call('no_call')])).toBe('Another hand had undone every step: nothing was called.');
  });

  it('says that a cancellation waits for the call in flight', () => {
    const one = intervention('accepted', [call('accepted')], { cancelRequested: true });
    expect(courseWords(one).result).toBe('Being cancelled');
  });
});
