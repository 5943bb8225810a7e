import type { LogRowWire } from '@/core/contract/sagas';
import type { Query } from './query';
import { epochMs, type LogColumns } from './saga-log';

/** A context above this is cut where it is shown. Contract part 5. */
export const SHOWN_CONTEXT_BYTES = 65_536;

/** A row as written, times still in epoch ms; a context over 64 kB is its first 65,536 characters, `contextCut` its full length in bytes. */
export type LogEntry = Omit<LogRowWire, 'createdAt'> & { createdAt: number };

const cutContext = (columns: LogColumns): string =>
  columns.has('context')
    ? `CASE WHEN x.bytes <= ${SHOWN_CONTEXT_BYTES} THEN x.whole ELSE left(x.whole, ${SHOWN_CONTEXT_BYTES}) END AS context,
       CASE WHEN x.bytes > ${SHOWN_CONTEXT_BYTES} THEN x.bytes END AS "contextCut"`
    : `NULL::text AS context, NULL::int AS "contextCut"`;

const wholeContext = (columns: LogColumns): string =>
  columns.has('context')
    ? `LEFT JOIN LATERAL (SELECT t.whole, octet_length(t.whole) AS bytes
         FROM (SELECT l.context::text AS whole OFFSET 0) t OFFSET 0) x ON true`
    : '';

function entrySelect(columns: LogColumns): string {
  const optional = (name: string, wire: string, type = 'text'): string =>
    `${columns.has(name) ? `l.${name}::${type}` : `NULL::${type}`} AS "${wire}"`;
  return `l.id::text AS id, coalesce(l.step_name::text, '') AS "stepName", coalesce(l.status::text, '') AS status,
    ${epochMs('coalesce(l.created_at, now())')} AS "createdAt", ${optional('saga_type', 'sagaType')},
    ${optional('phase', 'phase')}, ${optional('attempt', 'attempt', 'float8')}, ${optional('error', 'error')},
    ${cutContext(columns)}, ${optional('compensating_action', 'compensatingAction')},
    ${optional('compensation_id', 'compensationId')}, ${optional('saga_version', 'sagaVersion', 'float8')},
    ${optional('correlation_id', 'correlationId')}, ${optional('trace_id', 'traceId')},
    ${optional('tenant_id', 'tenantId')}, ${optional('service', 'service')}`;
}

/**
 * The newest `limit` rows of one saga in log order, and how many rows it has. `sinceId`: only rows above it (what a
 * stale page has not seen); `beforeId`: only rows below it (paging back).
 */
export async function readLogEntries(
  query: Query,
  columns: LogColumns,
  sagaId: string,
  range: { limit: number; sinceId?: bigint; beforeId?: bigint },
): Promise<{ entries: LogEntry[]; total: number }> {
  const entries = await query<LogEntry>(
    `SELECT ${entrySelect(columns)} FROM public.saga_log l ${wholeContext(columns)}
     WHERE l.saga_id = $1::uuid AND l.id > $2::bigint AND l.id < $3::bigint ORDER BY l.id DESC LIMIT $4::int`,
    [sagaId, (range.sinceId ?? -1n).toString(), (range.beforeId ?? 9223372036854775807n).toString(), range.limit],
  );
  const [counted] = await query<{ total: number }>(
    'SELECT count(*)::float8 AS total FROM public.saga_log WHERE saga_id = $1::uuid',
    [sagaId],
  );
  return { entries: entries.reverse(), total: counted?.total ?? 0 };
}

/** The newest context of a saga as JSON text (cut above 64 kB, `cut` is then its full length in bytes); null: no row has one. */
export async function readLastContext(
  query: Query,
  columns: LogColumns,
  sagaId: string,
): Promise<{ logId: string; context: string; cut: number | null } | null> {
  if (!columns.has('context')) return null;
  const [found] = await query<{ id: string; context: string; contextCut: number | null }>(
    `SELECT l.id::text AS id, ${cutContext(columns)} FROM public.saga_log l ${wholeContext(columns)}
     WHERE l.saga_id = $1::uuid AND l.context IS NOT NULL ORDER BY l.id DESC LIMIT 1`,
    [sagaId],
  );
  return found ? { logId: found.id, context: found.context, cut: found.contextCut } : null;
}
