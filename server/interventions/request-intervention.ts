import type { z } from 'zod';
import { InterventionInput, type InterventionWire } from '@/core/contract/interventions';
import { planHash } from '@/core/intervention/basis';
import { decide } from '@/core/intervention/decide';
import { isCalled, type Plan } from '@/core/intervention/plan';
import type { SagaRow } from '@/core/saga/row';
import { permit } from '@/server/auth/permit';
import type { ActingSaga } from '@/server/db/acting-saga';
import {
  findIntervention,
  freezeEffect,
  insertIntervention,
  lockIntervention,
  lockSaga,
  type StoredIntervention,
} from '@/server/db/interventions';
import { sha256 } from '@/server/db/journal';
import type { Query } from '@/server/db/query';
import { readLogEntries } from '@/server/db/saga-log-entries';
import { handOf } from '@/server/auth/hand';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { SagaInput } from '@/server/sagas/saga-input';
import { iso } from '@/server/sagas/saga-wire';
import { interventionWire } from './intervention-wire';
import { actingSaga, planNow } from './plan-intervention';
import { markForRefold } from '@/server/db/refold';

export const RequestInput = InterventionInput.extend(SagaInput.shape);
export type RequestInput = z.infer<typeof RequestInput>;

export interface Requested {
  /** 201 for a new one, 200 where the same request came again. */
  created: boolean;
  intervention: InterventionWire;
}

/**
 * Requests an intervention: intervention, frozen calls, journal entry and job commit together, or nothing does. The
 * same request again answers what the first one made.
 * @throws Problem `not_found`, `forbidden`, `illegal_action`, `stale_view` with the rows since, `duplicate`
 */
export async function requestIntervention(ctx: Ctx, request: RequestInput): Promise<Requested> {
  permit(ctx, 'interventions.request');
  const input = { ...request, compensationId: request.compensationId.toLowerCase() };
  const requestHash = sha256(
    JSON.stringify([
      input.sagaId,
      input.action,
      input.stepName ?? null,
      input.reason,
      input.expectedLogId,
      input.planHash,
    ]),
  );
  return ctx.db.transaction(async (query) => {
    // The same id may come twice at once, the same saga from two people: each waits here for the other.
    await lockSaga(query, input.sagaId);
    await lockIntervention(query, input.compensationId);
    const acting = await actingSaga(ctx, query, input.sagaId, input.action);
    const known = await findIntervention(query, input.compensationId);
    if (known) return repeated(known, requestHash);
    await refuseStale(query, acting, input);
    const frozen = planNow(ctx, acting, input.action, input.stepName);
    if (planHash(frozen, sha256) !== input.planHash) await stale(query, acting, BigInt(input.expectedLogId));
    const stored = await store(query, ctx, input, requestHash, acting, frozen);
    return { created: true, intervention: interventionWire(stored) };
  });
}

/** Rows that one refusal carries at most. */
const SINCE_ROWS = 100;

function repeated(known: StoredIntervention, requestHash: string): Requested {
  if (known.requestHash === requestHash) return { created: false, intervention: interventionWire(known) };
  throw new Problem('duplicate', 'This compensation id was used for another request. Choose a new one.');
}

async function refuseStale(query: Query, acting: ActingSaga, input: RequestInput): Promise<void> {
  if (acting.saga.lastLogId.toString() !== input.expectedLogId) await stale(query, acting, BigInt(input.expectedLogId));
}

async function stale(query: Query, acting: ActingSaga, seen: bigint): Promise<never> {
  const newer = acting.rows.filter((row: SagaRow) => row.id > seen).length;
  const range = { limit: SINCE_ROWS, sinceId: seen };
  const { entries } = await readLogEntries(query, acting.columns, acting.saga.sagaId, range);
  const since = entries.map((entry) => ({ ...entry, createdAt: iso(entry.createdAt) }));
  const text =
    newer > 0
      ? `The saga has moved since you looked: ${newer === 1 ? '1 newer row' : `${newer} newer rows`}. Look at the new plan.`
      : 'Its definition, services or interventions changed since you looked. Look at the new plan.';
  throw new Problem('stale_view', text, { since });
}

async function store(
  query: Query,
  ctx: Ctx,
  input: RequestInput,
  requestHash: string,
  acting: ActingSaga,
  frozen: Plan,
): Promise<StoredIntervention> {
  const { saga } = acting;
  const calls = frozen.steps.filter(isCalled);
  const decision = decide(null, {
    type: 'request',
    at: acting.now,
    id: input.compensationId,
    sagaId: saga.sagaId,
    action: input.action,
    stepName: input.stepName ?? null,
    reason: input.reason,
    by: ctx.actor.name,
    planHash: input.planHash,
    calls: calls.map((step) => ({ stepName: step.stepName, action: step.action, evidenceMs: step.call.evidenceMs })),
    noCalls: frozen.steps.filter((step) => !isCalled(step)).map((step) => step.stepName),
    onFailure: frozen.onFailure,
    needsApproval: frozen.approval !== null,
    expiresAt: frozen.approval?.until ?? null,
  });
  if ('refused' in decision) throw new Problem(decision.refused.code, decision.refused.text);
  for (const step of calls) {
    const effect = { sagaId: saga.sagaId, stepName: step.stepName, action: step.action, undoes: step.undoes };
    await freezeEffect(query, effect, {
      ...effect,
      compensationId: input.compensationId,
      sagaType: saga.sagaType,
      compensatingAction: step.compensation,
      context: step.context,
      requestedBy: ctx.actor.name,
      reason: input.reason,
    });
  }
  await markForRefold(query, saga);
  await ctx.jobs.advance(query, input.compensationId);
  const fresh = {
    tenantId: saga.tenantId ?? '',
    sagaType: saga.sagaType,
    requestHash,
    plan: frozen,
    events: decision.events,
  };
  return insertIntervention(query, fresh, handOf(ctx.actor, 'interventions.request', saga));
}
