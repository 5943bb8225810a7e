import { createHash } from 'node:crypto';
import { type IngestedSagaLog, type IngestSagaLogInput, SagaLogEntry } from '@/core/contract/ingest';
import { permit } from '@/server/auth/permit';
import {
  type ColumnTypes,
  columnTypes,
  insertRows,
  keepAnswer,
  markBackfilled,
  takeKey,
  type TextRow,
} from '@/server/db/ingest';
import type { Query } from '@/server/db/query';
import type { Ctx } from '@/server/http/context';
import { JsonText } from '@/server/http/json-text';
import { Problem } from '@/server/http/problem';
import { itemsOf, parseItem, refuseItem } from './items';
import { refuseForeign, writesEverything } from './reach';
import { logRefusal } from './refused';

const text = (value: number | string | null | undefined): string | null | undefined =>
  value === null || value === undefined ? undefined : String(value);

const toRow = (entry: SagaLogEntry): TextRow => {
  const values: Record<string, string | null | undefined> = {
    saga_id: entry.sagaId.toLowerCase(),
    step_name: entry.stepName,
    status: entry.status,
    created_at: text(entry.createdAt),
    saga_type: text(entry.sagaType),
    phase: text(entry.phase),
    attempt: text(entry.attempt),
    error: text(entry.error),
    context: text(entry.context),
    compensating_action: text(entry.compensatingAction),
    compensation_id: text(entry.compensationId),
    saga_version: text(entry.sagaVersion),
    correlation_id: text(entry.correlationId),
    trace_id: text(entry.traceId),
    tenant_id: text(entry.tenantId),
    service: text(entry.service),
  };
  const row: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined && value !== null) row[name] = value;
  return row;
};

/**
 * Appends rows to saga_log, all or none, once per Idempotency-Key of the caller: the same key and rows again answer the
 * same and write nothing. With `backfill` the rows are not counted in the metrics.
 * @throws Problem `invalid` naming the item, `duplicate` for the key with other rows, `forbidden`, `unavailable`
 */
export async function ingestSagaLog(
  ctx: Ctx,
  input: IngestSagaLogInput,
): Promise<IngestedSagaLog | JsonText<typeof IngestedSagaLog>> {
  permit(ctx, 'logs.ingest');
  const { document, idempotencyKey: key, backfill } = input;
  if (document.format !== 'json') throw new Problem('invalid', 'Send rows of saga_log as application/json.');
  const entries = itemsOf(document.text, { jsonFields: ['error', 'context'] }).map((item, index) =>
    parseItem(SagaLogEntry, item, index),
  );
  entries.forEach(({ tenantId, sagaType }, index) =>
    refuseForeign(ctx.actor, `Item [${index}]`, { tenantId: tenantId ?? null, sagaType: sagaType ?? null }),
  );
  const rows = entries.map(toRow);
  const bodyHash = createHash('sha256')
    .update(JSON.stringify([backfill, rows]))
    .digest('hex');
  const actor = ctx.actor.id;
  try {
    return await ctx.db.transaction(async (query) => {
      const known = await takeKey(query, { actor, key, bodyHash });
      if (known !== null) return answered(known, bodyHash);
      const answer = await write(query, ctx, rows, backfill === '1');
      await keepAnswer(query, actor, key, JSON.stringify(answer));
      return answer;
    });
  } catch (error) {
    throw logRefusal(error, 'saga_log');
  }
}

function answered(
  known: { bodyHash: string; answer: string | null },
  bodyHash: string,
): JsonText<typeof IngestedSagaLog> {
  if (known.bodyHash !== bodyHash || known.answer === null) {
    throw new Problem(
      'duplicate',
      'This Idempotency-Key stands for other rows already. Send the same rows again, or take a new key. Nothing was written.',
    );
  }
  return new JsonText(known.answer);
}

async function write(query: Query, ctx: Ctx, rows: readonly TextRow[], isBackfill: boolean): Promise<IngestedSagaLog> {
  const types = await columnTypes(query, 'saga_log');
  rows.forEach((row, index) => {
    const missing = Object.keys(row).find((name) => !types.has(name));
    if (missing !== undefined) throw refuseItem(index, '', `this saga_log has no column ${missing}`);
  });
  if (!writesEverything(ctx.actor)) await refuseForeignSagas(query, ctx, rows, types);
  const items = await insertRows<{ id: string; sagaId: string }>(
    query,
    'saga_log',
    rows,
    types,
    'id::text AS id, saga_id::text AS "sagaId"',
  );
  if (isBackfill) await markBackfilled(query, items);
  return { items };
}

/** A saga belongs to the first tenant in its log: nobody may put rows into another's. */
async function refuseForeignSagas(query: Query, ctx: Ctx, rows: readonly TextRow[], types: ColumnTypes): Promise<void> {
  const first = (name: string): string =>
    types.has(name)
      ? `(array_agg(l.${name}::text ORDER BY l.id) FILTER (WHERE l.${name} IS NOT NULL))[1]`
      : 'NULL::text';
  const sagas = await query<{ sagaId: string; tenantId: string | null; sagaType: string | null }>(
    `SELECT l.saga_id::text AS "sagaId", ${first('tenant_id')} AS "tenantId", ${first('saga_type')} AS "sagaType"
     FROM public.saga_log l WHERE l.saga_id = ANY($1::uuid[]) GROUP BY l.saga_id`,
    [[...new Set(rows.map((row) => row.saga_id))]],
  );
  for (const { sagaId, ...saga } of sagas) refuseForeign(ctx.actor, `Saga ${sagaId}`, saga);
}
