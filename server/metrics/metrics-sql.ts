import { ATTENTION_REASONS } from '@/core/saga/saga';
import type { InterventionEventType } from '@/core/intervention/events';
import { type Looker, visible } from '@/server/auth/visible';
import { Params } from '@/server/db/params';
import { DUE, WORST_DUE } from '@/server/sagas/list-item';

interface Statement {
  sql: string;
  params: readonly unknown[];
}

/** What the journal says of an intervention's end → the outcome that is counted. */
const OUTCOME_OF = {
  InterventionVerified: 'verified',
  InterventionRecorded: 'recorded',
  InterventionRejected: 'rejected',
  InterventionCancelled: 'cancelled',
  InterventionExpired: 'expired',
  InterventionHalted: 'halted',
  CallFailed: 'failed',
  CallDeadLettered: 'dead_lettered',
  NoEvidenceFound: 'no_evidence',
} as const satisfies Partial<Record<InterventionEventType, string>>;
export const OUTCOMES = Object.values(OUTCOME_OF);

const PERMISSION = 'metrics.read';

/**
 * The counters by name, service and saga type, those with the highest totals first.
 * @param most pairs of service and type that are told; `pairs` says how many there are
 * @param longest characters of a label value; what begins the same beyond that is one
 */
export function countersSql(looker: Looker, most: number, longest: number): Statement {
  const params = new Params([most, longest]);
  const seen = visible(looker, PERMISSION, params, { tenant: 'c.tenant_id', sagaType: 'c.saga_type' });
  const sql = `
    with pair as (
      select left(c.service, $2::int) as service, left(c.saga_type, $2::int) as saga_type, c.name, sum(c.value) as value
        from sagascope.metric_counter c where ${seen} group by 1, 2, 3
    ), ranked as (
      select *, dense_rank() over (order by total desc, service, saga_type) as place
        from (select *, max(value) over (partition by service, saga_type) as total from pair) p
    )
    select r.name, r.service, r.saga_type as "sagaType", r.value::float8 as value,
           (select count(distinct (p.service, p.saga_type)) from pair p)::float8 as pairs
      from ranked r where r.place <= $1::int order by 1, 2, 3`;
  return { sql, params: params.values };
}

/** Sagas that go back and still owe something, unsettled. */
export function pendingSql(looker: Looker): Statement {
  const params = new Params();
  const seen = visible(looker, PERMISSION, params, { tenant: 's.tenant_id', sagaType: 's.saga_type' });
  const sql = `select count(*)::float8 as value from sagascope.saga s where s.going_back and s.outstanding > 0 and ${seen}`;
  return { sql, params: params.values };
}

/** Sagas in attention by their worst reason that is due. */
export function attentionSql(looker: Looker): Statement {
  const params = new Params([[...ATTENTION_REASONS]]);
  const seen = visible(looker, PERMISSION, params, { tenant: 's.tenant_id', sagaType: 's.saga_type' });
  const sql = `
    select r.reason, count(w.reason)::float8 as value
      from unnest($1::text[]) as r(reason)
      left join (select a.reason from sagascope.saga s join ${WORST_DUE} on true where ${DUE} and ${seen}) w
        on w.reason = r.reason group by 1 order by 1`;
  return { sql, params: params.values };
}

/** How many interventions came to each end, once per intervention and end: the journal only grows, and so do these. */
export function interventionsSql(looker: Looker): Statement {
  const params = new Params([Object.keys(OUTCOME_OF), OUTCOMES]);
  const seen = visible(looker, PERMISSION, params, { tenant: 'i.tenant_id', sagaType: 'i.saga_type' });
  const sql = `
    select i.action, o.outcome, count(distinct i.id)::float8 as value
      from unnest($1::text[], $2::text[]) as o(type, outcome)
      join sagascope.journal j on j.type = o.type
      join sagascope.intervention i on i.id = j.intervention_id
     where ${seen} group by 1, 2 order by 1, 2`;
  return { sql, params: params.values };
}
