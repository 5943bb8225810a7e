import { DUE, isoMs, listItem, WORST_DUE } from '@/server/sagas/list-item';

/** What the reader may see of each table, and which sagas (`s`) their role reaches for interventions: SQL conditions. */
export interface OverviewScope {
  /** over `s` (sagascope.saga) */
  sagas: string;
  /** over `c` (sagascope.status_count) */
  statuses: string;
  /** over `m` (sagascope.minute_stat) */
  minutes: string;
  mayAct: string;
}

/**
 * One statement, so that all parts are of one moment. $1: bucket in ms, $2: how many, $3: where counting stops.
 * The last bucket holds now(); buckets begin at whole multiples of their length.
 */
export const overviewSql = (scope: OverviewScope): string => `
with span as (
  select to_timestamp(((floor(extract(epoch from now()) * 1000 / $1::int) - $2::int + 1) * $1::int / 1000)::float8) as since
), minutes as (
  select m.saga_type as type, floor(extract(epoch from m.minute - span.since) * 1000 / $1::int)::int as bucket,
         sum(m.started)::int as started, sum(m.failed)::int as failed, sum(m.compensated)::int as compensated,
         sum(m.completed)::int as completed
    from sagascope.minute_stat m, span where m.minute >= span.since and m.minute <= now() and ${scope.minutes} group by 1, 2
), due as materialized (
  select s.saga_id, s.saga_type, a.rank, a.since from sagascope.saga s left join ${WORST_DUE} on true where ${DUE} and ${scope.sagas}
), top as (
  select saga_id, row_number() over (order by rank nulls last, since, saga_id) as n from due order by n limit 8
), errors as materialized (
  select s.error_code as code, coalesce(s.error_step, '') as step, s.saga_type as type,
         floor(extract(epoch from s.updated_at - span.since) * 1000 / $1::int)::int as bucket, count(*)::int as sagas,
         max(s.updated_at) as last
    from sagascope.saga s, span where s.updated_at >= span.since and s.updated_at <= now() and s.error_code is not null and ${scope.sagas} group by 1, 2, 3, 4
), worst_errors as (
  select code, step, type, sum(sagas)::int as sagas, max(last) as last, json_agg(json_build_array(bucket, sagas)) as buckets
    from errors group by 1, 2, 3 order by 4 desc, 5 desc, 1, 2, 3 limit 6
)
select ${isoMs('(select since from span)')} as "from", ${isoMs('now()')} as as_of,
  (select coalesce(json_agg(${listItem(scope.mayAct)} order by top.n), '[]')
     from top join sagascope.saga s using (saga_id) left join ${WORST_DUE} on true)::text as items,
  json_build_object(
    'statuses', (select coalesce(json_agg(c), '[]') from (
       select c.saga_type as type, c.status, sum(c.sagas)::int as sagas from sagascope.status_count c where ${scope.statuses} group by 1, 2) c),
    'buckets', (select coalesce(json_agg(minutes), '[]') from minutes),
    'attention', (select count(*) from (select 1 from due limit $3::int) d),
    'attentionByType', (select coalesce(json_object_agg(saga_type, sagas), '{}') from (
       select saga_type, count(*) as sagas from due group by 1) d),
    'definitions', (select coalesce(json_object_agg(type, json_build_object('version', version, 'source', source)), '{}') from (
       select distinct on (type) type, version, source from sagascope.definition where kind = 'saga' order by type, version desc) d),
    'errors', (select coalesce(json_agg(json_build_object('code', code, 'stepName', step, 'sagaType', type, 'count', sagas,
       'lastAt', ${isoMs('last')}, 'buckets', buckets) order by sagas desc, last desc, code, step, type), '[]') from worst_errors)
  )::text as facts`;
