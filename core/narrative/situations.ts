import type { DefinitionVersion } from '../definition/definition';
import type { InterventionFact, Settlement } from '../saga/saga';
import { CONTEXT, definitionOf, error, orders, SAGA, T0, type Line } from './given';

export interface Situation {
  name: string;
  log: readonly Line[];
  definition?: DefinitionVersion | null;
  settlements?: readonly Settlement[];
  interventions?: readonly InterventionFact[];
  /** Milliseconds after the first row at which it is told; an hour, where nothing is said. */
  after?: number;
}

const TIMEOUT = error('CARRIER_TIMEOUT', { category: 'infrastructure', retryable: true });
const DECLINED = error('ISSUER_DECLINED', { category: 'business', retryable: false });
const LOCKED = error('WMS_UNAVAILABLE', { category: 'infrastructure', retryable: true });
const SETTLED = error('CAPTURE_SETTLED', { category: 'business', retryable: false });
const RESERVED: Line = ['reserve_inventory', 'SUCCESS', { context: CONTEXT }];
const PAID: Line = ['authorize_payment', 'SUCCESS'];
const SHIPPED: Line = ['create_shipment', 'SUCCESS'];
const CONFIRMED: Line = ['confirm_order', 'SUCCESS'];
const undo = (step: string, status: string, more: object = {}): Line => [
  step,
  status,
  { phase: 'COMPENSATION', ...more },
];
const noShipment: Line[] = [1, 2, 3].map((attempt) => ['create_shipment', 'FAILED', { attempt, error: DECLINED }]);
const timedOut: Line[] = [1, 2, 3].map((attempt) => ['create_shipment', 'FAILED', { attempt, error: TIMEOUT }]);
const stuckRelease: Line[] = [1, 2, 3].map((attempt) =>
  undo('reserve_inventory', 'FAILED', { attempt, error: LOCKED }),
);
const settle = (stepName: string | null, upToLogId = 999n): Settlement => ({
  stepName,
  upToLogId,
  at: T0,
  by: 'ana@example.com',
  reason: 'Freed by hand in the warehouse',
});

/** Example sagas, one for each status, reason and fault, in the contract's words. */
export const SITUATIONS: readonly Situation[] = [
  { name: 'just started', log: [['reserve_inventory', 'PENDING']], after: 2_000 },
  { name: 'half way', log: [RESERVED, PAID, ['create_shipment', 'PENDING']], after: 4_000 },
  { name: 'between two steps', log: [RESERVED, PAID], after: 4_000 },
  {
    name: 'failed, tries again',
    log: [RESERVED, ['authorize_payment', 'FAILED', { attempt: 1, error: LOCKED }]],
    definition: orders(true),
    after: 3_000,
  },
  { name: 'learning', log: [RESERVED, PAID], definition: null },
  { name: 'learning, under way', log: [RESERVED, ['authorize_payment', 'PENDING']], definition: null, after: 5_000 },
  { name: 'learning, failed', log: [RESERVED, ['authorize_payment', 'FAILED', { error: DECLINED }]], definition: null },
  { name: 'completed', log: [RESERVED, PAID, SHIPPED, CONFIRMED, ['notify_customer', 'SUCCESS']] },
  {
    name: 'completed, optional step failed',
    log: [RESERVED, PAID, SHIPPED, CONFIRMED, ['notify_customer', 'FAILED', { error: error('SMTP_DOWN') }]],
  },
  {
    name: 'completed by a discovered definition',
    log: [
      ['a', 'SUCCESS'],
      ['b', 'SUCCESS'],
    ],
    definition: definitionOf([{ name: 'a' }, { name: 'b' }], {}, 'discovered'),
  },
  { name: 'first step failed', log: [['reserve_inventory', 'FAILED', { error: DECLINED }]], definition: orders(true) },
  { name: 'failed, not compensated', log: [RESERVED, PAID, ...noShipment], definition: orders(true) },
  { name: 'failed, not compensated, no words', log: [RESERVED, PAID, ...noShipment] },
  { name: 'failed, outcome unknown', log: [RESERVED, PAID, ...timedOut], definition: orders(true) },
  { name: 'compensating', log: [RESERVED, PAID, ...noShipment, undo('authorize_payment', 'PENDING')], after: 8_000 },
  {
    name: 'compensation failed',
    log: [RESERVED, PAID, ...timedOut, ['authorize_payment', 'COMPENSATED'], ...stuckRelease],
    definition: orders(true),
  },
  {
    name: 'compensation failed, no words',
    log: [RESERVED, PAID, ...noShipment, ['authorize_payment', 'COMPENSATED'], ...stuckRelease],
  },
  {
    name: 'compensation refused',
    log: [RESERVED, PAID, ...noShipment, undo('authorize_payment', 'FAILED', { error: SETTLED })],
    definition: orders(true),
    after: 6_000,
  },
  {
    name: 'compensation stopped half way',
    log: [RESERVED, PAID, ...noShipment, ['authorize_payment', 'COMPENSATED']],
    definition: orders(true),
  },
  {
    name: 'call to compensate dead-lettered',
    log: [RESERVED, PAID, ...noShipment],
    interventions: [
      {
        interventionId: SAGA,
        state: 'dead_lettered',
        requestedAt: T0 + 9_000,
        calls: [{ stepName: 'authorize_payment', action: 'COMPENSATE_STEP', state: 'dead_lettered', at: T0 + 9_000 }],
      },
    ],
  },
  {
    name: 'compensated',
    log: [RESERVED, PAID, ...noShipment, ['authorize_payment', 'COMPENSATED'], ['reserve_inventory', 'COMPENSATED']],
    definition: orders(true),
  },
  {
    name: 'compensated, outcome unknown',
    log: [RESERVED, ['authorize_payment', 'FAILED', { error: LOCKED }], ['reserve_inventory', 'COMPENSATED']],
    definition: orders(true),
  },
  {
    name: 'compensated, tombstone of the step that timed out',
    log: [RESERVED, ...timedOut, ['create_shipment', 'COMPENSATED'], ['reserve_inventory', 'COMPENSATED']],
    definition: orders(true),
  },
  {
    name: 'stuck forward',
    log: [RESERVED, PAID, ['create_shipment', 'PENDING']],
    definition: orders(true),
    after: 22 * 60_000,
  },
  { name: 'stuck between steps', log: [RESERVED], after: 72 * 60_000 },
  {
    name: 'stuck undoing',
    log: [RESERVED, ['authorize_payment', 'FAILED', { error: DECLINED }], undo('reserve_inventory', 'PENDING')],
  },
  {
    name: 'failed after the pivot',
    log: [RESERVED, CONFIRMED, ['deliver', 'FAILED', { error: DECLINED }]],
    definition: definitionOf([
      { name: 'reserve_inventory' },
      { name: 'confirm_order', kind: 'pivot' },
      { name: 'deliver', kind: 'retriable', service: 'shipping' },
    ]),
  },
  { name: 'pivot in doubt', log: [RESERVED, PAID, SHIPPED, ['confirm_order', 'FAILED', { error: TIMEOUT }]] },
  {
    name: 'suspension',
    log: [
      ['create_shipment', 'PENDING'],
      ['create_shipment', 'COMPENSATED'],
      ['create_shipment', 'SUCCESS'],
    ],
  },
  { name: 'contradiction', log: [RESERVED, ['reserve_inventory', 'FAILED', { error: DECLINED }]] },
  {
    name: 'double compensation',
    log: [
      RESERVED,
      ['authorize_payment', 'FAILED', { error: DECLINED }],
      ['reserve_inventory', 'COMPENSATED', { compensationId: '11111111-1111-4111-8111-111111111111' }],
      ['reserve_inventory', 'COMPENSATED', { compensationId: '22222222-2222-4222-8222-222222222222' }],
    ],
  },
  {
    name: 'past pivot',
    log: [RESERVED, PAID, SHIPPED, CONFIRMED, ['authorize_payment', 'COMPENSATED']],
    definition: orders(true),
  },
  {
    name: 'one step settled',
    log: [RESERVED, PAID, ...noShipment, ['authorize_payment', 'COMPENSATED'], ...stuckRelease],
    definition: orders(true),
    settlements: [settle('reserve_inventory')],
  },
  { name: 'resolved', log: [RESERVED, PAID, ...noShipment], settlements: [settle(null)] },
  {
    name: 'waiting for approval',
    log: [RESERVED, PAID, ['create_shipment', 'PENDING']],
    after: 4_000,
    interventions: [{ interventionId: SAGA, state: 'awaiting_approval', requestedAt: T0 + 3_000, calls: [] }],
  },
  {
    name: 'everything still open',
    log: [RESERVED, PAID, SHIPPED, ['confirm_order', 'FAILED', { error: DECLINED }]],
    definition: orders(true),
  },
  {
    name: 'completed saga reversed in part',
    log: [
      ['a', 'SUCCESS'],
      ['b', 'SUCCESS'],
      ['b', 'COMPENSATED'],
    ],
    definition: definitionOf([{ name: 'a' }, { name: 'b' }]),
  },
];
