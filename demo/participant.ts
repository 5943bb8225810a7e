import type { PoolClient } from 'pg';
import { z } from 'zod';
import type { OrderContext } from './json';
import type { StepError } from './faults';
import type { NewEvent, SagaFacts } from './log';
import type { Db } from './schema';

/** The body of a call, by the console or by the shop's own orchestrator (which also says attempt, cause and facts). */
export const CallBody = z.object({
  action: z.string().max(64),
  compensationId: z.uuid().nullish(),
  sagaId: z.uuid(),
  sagaType: z.string().nullish(),
  stepName: z.string().min(1).max(64),
  undoes: z
    .string()
    .regex(/^\d{1,19}$/)
    .nullish(),
  compensatingAction: z.string().max(64).nullish(),
  context: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
  requestedBy: z.string().max(256).nullish(),
  reason: z.string().nullish(),
  attempt: z.int().min(1).nullish(),
  causationId: z.uuid().nullish(),
  correlationId: z.string().nullish(),
  traceId: z.string().nullish(),
  tenantId: z.string().nullish(),
  sagaVersion: z.int().nullish(),
});
export type CallBody = z.infer<typeof CallBody>;

export type Verb = 'run' | 'retry' | 'compensate';

/** One call as a step handler sees it. */
export interface StepCall {
  verb: Verb;
  facts: SagaFacts;
  /** Throws where the call carries no context that this shop can read. */
  context: () => OrderContext;
  attempt: number;
}

/** What a handler did: events of its aggregates, and the context with what it added to it. */
export interface Effect {
  events: NewEvent[];
  context?: OrderContext;
}

/** A failure without an effect; its events say what was tried. */
export class StepRefused extends Error {
  constructor(
    readonly error: StepError,
    readonly events: NewEvent[] = [],
  ) {
    super(error.message);
  }
}

export interface StepHandler {
  /** Name of the compensation, null where there is nothing to undo. */
  compensation: string | null;
  /** Whether the effect is in the world now, whoever made or undid it. */
  stands: (db: Db, sagaId: string) => Promise<boolean>;
  /** Slow work before the transaction (a carrier's answer); may throw {@link StepRefused}. */
  prepare?: (db: Db, call: StepCall) => Promise<void>;
  run: (tx: PoolClient, call: StepCall) => Promise<Effect>;
  undo?: (tx: PoolClient, call: StepCall) => Promise<Effect>;
}

export interface Participant {
  name: string;
  steps: Record<string, StepHandler>;
}

export interface Answer {
  status: number;
  body: string;
}
