import { describe, expect, it } from 'vitest';
import { ACTIONS, type Action } from '../contract/action';
import { definitionOf, error, given, orders, T0, type Line } from '../narrative/given';
import { can } from './can';
import type { InterventionFacts } from './facts';

const HOUR = 3_600_000;
const SERVICES = ['inventory', 'payment', 'shipping', 'order'].map((name) => ({
  name,
  url: `http://127.0.0.1:9/${name}`,
  evidence: 'log' as const,
}));
const NO = error('NO', { category: 'business', retryable: false });
const LOST = error('LOST', { category: 'infrastructure', retryable: false });
const FAILED: Line[] = [
  ['reserve_inventory', 'SUCCESS'],
  ['authorize_payment', 'SUCCESS'],
  ['create_shipment', 'FAILED', { error: NO }],
];
const GOING_BACK: Line[] = [...FAILED, ['authorize_payment', 'COMPENSATED']];
const DONE: Line[] = ['reserve_inventory', 'authorize_payment', 'create_shipment', 'confirm_order'].map((name) => [
  name,
  'SUCCESS',
]);

function ask(
  action: Action,
  log: readonly Line[],
  step?: string,
  more: Partial<InterventionFacts> & { learning?: true } = {},
) {
  const { learning, ...facts } = more;
  const definition = learning ? null : (facts.definition ?? orders());
  const { saga } = given(log, definition, facts.settlements);
  const all = {
    now: T0 + HOUR,
    actor: 'ana',
    right: 'owner' as const,
    services: SERVICES,
    lock: null,
    active: null,
    settlements: [],
  };
  const answer = can(action, saga, { ...all, ...facts, definition }, step);
  return answer === true ? true : answer.code;
}

const active = (state: 'dispatching' | 'dead_lettered') => ({
  id: 'x',
  action: 'COMPENSATE_SAGA' as const,
  state,
  requestedBy: 'bob',
  stopped: state === 'dead_lettered' ? ['authorize_payment'] : [],
});
const lock = (owner: string, expiresAt = T0 + 2 * HOUR) => ({ lock: { owner, expiresAt } });
const settled = {
  settlements: [{ stepName: 'authorize_payment', upToLogId: 999n, at: T0, by: 'bob', reason: 'by hand' }],
};

describe('can', () => {
  it.each<[string, Action, readonly Line[], string | undefined, Parameters<typeof ask>[3], true | string]>([
    ['compensates a failed saga', 'COMPENSATE_SAGA', FAILED, undefined, {}, true],
    ['compensates one step of it', 'COMPENSATE_STEP', FAILED, 'authorize_payment', {}, true],
    ['compensates any of its steps', 'COMPENSATE_STEP', FAILED, undefined, {}, true],
    ['retries its failed step', 'RETRY_STEP', FAILED, 'create_shipment', {}, true],
    ['retries any of its steps', 'RETRY_STEP', FAILED, undefined, {}, true],
    ['skips a step in effect', 'SKIP_STEP', FAILED, 'authorize_payment', {}, true],
    ['skips the failed step', 'SKIP_STEP', FAILED, 'create_shipment', {}, true],
    ['resolves it', 'RESOLVE', FAILED, undefined, {}, true],
    ['does not retry what has succeeded', 'RETRY_STEP', FAILED, 'authorize_payment', {}, 'not_retriable'],
    ['does not retry what has not begun', 'RETRY_STEP', FAILED, 'confirm_order', {}, 'not_retriable'],
    ['does not retry once something is compensated', 'RETRY_STEP', GOING_BACK, 'create_shipment', {}, 'going_back'],
    ['does not retry any then', 'RETRY_STEP', GOING_BACK, undefined, {}, 'going_back'],
    ['knows its steps', 'RETRY_STEP', FAILED, 'nothing', {}, 'no_step'],
    ['does not compensate what failed cleanly', 'COMPENSATE_STEP', FAILED, 'create_shipment', {}, 'not_in_effect'],
    [
      'compensates what failed in doubt',
      'COMPENSATE_STEP',
      [...FAILED.slice(0, 2), ['create_shipment', 'FAILED', { error: LOST }]],
      'create_shipment',
      {},
      true,
    ],
    ['compensates what is pending', 'COMPENSATE_STEP', [['create_shipment', 'PENDING']], 'create_shipment', {}, true],
    [
      'compensates again what failed to be undone',
      'COMPENSATE_STEP',
      [...GOING_BACK, ['reserve_inventory', 'FAILED', { phase: 'COMPENSATION', error: NO }]],
      'reserve_inventory',
      {},
      true,
    ],
    ['does not compensate twice', 'COMPENSATE_STEP', GOING_BACK, 'authorize_payment', {}, 'not_in_effect'],
    [
      'does not compensate a check',
      'COMPENSATE_STEP',
      [
        ['check', 'SUCCESS'],
        ['b', 'FAILED'],
      ],
      'check',
      { definition: definitionOf([{ name: 'check', kind: 'none' }, { name: 'b' }]) },
      'not_compensatable',
    ],
    [
      'has nothing to undo',
      'COMPENSATE_SAGA',
      [['reserve_inventory', 'FAILED', { error: NO }]],
      undefined,
      {},
      'nothing_to_undo',
    ],
    ['undoes nothing past the pivot', 'COMPENSATE_SAGA', DONE, undefined, {}, 'past_pivot'],
    ['undoes no step past the pivot', 'COMPENSATE_STEP', DONE, 'create_shipment', {}, 'past_pivot'],
    [
      'undoes nothing while the pivot is pending',
      'COMPENSATE_SAGA',
      [...DONE.slice(0, 3), ['confirm_order', 'PENDING']],
      undefined,
      {},
      'pivot_unknown',
    ],
    [
      'undoes nothing while the pivot is in doubt',
      'COMPENSATE_STEP',
      [...DONE.slice(0, 3), ['confirm_order', 'FAILED', { error: LOST }]],
      'create_shipment',
      {},
      'pivot_unknown',
    ],
    [
      'retries the pivot instead',
      'RETRY_STEP',
      [...DONE.slice(0, 3), ['confirm_order', 'FAILED', { error: LOST }]],
      'confirm_order',
      {},
      true,
    ],
    [
      'goes on undoing where that has begun, pivot in doubt',
      'COMPENSATE_SAGA',
      [...DONE.slice(0, 3), ['confirm_order', 'FAILED', { error: LOST }], ['create_shipment', 'COMPENSATED']],
      undefined,
      {},
      true,
    ],
    ['waits for the orchestrator', 'COMPENSATE_SAGA', FAILED, undefined, { now: T0 + 10_000 }, 'orchestrator_moves'],
    ['waits with skipping too', 'SKIP_STEP', FAILED, 'authorize_payment', { now: T0 + 10_000 }, 'orchestrator_moves'],
    ['waits with resolving too', 'RESOLVE', FAILED, undefined, { now: T0 + 10_000 }, 'orchestrator_moves'],
    ['locks meanwhile', 'LOCK', FAILED, undefined, { now: T0 + 10_000 }, true],
    ['is stopped by the lock of another', 'COMPENSATE_SAGA', FAILED, undefined, lock('bob'), 'locked'],
    ['is not stopped by its own lock', 'COMPENSATE_SAGA', FAILED, undefined, lock('ana'), true],
    ['is not stopped by a lock that is over', 'COMPENSATE_SAGA', FAILED, undefined, lock('bob', T0), true],
    ['cannot take a lock away', 'LOCK', FAILED, undefined, lock('bob'), 'locked'],
    [
      'cannot take away a lock whose owner acts',
      'LOCK',
      FAILED,
      undefined,
      { ...lock('bob', T0), active: active('dispatching') },
      'locked',
    ],
    ['prolongs its own lock', 'LOCK', FAILED, undefined, lock('ana'), true],
    ['unlocks its own lock', 'UNLOCK', FAILED, undefined, lock('ana'), true],
    ['does not unlock for another', 'UNLOCK', FAILED, undefined, lock('bob'), 'locked'],
    ['unlocks only what is locked', 'UNLOCK', FAILED, undefined, {}, 'not_locked'],
    [
      'has one intervention at a time',
      'COMPENSATE_SAGA',
      FAILED,
      undefined,
      { active: active('dispatching') },
      'intervention_active',
    ],
    ['locks while one runs', 'LOCK', FAILED, undefined, { active: active('dispatching') }, true],
    [
      'keeps a stopped one as the active one',
      'COMPENSATE_SAGA',
      FAILED,
      undefined,
      { active: active('dead_lettered') },
      'intervention_active',
    ],
    [
      'skips the stopped call of one',
      'SKIP_STEP',
      FAILED,
      'authorize_payment',
      { active: active('dead_lettered') },
      true,
    ],
    [
      'skips no other step of it',
      'SKIP_STEP',
      FAILED,
      'reserve_inventory',
      { active: active('dead_lettered') },
      'intervention_active',
    ],
    [
      'does not skip the call of a running one',
      'SKIP_STEP',
      FAILED,
      'authorize_payment',
      { active: active('dispatching') },
      'intervention_active',
    ],
    ['does not skip what is settled', 'SKIP_STEP', FAILED, 'authorize_payment', settled, 'nothing_open'],
    ['does not skip what has not begun', 'SKIP_STEP', FAILED, 'confirm_order', {}, 'nothing_open'],
    ['does not resolve what is completed', 'RESOLVE', DONE, undefined, {}, 'nothing_open'],
    ['calls nobody without a definition', 'COMPENSATE_SAGA', FAILED, undefined, { learning: true }, 'no_definition'],
    [
      'retries nothing without a definition',
      'RETRY_STEP',
      FAILED,
      'create_shipment',
      { learning: true },
      'no_definition',
    ],
    ['skips without a definition', 'SKIP_STEP', FAILED, 'authorize_payment', { learning: true }, true],
    ['resolves without a definition', 'RESOLVE', FAILED, undefined, { learning: true }, true],
    [
      'calls nobody whose address is unknown',
      'COMPENSATE_SAGA',
      FAILED,
      undefined,
      { services: SERVICES.slice(0, 1) },
      'no_service',
    ],
    [
      'asks only for the service it calls',
      'COMPENSATE_STEP',
      FAILED,
      'reserve_inventory',
      { services: SERVICES.slice(0, 1) },
      true,
    ],
    [
      'cannot address dots',
      'COMPENSATE_STEP',
      [
        ['..', 'SUCCESS', { service: 'order' }],
        ['b', 'FAILED', { error: NO }],
      ],
      '..',
      {},
      'no_service',
    ],
    ['does nothing as a reader', 'RESOLVE', FAILED, undefined, { right: 'reader' }, 'read_only'],
    ['does not even lock as a reader', 'LOCK', FAILED, undefined, { right: 'reader' }, 'read_only'],
    ['acts as a writer', 'COMPENSATE_SAGA', FAILED, undefined, { right: 'writer' }, true],
    [
      'has no reason and refuses nothing',
      'COMPENSATE_STEP',
      [['a', 'SUCCESS']],
      'a',
      { definition: definitionOf([{ name: 'a', service: 'order' }]) },
      true,
    ],
  ])('%s', (_, action, log, step, more, expected) => expect(ask(action, log, step, more)).toBe(expected));

  it('says why and who in sentences', () => {
    const { saga } = given(FAILED);
    const facts: InterventionFacts = {
      now: T0 + 10_000,
      actor: 'ana',
      right: 'owner',
      definition: orders(),
      services: SERVICES,
      lock: null,
      active: null,
      settlements: [],
    };
    expect(can('COMPENSATE_SAGA', saga, facts)).toEqual({
      code: 'orchestrator_moves',
      text: 'Its orchestrator may still be working on it. If nothing moves, this opens at 14:21 UTC.',
      who: 'Anyone with the right, from 14:21 UTC.',
    });
    for (const action of ACTIONS) {
      for (const log of [FAILED, GOING_BACK, DONE]) {
        for (const now of [T0, T0 + HOUR]) {
          const answer = can(action, given(log).saga, { ...facts, now, lock: { owner: 'bob', expiresAt: now + 1 } });
          if (answer === true) continue;
          expect(answer.text).toMatch(/^\S.*\.$/u);
          expect(answer.who).toMatch(/^\S.*\.$/u);
        }
      }
    }
  });
});
