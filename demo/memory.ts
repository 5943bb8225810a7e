import { z } from 'zod';
import type { PlacedOrder } from './catalog';
import { payloads } from './catalog';
import { SAGA_TYPE } from './definition';
import { placeFault, type Fault } from './faults';
import { contextText } from './json';
import { appendEvents, type SagaFacts } from './log';
import type { Db } from './schema';

/** What the orchestrator knows of a step. `tries` counts since it last took the step up, `attempt` and `undos` altogether. */
const StepMemory = z.object({
  state: z.enum(['pending', 'done', 'failed', 'unknown', 'skipped', 'undone']),
  attempt: z.int(),
  tries: z.int(),
  undos: z.int(),
  /** A compensation was announced in the log and its outcome is not known. */
  undoing: z.boolean(),
  /** Log id of the row to undo: the done row, else the last started one. */
  logId: z.string(),
  /** Order of success. */
  nth: z.int(),
});
export type StepMemory = z.infer<typeof StepMemory>;

const SagaState = z.enum(['forward', 'back', 'done', 'undone', 'person', 'lost']);

export interface SagaMemory {
  state: z.infer<typeof SagaState>;
  orderId: string;
  facts: SagaFacts;
  traceId: string;
  steps: Record<string, StepMemory>;
  /** JSON text. */
  context: string;
  /** Event that causes the next one. */
  cause: string | null;
}

/** The orchestrator's memory of a saga, or null where it has none. */
export async function loadSaga(db: Db, sagaId: string): Promise<SagaMemory | null> {
  const { rows } = await db.query<{
    order_id: string;
    tenant_id: string;
    correlation_id: string;
    trace_id: string;
    state: string;
    steps: unknown;
    context: string;
    cause: string | null;
  }>(
    'SELECT order_id, tenant_id, correlation_id, trace_id, state, steps, context::text, cause FROM shop.saga WHERE saga_id = $1',
    [sagaId],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    state: SagaState.parse(row.state),
    orderId: row.order_id,
    facts: {
      sagaId,
      sagaType: SAGA_TYPE,
      sagaVersion: 1,
      correlationId: row.correlation_id,
      traceId: row.trace_id,
      tenantId: row.tenant_id,
    },
    traceId: row.trace_id,
    steps: z.record(z.string(), StepMemory).parse(row.steps),
    context: row.context,
    cause: row.cause,
  };
}

export async function saveSaga(db: Db, saga: SagaMemory): Promise<void> {
  await db.query(
    'UPDATE shop.saga SET state = $2, steps = $3::jsonb, context = $4::jsonb, cause = $5, updated_at = now() WHERE saga_id = $1',
    [saga.facts.sagaId, saga.state, JSON.stringify(saga.steps), saga.context, saga.cause],
  );
}

/** Sagas that were under way when the orchestrator stopped, oldest first. */
export async function unfinished(db: Db): Promise<string[]> {
  const { rows } = await db.query<{ saga_id: string }>(
    `SELECT saga_id FROM shop.saga WHERE state IN ('forward', 'back') ORDER BY updated_at`,
  );
  return rows.map((row) => row.saga_id);
}

/** Takes an order: its row, its first event and the orchestrator's memory, all in the caller's transaction. */
export async function placeOrder(tx: Db, order: PlacedOrder, fault: Fault | null): Promise<void> {
  const { context, sagaId, tenantId, correlationId, traceId } = order;
  const facts: SagaFacts = { sagaId, sagaType: SAGA_TYPE, sagaVersion: 1, correlationId, traceId, tenantId };
  await tx.query(
    `INSERT INTO shop.orders (order_id, saga_id, tenant_id, customer_id, email, amount_cents, state) VALUES ($1, $2, $3, $4, $5, $6, 'placed')`,
    [context.order_id, sagaId, tenantId, context.customer.id, context.customer.email, context.amountCents],
  );
  if (fault) await placeFault(tx, sagaId, fault);
  const cause = await appendEvents(tx, facts, { service: 'order', actor: context.customer.id, cause: null }, [
    { aggregateType: 'Order', aggregateId: context.order_id, type: 'OrderPlacedV2', payload: payloads.placed(context) },
  ]);
  await tx.query(
    `INSERT INTO shop.saga (saga_id, order_id, tenant_id, correlation_id, trace_id, state, context, cause) VALUES ($1, $2, $3, $4, $5, 'forward', $6::jsonb, $7)`,
    [sagaId, context.order_id, tenantId, correlationId, traceId, contextText(context), cause],
  );
}
