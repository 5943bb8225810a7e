import { inDoubt } from '@/core/intervention/callable';
import type { CalledStep } from '@/core/intervention/plan';
import { OWN_SERVICE } from '@/core/intervention/proof';
import { readActingSaga } from '@/server/db/acting-saga';
import type { FrozenEffect } from '@/server/db/interventions';
import type { Query } from '@/server/db/query';
import type { Delivered } from './deliver';

/** 202 has only begun: then the row of the service is waited for. */
const ENDED: ReadonlySet<number> = new Set([200, 201, 204]);
const OUTCOME = { compensate: 'compensated', retry: 'succeeded' } as const;

/** Whether an answer itself is the evidence: 200 or 201 with JSON that repeats saga, step and outcome. Contract part 4. */
export function confirms({ answer, body }: Delivered, sagaId: string, { stepName, action }: CalledStep): boolean {
  if (answer.kind !== 'status' || !ENDED.has(answer.status)) return false;
  let said: unknown;
  try {
    said = JSON.parse(body?.toString('utf8') ?? '');
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
  if (typeof said !== 'object' || said === null) return false;
  if (!('sagaId' in said && 'stepName' in said && 'outcome' in said)) return false;
  return (
    typeof said.sagaId === 'string' &&
    said.sagaId.toLowerCase() === sagaId &&
    said.stepName === stepName &&
    said.outcome === OUTCOME[action]
  );
}

/**
 * Appends the row that a service declared `evidence: answer` does not write itself, in the caller's transaction: once per
 * compensation id, and only if the step is still in effect or in doubt (a retry: failed or pending). Contract part 4.
 */
export async function appendConfirmed(
  query: Query,
  sagaId: string,
  planned: CalledStep,
  { compensationId }: FrozenEffect,
): Promise<void> {
  const acting = await readActingSaga(query, sagaId, OWN_SERVICE);
  const step = acting?.saga.steps.find((one) => one.name === planned.stepName);
  if (!acting || !step) return;
  const { saga, rows, columns } = acting;
  const undo = planned.action === 'compensate';
  const status = undo ? 'COMPENSATED' : 'SUCCESS';
  const written = rows.some(
    (row) => row.stepName === step.name && row.status === status && row.compensationId === compensationId,
  );
  const open = undo ? step.inEffect || inDoubt(step, saga) : step.state === 'failed' || step.state === 'pending';
  if (written || !open) return;
  const values: Record<string, string | number | null> = {
    saga_id: saga.sagaId,
    step_name: step.name,
    status,
    saga_type: saga.sagaType,
    phase: undo ? 'COMPENSATION' : 'ACTION',
    compensating_action: planned.compensation,
    compensation_id: compensationId,
    saga_version: rows.findLast((row) => row.sagaVersion !== null)?.sagaVersion ?? null,
    correlation_id: rows.find((row) => row.correlationId !== null)?.correlationId ?? null,
    trace_id: saga.traceId,
    tenant_id: saga.tenantId,
    service: OWN_SERVICE,
  };
  const names = Object.keys(values).filter((name) => columns.has(name));
  await query(
    `insert into public.saga_log (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    names.map((name) => values[name]),
  );
}
