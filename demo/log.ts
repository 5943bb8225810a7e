import { jsonText, type Json } from './json';
import type { StepError } from './faults';
import type { Db } from './schema';

/** What ties the rows and events of one saga together. */
export interface SagaFacts {
  sagaId: string;
  sagaType: string;
  sagaVersion: number | null;
  correlationId: string | null;
  traceId: string | null;
  tenantId: string | null;
}

export interface LogRow {
  stepName: string;
  status: 'PENDING' | 'SUCCESS' | 'FAILED' | 'COMPENSATED';
  phase: 'ACTION' | 'COMPENSATION';
  service: string;
  attempt: number | null;
  error: StepError | null;
  /** JSON text. */
  context: string | null;
  compensatingAction: string | null;
  compensationId: string | null;
}

/** Appends one row to saga_log; answers its log position. */
export async function appendLog(db: Db, facts: SagaFacts, row: LogRow): Promise<bigint> {
  const { rows } = await db.query<{ id: string }>(
    `INSERT INTO saga_log (saga_id, step_name, status, saga_type, phase, attempt, error, context, compensating_action,
       compensation_id, saga_version, correlation_id, trace_id, tenant_id, service)
     VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9, $10, $11, $12, $13, $14, $15) RETURNING id::text`,
    [
      facts.sagaId,
      row.stepName,
      row.status,
      facts.sagaType,
      row.phase,
      row.attempt,
      row.error === null ? null : JSON.stringify(row.error),
      row.context,
      row.compensatingAction,
      row.compensationId,
      facts.sagaVersion,
      facts.correlationId,
      facts.traceId,
      facts.tenantId,
      row.service,
    ],
  );
  return BigInt(rows[0]?.id ?? 0);
}

/** Something that happened to an aggregate; `type` in the past tense with its schema version as V suffix. */
export interface NewEvent {
  aggregateType: 'Order' | 'Stock' | 'Payment' | 'Shipment' | 'User' | 'BankAccount';
  aggregateId: string;
  type: string;
  payload: Json;
}

/** What ties events together; those of no saga have no sagaId. */
export type EventFacts = Pick<SagaFacts, 'correlationId' | 'traceId' | 'tenantId'> & { sagaId: string | null };

/** What an event says about where it came from, as column `metadata` has it. */
export const metadataText = (facts: EventFacts, service: string, actor: string, cause: string | null): string =>
  JSON.stringify({
    correlation_id: facts.correlationId,
    causation_id: cause,
    saga_id: facts.sagaId,
    trace_id: facts.traceId,
    tenant_id: facts.tenantId,
    service,
    actor,
  });

/**
 * Appends events in order, each with the next version of its aggregate: what one command did, so all have its cause.
 * Without a cause the last event of the aggregate in this flow is taken,
 * unless a flow starts here. Answers the id of the last event, or `cause` if there was none.
 * The caller holds a lock on the aggregate: two writers would fail on the unique version.
 */
export async function appendEvents(
  db: Db,
  facts: EventFacts,
  from: { service: string; actor: string; cause: string | null; startsFlow?: boolean },
  events: readonly NewEvent[],
): Promise<string | null> {
  let last = from.cause;
  for (const event of events) {
    const cause = from.cause ?? (from.startsFlow === true ? null : await lastEventOf(db, event, facts));
    const { rows } = await db.query<{ event_id: string }>(
      `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload, metadata)
       SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4::jsonb, $5::jsonb FROM event_store WHERE aggregate_type = $1 AND aggregate_id = $2
       RETURNING event_id`,
      [
        event.aggregateType,
        event.aggregateId,
        event.type,
        jsonText(event.payload),
        metadataText(facts, from.service, from.actor, cause),
      ],
    );
    last = rows[0]?.event_id ?? last;
  }
  return last;
}

// Of its own flow: the last event of a shelf is another order's most of the time.
async function lastEventOf(
  db: Db,
  { aggregateType, aggregateId }: NewEvent,
  { correlationId }: EventFacts,
): Promise<string | null> {
  const { rows } = await db.query<{ event_id: string }>(
    `SELECT event_id FROM event_store WHERE aggregate_type = $1 AND aggregate_id = $2 AND metadata->>'correlation_id' = $3
     ORDER BY version DESC LIMIT 1`,
    [aggregateType, aggregateId, correlationId],
  );
  return rows[0]?.event_id ?? null;
}

/** Facts of a saga as the first rows of its log have them; what a caller does not say is taken from here. */
export async function factsOf(db: Db, sagaId: string, sagaType: string): Promise<SagaFacts> {
  const { rows } = await db.query<{ v: number | null; c: string | null; t: string | null; n: string | null }>(
    `SELECT saga_version v, correlation_id c, trace_id t, tenant_id n FROM saga_log WHERE saga_id = $1 ORDER BY id LIMIT 1`,
    [sagaId],
  );
  const first = rows[0];
  return {
    sagaId,
    sagaType,
    sagaVersion: first?.v ?? null,
    correlationId: first?.c ?? null,
    traceId: first?.t ?? null,
    tenantId: first?.n ?? null,
  };
}
