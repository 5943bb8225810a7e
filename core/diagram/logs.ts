import { type DefinitionVersion, SagaDefinition } from '../definition/definition';
import { exampleRow } from '../saga/example';
import { fold } from '../saga/fold';
import type { SagaRow, StepError } from '../saga/row';
import type { Saga } from '../saga/saga';

/** Example logs for the tests of this folder: rows by hand, the saga by the real fold. */

export const T0 = Date.UTC(2026, 2, 1, 14, 20, 6);
export const SAGA_ID = '7f3c9a1e-52b4-4d0e-9c1a-6b0e2f41d8c7';

export const failure = (code: string): StepError => ({
  code,
  message: null,
  category: null,
  retryable: true,
  level: null,
  tags: [],
});

/** Step, status, milliseconds after the start, and what else the row carries. */
export type Line = [step: string, status: string, after: number, more?: Partial<SagaRow>];

export const rowsOf = (lines: readonly Line[]): SagaRow[] =>
  lines.map(([stepName, status, after, more], index) =>
    exampleRow(101 + index, stepName, status, {
      sagaId: SAGA_ID,
      createdAt: T0 + after,
      seenAt: T0 + after,
      sagaType: 'order_fulfilment',
      ...more,
    }),
  );

export const version = (steps: readonly unknown[]): DefinitionVersion => ({
  type: 'order_fulfilment',
  version: 1,
  source: 'declared',
  inForceFrom: 0,
  body: SagaDefinition.parse({ saga: 'order_fulfilment', steps }),
});

export const ORDER = version([
  { name: 'reserve_inventory', kind: 'compensatable', compensation: 'release_inventory' },
  { name: 'authorize_payment', kind: 'compensatable', compensation: 'void_payment' },
  { name: 'create_shipment', kind: 'compensatable', compensation: 'cancel_shipment' },
  { name: 'confirm_order', kind: 'pivot' },
]);

export const sagaOf = (lines: readonly Line[], definition: DefinitionVersion | null = ORDER): Saga =>
  fold(rowsOf(lines), definition, [], []);

const timeout = failure('CARRIER_TIMEOUT');
const wms = failure('WMS_UNAVAILABLE');
const undo = { phase: 'COMPENSATION' };

/** Picture 03: shipping timed out three times, payment was voided, the release of stock failed three times. */
export const PICTURE: Line[] = [
  ['reserve_inventory', 'PENDING', 0],
  ['reserve_inventory', 'SUCCESS', 412],
  ['authorize_payment', 'PENDING', 430],
  ['authorize_payment', 'SUCCESS', 1_610],
  ['create_shipment', 'PENDING', 1_630],
  ['create_shipment', 'FAILED', 6_630, { error: timeout }],
  ['create_shipment', 'PENDING', 8_650],
  ['create_shipment', 'FAILED', 13_650, { error: timeout }],
  ['create_shipment', 'PENDING', 17_670],
  ['create_shipment', 'FAILED', 22_670, { error: timeout }],
  ['authorize_payment', 'PENDING', 22_690, undo],
  ['authorize_payment', 'COMPENSATED', 23_530, undo],
  ['reserve_inventory', 'PENDING', 23_550, undo],
  ['reserve_inventory', 'FAILED', 24_050, { ...undo, error: wms }],
  ['reserve_inventory', 'PENDING', 26_050, undo],
  ['reserve_inventory', 'FAILED', 26_550, { ...undo, error: wms }],
  ['reserve_inventory', 'PENDING', 30_550, undo],
  ['reserve_inventory', 'FAILED', 31_050, { ...undo, error: wms }],
];
