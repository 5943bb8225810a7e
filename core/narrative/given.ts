import { SagaDefinition, type DefinitionVersion } from '../definition/definition';
import { exampleRow } from '../saga/example';
import { fold } from '../saga/fold';
import type { SagaRow, StepError } from '../saga/row';
import type { InterventionFact, Saga, Settlement } from '../saga/saga';

/** Example logs for tests: rows by hand, the saga by the real fold. */

export const T0 = Date.UTC(2026, 2, 1, 14, 20, 0);
export const SAGA = '7f3c9a1e-0000-4000-8000-00000041d8c7';
export const CONTEXT =
  '{"order_id":"8841","amount":{"eur":184.90},"lines":[{"sku":"SKU-1042","qty":2}],"warehouse":"HAM-2","big":9007199254740993}';

export type Line = [step: string, status: string, more?: Partial<SagaRow>];

export const error = (code: string, more: Partial<StepError> = {}): StepError => ({
  code,
  message: null,
  category: null,
  retryable: null,
  level: null,
  tags: [],
  ...more,
});

/** Ids from 101, one second apart. */
export function rowsOf(lines: readonly Line[], first = 101n): SagaRow[] {
  return lines.map(([stepName, status, more], at) =>
    exampleRow(Number(first) + at, stepName, status, {
      sagaId: SAGA,
      createdAt: T0 + at * 1000,
      seenAt: T0 + at * 1000,
      ...more,
    }),
  );
}

export function definitionOf(
  steps: readonly object[],
  more: object = {},
  source: 'declared' | 'discovered' = 'declared',
): DefinitionVersion {
  const body = SagaDefinition.parse({ saga: 'order_fulfilment', businessKey: '$.order_id', steps, ...more });
  return { type: 'order_fulfilment', version: 7, source, inForceFrom: 0, body };
}

const WORDS = {
  reserve_inventory: {
    failed: 'Inventory could not be reserved',
    undone: 'Inventory was released',
    undoing: 'releasing inventory',
    open: '{$.lines[0].qty} × {$.lines[0].sku} still reserved',
    undo: 'Frees {$.lines[0].qty} × {$.lines[0].sku} in warehouse {$.warehouse}',
  },
  authorize_payment: {
    failed: 'Payment was not authorized',
    undone: 'Payment was voided',
    undoing: 'voiding payment',
    open: '€{$.amount.eur} still held',
    undo: 'Voids the hold of €{$.amount.eur}',
  },
  create_shipment: { failed: 'Shipment could not be created', undo: 'Cancels shipment {$.shipment_id}' },
};

/** The contract's example; with `words`, as a shop would tell it. */
export function orders(words = false): DefinitionVersion {
  const step = (name: string, service: string, kind: string, compensation?: string, touches?: object) => ({
    name,
    service,
    kind,
    ...(compensation ? { compensation } : {}),
    timeout: '5s',
    ...(words && name in WORDS ? { words: WORDS[name as keyof typeof WORDS], touches: touches ?? {} } : {}),
  });
  return definitionOf([
    step('reserve_inventory', 'inventory', 'compensatable', 'release_inventory', {
      stock: '+{$.lines[0].qty} {$.lines[0].sku}',
    }),
    step('authorize_payment', 'payment', 'compensatable', 'void_payment', { money: '€{$.amount.eur} released' }),
    step('create_shipment', 'shipping', 'compensatable', 'cancel_shipment'),
    step('confirm_order', 'order', 'pivot'),
    { ...step('notify_customer', 'order', 'retriable'), optional: true },
  ]);
}

export interface Given {
  saga: Saga;
  rows: SagaRow[];
  definition: DefinitionVersion | null;
  settlements: readonly Settlement[];
}

export function given(
  lines: readonly Line[],
  definition: DefinitionVersion | null = orders(),
  settlements: readonly Settlement[] = [],
  interventions: readonly InterventionFact[] = [],
): Given {
  const rows = rowsOf(lines);
  return { rows, definition, settlements, saga: fold(rows, definition, settlements, interventions) };
}
