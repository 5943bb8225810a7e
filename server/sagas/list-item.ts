import { ATTENTION_REASONS } from '@/core/saga/saga';

// The SQL that lists, overview and worklist share. `s` is always a row of sagascope.saga.

/** ISO 8601 UTC with milliseconds, as the wire has times. */
export const isoMs = (expression: string): string =>
  `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** A time as a sort key in a cursor: microseconds since 1970, so that no two rows share a place. */
export const micros = (expression: string): string => `(extract(epoch from ${expression}) * 1000000)::bigint::text`;

/** The time of a {@link micros} key; in two parts, because an interval is multiplied as a double. */
export const timeOf = (parameter: string): string =>
  `(timestamptz 'epoch' + (${parameter}::text::bigint / 1000000) * interval '1 second' + (${parameter}::text::bigint % 1000000) * interval '1 microsecond')`;

/** A reason is due: the partial index on attention_since answers this; historic sagas call nobody. */
export const DUE = '(s.attention_since <= now() and not s.historic)';
export const NOT_DUE = '(s.attention_since is null or s.attention_since > now() or s.historic)';

/**
 * Joins the worst reason that is due as `a(reason, since, rank)`; no row where none is. Reasons stand worst first in the
 * column, and the database's clock decides what is due. Contract part 2.
 */
export const WORST_DUE = `lateral (
  select e.value->>'reason' as reason, (e.value->>'since')::numeric as since,
         array_position(array['${ATTENTION_REASONS.join("','")}'], e.value->>'reason') as rank
    from jsonb_array_elements(s.attention) with ordinality as e(value, n)
   where not s.historic and (e.value->>'since')::numeric <= extract(epoch from now()) * 1000
   order by e.n limit 1) a`;

/**
 * One list item as JSON, from `s` and `a`. Shape: SagaListItem.
 * @param mayAct SQL condition over `s`: whether the reader's role reaches it for interventions
 */
export const listItem = (mayAct: string): string => `json_build_object(
  'sagaId', s.saga_id, 'sagaType', s.saga_type, 'status', s.status,
  'attention', case when a.reason is null then null
    else json_build_object('reason', a.reason, 'since', ${isoMs('to_timestamp(a.since / 1000)')}) end,
  'businessKey', s.business_key, 'tenantId', nullif(s.tenant_id, ''),
  'steps', s.steps, 'currentStep', s.current_step,
  'lastError', case when s.error_code is null then null
    else json_build_object('code', s.error_code, 'attempts', coalesce(s.error_attempts, 0)) end,
  'headline', s.headline,
  'suggestion', case when s.suggestion is null or s.suggestion = 'null'::jsonb then null
    else json_build_object('action', s.suggestion->'action', 'stepName', s.suggestion->'stepName', 'label', s.suggestion->'label', 'mayAct', ${mayAct}) end,
  'startedAt', ${isoMs('s.started_at')}, 'updatedAt', ${isoMs('s.updated_at')}, 'lastLogId', s.last_log_id::text)`;
