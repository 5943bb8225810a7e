import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '../saga/fold';
import type { SagaRow } from '../saga/row';
import { CONTEXT, error, given, orders, rowsOf, SAGA, T0, type Line } from '../narrative/given';
import { suggest } from '../narrative/suggest';
import { planBasis, planHash, stillHolds } from './basis';
import { inDoubt } from './callable';
import { can } from './can';
import { callBody, effectKey, idempotencyKey } from './effect-key';
import type { InterventionFacts } from './facts';
import { isCalled, plan } from './plan';
import { failedBy, verifiedBy } from './proof';
import { signatureHeader, stringToSign } from './sign';

const HOUR = 3_600_000;
const ID = '11111111-1111-4111-8111-111111111111';
const OTHER = '22222222-2222-4222-8222-222222222222';
const SERVICES = ['inventory', 'payment', 'shipping', 'order'].map((name) => ({
  name,
  url: `http://${name}.test/`,
  evidence: 'log' as const,
}));
const LOST = error('CARRIER_TIMEOUT', { category: 'infrastructure', retryable: true });
const facts = (more: Partial<InterventionFacts> = {}): InterventionFacts => ({
  now: T0 + HOUR,
  actor: 'ana',
  right: 'owner',
  definition: orders(true),
  services: SERVICES,
  lock: null,
  active: null,
  settlements: [],
  ...more,
});
const LOG: Line[] = [
  ['reserve_inventory', 'SUCCESS', { context: CONTEXT }],
  ['authorize_payment', 'SUCCESS'],
  ...[1, 2, 3].map((attempt): Line => ['create_shipment', 'FAILED', { attempt, error: LOST }]),
];
const made = (log: readonly Line[] = LOG, more: Partial<InterventionFacts> = {}) => {
  const { saga, rows } = given(log, orders(true), more.settlements);
  return { saga, rows, frozen: plan('COMPENSATE_SAGA', saga, rows, facts(more)) };
};
const later = (rows: readonly SagaRow[], lines: readonly Line[]) => [...rows, ...rowsOf(lines, 200n)];

/** Stands for SHA-256: what is hashed stays in sight. */
const hashed = (text: string) => `hash of ${text}`;

describe('a plan', () => {
  it('runs doubts first, then the newest success, and says what each does', () => {
    const { frozen } = made();
    expect(frozen.steps.map(({ stepName, call, undoes, effect }) => [stepName, call?.url, undoes, effect])).toEqual([
      [
        'create_shipment',
        `http://shipping.test/sagas/${SAGA}/steps/create_shipment/compensate`,
        105n,
        'Undoes create_shipment, if it took effect: its outcome is unknown.',
      ],
      [
        'authorize_payment',
        `http://payment.test/sagas/${SAGA}/steps/authorize_payment/compensate`,
        102n,
        'Voids the hold of €184.90.',
      ],
      [
        'reserve_inventory',
        `http://inventory.test/sagas/${SAGA}/steps/reserve_inventory/compensate`,
        101n,
        'Frees 2 × SKU-1042 in warehouse HAM-2.',
      ],
    ]);
    expect(frozen.touches).toEqual({
      services: ['shipping', 'payment', 'inventory'],
      stock: '+2 SKU-1042',
      money: '€184.90 released',
      customerMessages: 'none',
    });
    expect(frozen.endsAs).toBe('COMPENSATED');
    expect(frozen.asOfLogId).toBe(105n);
    expect(frozen.steps[1]?.context).toBe(CONTEXT);
  });

  it('lists what is undone already as no call', () => {
    const { frozen } = made([...LOG, ['authorize_payment', 'COMPENSATED']]);
    expect(frozen.steps.map(({ stepName, call }) => [stepName, call !== null])).toEqual([
      ['create_shipment', true],
      ['reserve_inventory', true],
      ['authorize_payment', false],
    ]);
    expect(frozen.steps[2]?.effect).toBe('Already undone. Will not be called.');
  });

  it('does not call none what nobody declared', () => {
    const { saga, rows } = given(LOG, orders());
    const bare = plan('COMPENSATE_STEP', saga, rows, facts({ definition: orders() }), 'reserve_inventory');
    expect(bare.touches.stock).toBe('not declared for reserve_inventory');
  });

  it('retries forward, and says what has to happen then', () => {
    const { saga, rows } = given(LOG, orders(true));
    const frozen = plan('RETRY_STEP', saga, rows, facts(), 'create_shipment');
    expect(frozen.steps.map(({ action, call, undoes }) => [action, call?.url, undoes])).toEqual([
      ['retry', `http://shipping.test/sagas/${SAGA}/steps/create_shipment/retry`, 105n],
    ]);
    expect(frozen.endsAs).toBe('RUNNING');
    expect(frozen.resumeUrl).toBeNull();
    expect(frozen.afterwards).toBe('The saga goes on only if its orchestrator notices.');
    const definition = orders(true);
    definition.body.orchestrator = { url: 'http://shop.test/' };
    const told = plan('RETRY_STEP', saga, rows, facts({ definition }), 'create_shipment');
    expect(told.resumeUrl).toBe(`http://shop.test/sagas/${SAGA}/resume`);
    expect(planBasis(told)).not.toBe(planBasis(frozen));
  });

  it('settles without a call', () => {
    const { saga, rows } = given(LOG, orders(true));
    expect(plan('SKIP_STEP', saga, rows, facts(), 'authorize_payment').steps).toMatchObject([
      { stepName: 'authorize_payment', action: 'settle', call: null },
    ]);
    expect(plan('RESOLVE', saga, rows, facts()).steps.every(({ call }) => call === null)).toBe(true);
    expect(plan('LOCK', saga, rows, facts()).steps).toEqual([]);
  });

  it('has one hash for what the contract names', () => {
    const hash = (more: Partial<InterventionFacts> = {}, log = LOG) => planHash(made(log, more).frozen, hashed);
    expect(hash()).toBe(`hash of ${planBasis(made().frozen)}`);
    expect(hash({ actor: 'bob', now: T0 + 2 * HOUR })).toBe(hash());
    expect(hash({}, [...LOG, ['create_shipment', 'FAILED']])).not.toBe(hash());
    expect(hash({ services: SERVICES.map((service) => ({ ...service, url: 'http://moved.test' })) })).not.toBe(hash());
    expect(hash({ settlements: [{ stepName: 'x', upToLogId: 1n, at: 1, by: 'bob', reason: 'x' }] })).not.toBe(hash());
    expect(
      hash(
        {},
        LOG.map(([step, status, more]): Line => [step, status, { ...more, context: '{"order_id":"1"}' }]),
      ),
    ).not.toBe(hash());
  });
});

const settle = (stepName: string | null) => ({
  settlements: [{ stepName, upToLogId: 999n, at: T0, by: 'ana', reason: 'by hand, seen' }],
});

describe('a frozen plan', () => {
  const holds = (
    lines: readonly Line[],
    more: Partial<InterventionFacts> = {},
    action: 'COMPENSATE_SAGA' | 'RETRY_STEP' = 'COMPENSATE_SAGA',
  ) => {
    const { saga, rows } = given(LOG, orders(true));
    const frozen = plan(action, saga, rows, facts(), action === 'RETRY_STEP' ? 'create_shipment' : undefined);
    return stillHolds(frozen, { rows: later(rows, lines), facts: facts(more), compensationIds: [ID] }).holds;
  };
  it.each<[string, readonly Line[], Partial<InterventionFacts>, 'COMPENSATE_SAGA' | 'RETRY_STEP', boolean]>([
    ['holds while nothing happens', [], {}, 'COMPENSATE_SAGA', true],
    [
      'holds after its own row',
      [['create_shipment', 'COMPENSATED', { compensationId: ID }]],
      {},
      'COMPENSATE_SAGA',
      true,
    ],
    ['holds after its own row of any step', [['other', 'FAILED', { compensationId: ID }]], {}, 'COMPENSATE_SAGA', true],
    [
      'holds after an undo by another hand',
      [['authorize_payment', 'COMPENSATED', { compensationId: OTHER }]],
      {},
      'COMPENSATE_SAGA',
      true,
    ],
    [
      'holds after a failed undo',
      [['authorize_payment', 'FAILED', { phase: 'COMPENSATION', context: '{"x":1}' }]],
      {},
      'COMPENSATE_SAGA',
      true,
    ],
    ['holds after a failed undo without a phase', [['authorize_payment', 'FAILED']], {}, 'COMPENSATE_SAGA', true],
    ['breaks when a step runs', [['authorize_payment', 'SUCCESS']], {}, 'COMPENSATE_SAGA', false],
    ['breaks when another step moves', [['confirm_order', 'SUCCESS']], {}, 'COMPENSATE_SAGA', false],
    ['breaks when another step is undone', [['other', 'COMPENSATED']], {}, 'COMPENSATE_SAGA', false],
    [
      'breaks when a service moves',
      [],
      { services: SERVICES.map((one) => ({ ...one, url: 'http://moved.test' })) },
      'COMPENSATE_SAGA',
      false,
    ],
    ['breaks when a service is gone', [], { services: [] }, 'COMPENSATE_SAGA', false],
    ['holds after a skip of its own call', [], settle('authorize_payment'), 'COMPENSATE_SAGA', true],
    ['breaks when the saga is resolved', [], settle(null), 'COMPENSATE_SAGA', false],
    ['breaks when another step is settled', [], settle('confirm_order'), 'COMPENSATE_SAGA', false],
    [
      'holds while the retried step runs',
      [
        ['create_shipment', 'PENDING'],
        ['create_shipment', 'FAILED'],
      ],
      {},
      'RETRY_STEP',
      true,
    ],
    ['breaks when the retried step is undone', [['create_shipment', 'COMPENSATED']], {}, 'RETRY_STEP', false],
    ['breaks when the next step runs', [['confirm_order', 'PENDING']], {}, 'RETRY_STEP', false],
  ])('%s', (_, lines, more, action, expected) => expect(holds(lines, more, action)).toBe(expected));

  it('breaks, rather than fails, when its step belongs to a service that nobody entered', () => {
    const { rows, frozen } = made();
    const before = orders(true);
    const steps = before.body.steps.map((step) => ({ ...step, service: 'elsewhere' }));
    const definition = { ...before, version: 2, body: { ...before.body, steps } };
    const now = { rows, facts: facts({ definition }), compensationIds: [ID] };
    expect(stillHolds(frozen, now)).toMatchObject({ holds: false, since: [] });
  });

  it('names the rows that it did not know', () => {
    const { rows, frozen } = made();
    const answer = stillHolds(frozen, {
      rows: later(rows, [['confirm_order', 'SUCCESS']]),
      facts: facts(),
      compensationIds: [ID],
    });
    expect(answer).toMatchObject({ holds: false, since: [{ id: 200n, stepName: 'confirm_order' }] });
  });
});

const failed = (compensationId: string): Line => [
  'authorize_payment',
  'FAILED',
  { phase: 'COMPENSATION', compensationId },
];

describe('a proof', () => {
  const proof = (
    lines: readonly Line[],
    action: 'compensate' | 'retry' = 'compensate',
    stepName = 'authorize_payment',
  ) => {
    const { rows, frozen } = made();
    const all = later(rows, lines);
    const saga = fold(all, orders(true), [], []);
    const call = { stepName, action, compensationId: ID };
    return { proven: verifiedBy(call, new Set(frozen.basis), all, saga), failed: failedBy(call, 105n, all, saga) };
  };
  it.each<[string, readonly Line[], object | null]>([
    ['is nothing without a row', [], null],
    ['is no row of another step', [['reserve_inventory', 'COMPENSATED', { compensationId: ID }]], null],
    [
      'is our row',
      [['authorize_payment', 'COMPENSATED', { compensationId: ID }]],
      { logId: 200n, by: 'this_intervention', evidence: 'log' },
    ],
    ['is a row of another hand', [['authorize_payment', 'COMPENSATED']], { logId: 200n, by: 'another_hand' }],
    [
      'is our row, whoever says the same after it',
      [
        ['authorize_payment', 'COMPENSATED', { compensationId: ID }],
        ['authorize_payment', 'COMPENSATED'],
      ],
      { logId: 200n, by: 'this_intervention' },
    ],
    [
      'is a row that the console wrote for an answer',
      [['authorize_payment', 'COMPENSATED', { compensationId: ID, service: 'sagascope' }]],
      { evidence: 'answer' },
    ],
    [
      'is nothing once the effect is back',
      [
        ['authorize_payment', 'COMPENSATED', { compensationId: ID }],
        ['authorize_payment', 'SUCCESS'],
      ],
      null,
    ],
  ])('%s', (_, lines, expected) => {
    const { proven } = proof(lines);
    if (expected === null) expect(proven).toBeNull();
    else expect(proven).toMatchObject(expected);
  });
  it('is nothing that the plan knew already', () => {
    const { saga, rows } = given([...LOG, ['authorize_payment', 'COMPENSATED']], orders(true));
    const call = { stepName: 'authorize_payment', action: 'compensate' as const, compensationId: ID };
    expect(verifiedBy(call, new Set(rows.map(({ id }) => id)), rows, saga)).toBeNull();
  });
  it('of a retry is a done row', () => {
    expect(
      proof([['create_shipment', 'SUCCESS', { compensationId: ID }]], 'retry', 'create_shipment').proven,
    ).toMatchObject({ logId: 200n });
  });
  it('of a failure is a later row with our id', () => {
    expect(proof([failed(ID)]).failed).toEqual({ stepName: 'authorize_payment', logId: 200n });
    expect(proof([failed(OTHER)]).failed).toBeNull();
    expect(proof([failed(ID), ['authorize_payment', 'COMPENSATED']]).failed).toBeNull();
  });
});

describe('any log', { timeout: 120_000 }, () => {
  const steps = ['reserve_inventory', 'authorize_payment', 'create_shipment', 'confirm_order', 'extra'];
  const line: fc.Arbitrary<Line> = fc.tuple(
    fc.constantFrom(...steps),
    fc.constantFrom('PENDING', 'SUCCESS', 'FAILED', 'COMPENSATED'),
    fc.record({
      phase: fc.constantFrom(null, null, 'ACTION', 'COMPENSATION'),
      error: fc.constantFrom(null, LOST, error('NO')),
      service: fc.constantFrom(null, 'order'),
    }),
  );
  it('is planned in reverse order of success, and only for steps in effect or in doubt', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 14 }), (log) => {
        const { saga, rows } = given(log, orders(true));
        const asked = facts();
        if (can('COMPENSATE_SAGA', saga, asked) !== true) return;
        const frozen = plan('COMPENSATE_SAGA', saga, rows, asked);
        const called = frozen.steps.filter(isCalled);
        expect(called.length).toBeGreaterThan(0);
        const found = called.map(({ stepName }) => saga.steps.find((step) => step.name === stepName));
        const inEffect = found.map((step) => step?.inEffect === true);
        expect(inEffect.toSorted((a, b) => Number(a) - Number(b))).toEqual(inEffect);
        expect(found.every((step) => step !== undefined && (step.inEffect || inDoubt(step, saga)))).toBe(true);
        expect(called.filter((_, at) => inEffect[at]).map(({ stepName }) => stepName)).toEqual(
          saga.outstanding.toReversed(),
        );
        expect(stillHolds(frozen, { rows, facts: asked, compensationIds: [ID] }).holds).toBe(true);
        const proofs = called.map(({ stepName }): Line => [stepName, 'COMPENSATED', { compensationId: ID }]);
        const after = later(rows, proofs);
        expect(stillHolds(frozen, { rows: after, facts: asked, compensationIds: [ID] }).holds).toBe(true);
        const end = fold(after, orders(true), [], []);
        expect(end.status).toBe(frozen.endsAs);
        for (const step of called)
          expect(verifiedBy({ ...step, compensationId: ID }, new Set(frozen.basis), after, end)).not.toBeNull();
      }),
      { numRuns: 400 },
    );
  });

  it('is suggested nothing that is refused', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 14 }), (log) => {
        const { saga } = given(
          log.map(([step, status, more]): Line => [step, status, { ...more, service: 'order' }]),
          orders(),
        );
        const asked = facts({ definition: orders() });
        const one = suggest(saga, asked.definition, asked.now);
        if (one !== null) expect([one, can(one.action, saga, asked, one.stepName ?? undefined)]).toEqual([one, true]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a call', () => {
  const effect = { sagaId: SAGA, stepName: 'ship/#1 ü', action: 'compensate' as const, undoes: 9007199254740993n };
  it('has one key and one body for one effect', () => {
    expect(idempotencyKey(ID, effect.stepName)).toBe(`${ID}:ship%2F%231%20%C3%BC`);
    expect(effectKey(effect)).toBe(`${SAGA}/ship%2F%231%20%C3%BC/compensate/9007199254740993`);
    expect(effectKey({ ...effect, stepName: '\uD800' })).toContain('%EF%BF%BD');
    const body = callBody({
      ...effect,
      compensationId: ID,
      sagaType: 't',
      compensatingAction: null,
      context: CONTEXT,
      requestedBy: 'ana',
      reason: 'because I say so',
    });
    expect(Object.keys(JSON.parse(body) as object)).toEqual([
      'action',
      'compensationId',
      'sagaId',
      'sagaType',
      'stepName',
      'undoes',
      'compensatingAction',
      'context',
      'requestedBy',
      'reason',
    ]);
    expect(body).toContain('"undoes":"9007199254740993"');
  });
  it('is signed over time, method, path, key and body', () => {
    expect(stringToSign({ t: 1, method: 'POST', path: '/p', key: 'k', body: '{}' })).toBe('1.POST./p.k.{}');
    expect(signatureHeader(1, 'ab')).toBe('t=1,v1=ab');
  });
});
