import { expect, it } from 'vitest';
import { type FlowFacts, flowSentence, sentenceOf } from './sentence';

const FACTS: FlowFacts = {
  events: 268,
  services: 4,
  failures: 3,
  first: { label: 'OrderPlaced', at: 0 },
  firstFailure: { label: 'CarrierCallTimedOut', at: 6_700 },
  startedAt: 0,
  endedAt: 24_300,
  sagas: [{ businessKey: 'order-8790', sagaType: 'order_fulfilment', status: 'COMPENSATED' }],
  moreSagas: false,
};
const say = (more: Partial<FlowFacts>) => sentenceOf(flowSentence({ ...FACTS, ...more }));

it('says how it began, what failed first, and what became of its saga', () => {
  expect(say({})).toBe(
    'OrderPlaced began it: 268 events of 4 services in 24.3 s. CarrierCallTimedOut was the first of 3 failures, after 6.70 s. Its saga order-8790 is compensated.',
  );
});

it('says what it does not know, and nothing else', () => {
  expect(say({ failures: 0, firstFailure: null, sagas: [], events: 1_200_000, services: 1 })).toBe(
    'OrderPlaced began it: 1,200,000 events of 1 service in 24.3 s. No event tells of a failure.',
  );
  expect(say({ events: 0, first: null, startedAt: null, endedAt: null, sagas: [] })).toBe(
    'No event carries this correlation; the steps of its saga are shown.',
  );
  expect(say({ events: 1, failures: 0, firstFailure: null, sagas: [] })).toMatch(
    /^OrderPlaced is its only event so far/,
  );
});

it('counts several sagas by status', () => {
  const [saga] = FACTS.sagas;
  expect(say({ sagas: [saga!, { ...saga!, status: 'FAILED' }], moreSagas: true })).toMatch(
    /More than 2 sagas belong to it: 1 compensated, 1 failed among them\.$/,
  );
});
