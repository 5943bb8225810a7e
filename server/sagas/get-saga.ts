import type { SagaDetail } from '@/core/contract/sagas';
import { durationMs } from '@/core/definition/definition';
import { customerText } from '@/core/narrative/customer';
import { sentence, sentenceText } from '@/core/narrative/sentence';
import { suggest } from '@/core/narrative/suggest';
import { permit } from '@/server/auth/permit';
import { readJournal } from '@/server/db/journal';
import { type LogEntry, readLastContext, readLogEntries } from '@/server/db/saga-log-entries';
import type { Ctx } from '@/server/http/context';
import { activityWire, interventionWire } from '@/server/interventions/intervention-wire';
import { allowedActions, allowedOnStep } from './allowed';
import { loadSaga } from './load-saga';
import type { SagaInput } from './saga-input';
import { attentionWire, iso, stepWire } from './saga-wire';

/** Rows of the log that one answer carries. Contract part 5. */
const SHOWN_ROWS = 500;
const SHOWN_ENTRIES = 50;

/**
 * One saga, folded from its rows in saga_log at this moment, with its story, its rows as written and what may be done.
 * @throws Problem `not_found`
 */
export async function getSaga(ctx: Ctx, { sagaId }: SagaInput): Promise<SagaDetail> {
  permit(ctx, 'sagas.read');
  const query = ctx.db.primary;
  const { saga, definition, columns, facts, interventions, now, historic } = await loadSaga(
    ctx,
    query,
    sagaId,
    'sagas.read',
  );
  const [log, context, entries] = await Promise.all([
    readLogEntries(query, columns, sagaId, { limit: SHOWN_ROWS }),
    readLastContext(query, columns, sagaId),
    // Who sees the saga sees what people did to it.
    readJournal(query, { sagaId, limit: SHOWN_ENTRIES, seen: () => 'true' }),
  ]);
  const due = historic ? [] : saga.attention.filter(({ since }) => since <= now);
  const parts = sentence(saga, definition, now);
  const suggestion = suggest(saga, definition, now);
  const deadline = definition?.body.deadline;
  return {
    sagaId: saga.sagaId,
    sagaType: saga.sagaType,
    status: saga.status,
    attention: due[0] ? attentionWire(due[0]) : null,
    attentionAll: due.map((one) => ({ ...attentionWire(one), stepName: one.stepName })),
    sentence: sentenceText(parts),
    sentenceParts: parts,
    businessKey: saga.businessKey,
    tenantId: saga.tenantId,
    correlationId: saga.correlationId,
    traceId: saga.traceId,
    startedAt: iso(saga.startedAt),
    updatedAt: iso(saga.updatedAt),
    deadlineAt: deadline === undefined ? null : iso(saga.startedAt + durationMs(deadline)),
    lastLogId: saga.lastLogId.toString(),
    definition: saga.definition,
    currentStep: saga.currentStep,
    steps: saga.steps.map((step) => ({ ...stepWire(step), allowed: allowedOnStep(ctx, saga, facts, step.name) })),
    log: log.entries.map(entryWire),
    logTotal: log.total,
    anomalies: saga.anomalies.map(({ kind, logId, stepName }) => ({ kind, logId: logId.toString(), stepName })),
    duplicates: saga.duplicates,
    outstanding: saga.outstanding,
    inDoubt: saga.inDoubt,
    context: context?.context ?? null,
    contextCut: context?.cut ?? null,
    contextLogId: context?.logId ?? null,
    allowed: allowedActions(ctx, saga, facts),
    interventions: interventions.map(interventionWire),
    settlements: [],
    activity: entries.map(activityWire),
    lock: null,
    suggestion: suggestion && { ...suggestion, record: null },
    customerText: customerText(saga, definition),
    asOf: iso(now),
  };
}

const entryWire = (entry: LogEntry): SagaDetail['log'][number] => ({ ...entry, createdAt: iso(entry.createdAt) });
