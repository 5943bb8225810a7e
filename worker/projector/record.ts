import type { DefinitionVersion } from '@/core/definition/definition';
import { headline } from '@/core/narrative/headline';
import { suggest } from '@/core/narrative/suggest';
import { chooseDefinition } from '@/core/saga/choose';
import { compactSteps } from '@/core/saga/compact';
import { fold } from '@/core/saga/fold';
import { at, type SagaRow } from '@/core/saga/row';
import type { InterventionFact, Saga } from '@/core/saga/saga';
import type { FirstStart } from '@/worker/follower/source';
import { INDEXED_CHARACTERS, indexable, NAME_CHARACTERS } from './storable';

const SILENT_MS = 7 * 24 * 3_600_000;

/** A row of sagascope.saga as json_to_recordset reads it: names are columns, times epoch ms, 64-bit numbers text. */
export interface SagaRecord {
  tenant_id: string;
  saga_id: string;
  saga_type: string;
  status: string;
  attention: readonly { reason: string; since: number; stepName: string | null }[];
  attention_since: number | null;
  business_key: string | null;
  correlation_id: string;
  trace_id: string | null;
  service: string | null;
  steps: readonly object[];
  step_names: readonly string[];
  current_step: string | null;
  error_code: string | null;
  error_attempts: number | null;
  error_category: string | null;
  error_step: string | null;
  headline: string;
  suggestion: object | null;
  outstanding: number;
  in_doubt: number;
  going_back: boolean;
  started_at: number;
  updated_at: number;
  first_log_id: string;
  last_log_id: string;
  row_count: string;
  definition_version: number | null;
  definition_source: string | null;
  historic: boolean;
}

export type CounterName =
  | 'saga_started_total'
  | 'saga_failed_total'
  | 'saga_compensated_total'
  | 'saga_completed_total';
export const COUNTERS: readonly CounterName[] = [
  'saga_started_total',
  'saga_failed_total',
  'saga_compensated_total',
  'saga_completed_total',
];

/** What the rows of a saga come to in the read models. */
export interface Projected {
  record: SagaRecord;
  /** Counters that it may be counted in, once each. */
  counts: CounterName[];
  /** `service` label of the counters: of the saga's first row. Contract part 5. */
  service: string;
}

/** Folds the rows of one saga (in log order, at least one) and says what lists show of it. Pure; throws what the fold throws. */
export function project(
  rows: readonly SagaRow[],
  versions: readonly DefinitionVersion[],
  first: FirstStart,
  interventions: readonly InterventionFact[] = [],
): Projected {
  const definition = chooseDefinition(rows, versions);
  const saga = fold(rows, definition, [], interventions);
  return {
    record: recordOf(saga, definition, first),
    counts: countsOf(saga, first),
    service: indexable(rows[0]?.service ?? '', NAME_CHARACTERS),
  };
}

const index = (text: string | null): string | null => (text === null ? null : indexable(text, INDEXED_CHARACTERS));

function recordOf(saga: Saga, definition: DefinitionVersion | null, first: FirstStart): SagaRecord {
  const error = saga.lastError;
  const since = saga.attention.map((reason) => reason.since);
  return {
    tenant_id: indexable(saga.tenantId ?? '', NAME_CHARACTERS),
    saga_id: saga.sagaId,
    saga_type: indexable(saga.sagaType, NAME_CHARACTERS),
    status: saga.status,
    attention: saga.attention.map(({ reason, since, stepName }) => ({ reason, since, stepName })),
    attention_since: since.length === 0 ? null : Math.min(...since),
    business_key: index(saga.businessKey),
    correlation_id: indexable(saga.correlationId, INDEXED_CHARACTERS),
    trace_id: index(saga.traceId),
    service: index(saga.service),
    steps: compactSteps(saga),
    step_names: saga.steps.map((step) => indexable(step.name, INDEXED_CHARACTERS)),
    current_step: saga.currentStep,
    error_code: index(error?.code ?? null),
    error_attempts: error === null ? null : Math.min(Math.trunc(error.attempts), 2_147_483_647),
    error_category: error?.category ?? null,
    error_step: error?.stepName ?? null,
    headline: headline(saga, definition),
    suggestion: suggest(saga, definition),
    outstanding: saga.outstanding.length,
    in_doubt: saga.inDoubt.length,
    going_back: saga.goingBack,
    started_at: saga.startedAt,
    updated_at: saga.updatedAt,
    first_log_id: saga.firstLogId.toString(),
    last_log_id: saga.lastLogId.toString(),
    row_count: saga.rowCount.toString(),
    definition_version: saga.definition?.version ?? null,
    definition_source: saga.definition?.source ?? null,
    historic: isHistoric(saga.updatedAt, first),
  };
}

/** Silent for 7 days before the console's first start. Contract part 2. */
const isHistoric = (updatedAt: number, first: FirstStart): boolean => updatedAt < first.at - SILENT_MS;

// By position and by time: a backfill written after the first start is history too, and would show as a spike.
function countsOf(saga: Saga, first: FirstStart): CounterName[] {
  const isNew = (time: number | null): boolean => time !== null && time >= first.at && saga.lastLogId > first.lastId;
  return [
    ...(isNew(saga.startedAt) && saga.firstLogId > first.lastId ? (['saga_started_total'] as const) : []),
    ...(isNew(saga.firstFailedAt) ? (['saga_failed_total'] as const) : []),
    ...(isNew(saga.firstCompensatedAt) ? (['saga_compensated_total'] as const) : []),
    ...(isNew(saga.firstCompletedAt) ? (['saga_completed_total'] as const) : []),
  ];
}

/**
 * The row of a saga that could not be folded or stored: a fault of ours, so it calls a person under every list rather
 * than being left out. What was known of it stays.
 */
export function unreadable(
  sagaId: string,
  rows: readonly SagaRow[],
  known: Stored | null,
  first: FirstStart,
): Projected {
  const times = rows.map(at);
  const updated = times.at(-1) ?? first.at;
  const record: SagaRecord = {
    tenant_id: known?.tenantId ?? '',
    saga_id: sagaId,
    saga_type: known?.sagaType ?? 'unreadable',
    status: known?.status ?? 'RUNNING',
    attention: [{ reason: 'ANOMALY', since: updated, stepName: null }],
    attention_since: updated,
    business_key: null,
    correlation_id: sagaId,
    trace_id: null,
    service: null,
    steps: [],
    step_names: [],
    current_step: null,
    error_code: null,
    error_attempts: null,
    error_category: null,
    error_step: null,
    headline: 'Cannot be read: see the log of the worker',
    suggestion: null,
    outstanding: 0,
    in_doubt: 0,
    going_back: false,
    started_at: times[0] ?? updated,
    updated_at: updated,
    first_log_id: (rows[0]?.id ?? 0n).toString(),
    last_log_id: (rows.at(-1)?.id ?? 0n).toString(),
    row_count: rows.length.toString(),
    definition_version: null,
    definition_source: null,
    historic: isHistoric(updated, first),
  };
  return { record, counts: [], service: '' };
}

/** What the counters need to know of a saga's row in the read model before it is replaced. */
export interface Stored {
  tenantId: string;
  sagaType: string;
  status: string;
  startedAt: number;
  updatedAt: number;
}

export const storedOf = (record: SagaRecord): Stored => ({
  tenantId: record.tenant_id,
  sagaType: record.saga_type,
  status: record.status,
  startedAt: record.started_at,
  updatedAt: record.updated_at,
});
