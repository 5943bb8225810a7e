import { STEPS } from './definition';
import type { Json } from './json';
import type { EventFacts, LogRow, NewEvent, SagaFacts } from './log';

/** A row of saga_log that was written at `at` (epoch ms). */
export type PastRow = LogRow & { at: number; facts: SagaFacts };

/** An event that happened at `at`. Of a Stock event only the movement is known before all events are put in order. */
export interface PastEvent {
  at: number;
  facts: EventFacts;
  eventId: string;
  cause: string | null;
  service: string;
  actor: string;
  aggregateType: NewEvent['aggregateType'];
  aggregateId: string;
  type: string;
  payload: Json | ((onHand: number) => Json);
  /** Units that came to (or, below zero, left) a shelf. */
  moves?: { sku: string; warehouse: string; qty: number };
}

export type StepName =
  | 'reserve_inventory'
  | 'authorize_payment'
  | 'create_shipment'
  | 'confirm_order'
  | 'notify_customer';

/** The service that runs a step. */
export const serviceOf = (step: string): string => STEPS.find(({ name }) => name === step)?.service ?? 'orchestrator';
