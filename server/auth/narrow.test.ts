import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, ACTIONS } from '@/core/contract/action';
import { can } from '@/core/intervention/can';
import { type DefinitionVersion, SagaDefinition } from '@/core/definition/definition';
import type { InterventionFacts } from '@/core/intervention/facts';
import { fold } from '@/core/saga/fold';
import type { SagaRow } from '@/core/saga/row';
import { allowed } from '@/server/sagas/allowed';
import { ifOpen } from '@/server/interventions/open-actions';
import { type Grant, ROLES, TOKEN_SCOPES } from './actor';
import { narrow } from './narrow';
import { permits } from './permit';
import { machineWith, personWith } from './test-actors';

const saga = { tenantId: 'acme', sagaType: 'order' };
const why = (...args: Parameters<typeof narrow>): string => {
  const answer = narrow(...args);
  return answer === true ? 'true' : `${answer.text} ${answer.who}`;
};

describe('who may act on a saga', () => {
  it.each([
    ['an operator everywhere', personWith('operator'), 'true'],
    ['an operator of its tenant', personWith('operator', { tenants: ['other', 'acme'] }), 'true'],
    ['an operator of its type', personWith('operator', { sagaTypes: ['order'] }), 'true'],
    ['a token that may intervene', machineWith(['intervene']), 'true'],
    [
      'a viewer',
      personWith('viewer'),
      'Your role does not allow this. Ask someone with one of these roles: operator, admin.',
    ],
    ['a token that reads', machineWith(['read']), 'This token has not the scope for this. It takes intervene.'],
    [
      'an operator of another tenant',
      personWith('operator', { tenants: ['other'] }),
      'Your role holds for tenant other only, and this saga is of tenant acme, type order. Ask someone who is operator or admin there.',
    ],
    [
      'an operator of another type',
      personWith('operator', { sagaTypes: ['parcel', 'refund'] }),
      'Your role holds for all tenants, types parcel, refund only, and this saga is of tenant acme, type order. Ask someone who is operator or admin there.',
    ],
  ])('%s', (_, actor, expected) => {
    expect(why({ actor, tenant: null }, 'COMPENSATE_SAGA', saga)).toBe(expected);
  });

  it('nobody but people of all tenants, on a saga without one', () => {
    const none = { tenantId: null, sagaType: 'order' };
    expect(narrow({ actor: personWith('operator'), tenant: null }, 'RESOLVE', none)).toBe(true);
    expect(why({ actor: personWith('operator', { tenants: ['acme'] }), tenant: null }, 'RESOLVE', none)).toContain(
      'this saga is without a tenant',
    );
  });

  it('nobody who looks at another tenant now', () => {
    expect(narrow({ actor: personWith('operator'), tenant: 'other' }, 'RESOLVE', saga)).toMatchObject({
      code: 'other_tenant',
    });
    expect(narrow({ actor: personWith('operator'), tenant: 'acme' }, 'RESOLVE', saga)).toBe(true);
  });
});

describe('narrowing', () => {
  const grant: fc.Arbitrary<Grant> = fc.record({
    holds: fc.constantFrom(...ROLES, ...TOKEN_SCOPES),
    tenants: fc.option(fc.array(fc.constantFrom('a', 'b', ''), { maxLength: 3 })),
    sagaTypes: fc.option(fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 })),
  });
  const lookerArb = fc.record({
    actor: fc.record({
      kind: fc.constantFrom('person' as const, 'token' as const),
      id: fc.constant('x'),
      name: fc.constant('x@test'),
      grants: fc.array(grant, { maxLength: 3 }),
      origin: fc.constant('a test'),
    }),
    tenant: fc.option(fc.constantFrom('a', 'b')),
  });
  const rowsArb = fc.array(
    fc.record({
      stepName: fc.constantFrom('one', 'two'),
      status: fc.constantFrom('PENDING', 'SUCCESS', 'FAILED', 'COMPENSATED'),
      tenantId: fc.constantFrom(null, 'a', 'b'),
      sagaType: fc.constantFrom(null, 'x', 'y'),
    }),
    { minLength: 1, maxLength: 6 },
  );

  it('takes away and never adds, whoever asks and whatever the saga is', () => {
    const taken = { kept: 0, away: 0 };
    fc.assert(
      fc.property(lookerArb, rowsArb, fc.constantFrom<Action>(...ACTIONS), (user, parts, action) => {
        const sagaId = randomUUID();
        const rows = parts.map((part, index): SagaRow => ({
          ...EMPTY_ROW,
          ...part,
          sagaId,
          id: BigInt(index + 1),
          createdAt: 0,
          seenAt: 0,
        }));
        const folded = fold(rows, DEFINITION, [], []);
        const wide = ifOpen(action, can(action, folded, FACTS));
        const narrowed = allowed(user, action, folded, FACTS);
        if (narrowed === true) {
          expect(wide).toBe(true);
          expect(permits(user.actor, 'interventions.request')).toBe(true);
          taken.kept += 1;
        } else {
          expect(narrowed.text).toMatch(/\.$/);
          if (wide === true) taken.away += 1;
        }
      }),
      { numRuns: 1_000 },
    );
    expect(taken.kept).toBeGreaterThan(0);
    expect(taken.away).toBeGreaterThan(0);
  });
});

const EMPTY_ROW = {
  phase: null,
  attempt: null,
  error: null,
  context: null,
  compensatingAction: null,
  compensationId: null,
  sagaVersion: null,
  correlationId: null,
  traceId: null,
  service: null,
};
const DEFINITION: DefinitionVersion = {
  type: 'x',
  version: 1,
  source: 'declared',
  inForceFrom: 0,
  body: SagaDefinition.parse({
    saga: 'x',
    steps: ['one', 'two'].map((name) => ({ name, service: 's', kind: 'compensatable', compensation: `un${name}` })),
  }),
};
const FACTS: InterventionFacts = {
  now: 10 * 86_400_000,
  actor: 'x@test',
  right: 'owner',
  definition: DEFINITION,
  services: [{ name: 's', url: 'http://127.0.0.1:9', evidence: 'log' }],
  lock: null,
  active: null,
  settlements: [],
};
