import type { Query } from '@/server/db/query';

const NAMED = 1_000;

/**
 * Compares the totals, services and groups of every flow with the events of event_index, in the caller's snapshot.
 * Answers one sentence for each difference.
 */
export async function verifyFlows(query: Query): Promise<string[]> {
  const rows = await query<{ flow: string; what: string; kept: string | null; counted: string | null }>(
    `WITH counted AS (
       SELECT i.tenant_id, i.correlation_id, count(*) AS events, min(i.position) AS first, max(i.position) AS last,
         count(f.group_id) AS placed, count(DISTINCT f.group_id) AS groups
       FROM sagascope.event_index i LEFT JOIN sagascope.flow_event f ON f.tenant_id = i.tenant_id AND f.position = i.position
       WHERE i.correlation_id <> '' GROUP BY 1, 2),
     kept AS (
       SELECT f.tenant_id, f.correlation_id, f.events, f.groups, f.first_position, f.last_position,
         (SELECT sum(tick) FROM unnest(f.tick_events) tick) AS ticks,
         (SELECT sum(s.events) FROM sagascope.flow_service s WHERE s.tenant_id = f.tenant_id AND s.flow_id = f.flow_id) AS by_service,
         (SELECT sum(g.events) FROM sagascope.flow_group g WHERE g.tenant_id = f.tenant_id AND g.flow_id = f.flow_id) AS by_group
       FROM sagascope.flow f)
     SELECT coalesce(k.correlation_id, c.correlation_id) AS flow, v.what, v.kept::text AS kept, v.counted::text AS counted
     FROM kept k FULL JOIN counted c USING (tenant_id, correlation_id)
     CROSS JOIN LATERAL (VALUES ('events', k.events, c.events), ('events by service', k.by_service, c.events),
       ('events by group', k.by_group, c.events), ('events by time', k.ticks, c.events), ('placed events', k.events, c.placed),
       ('groups', k.groups, c.groups), ('first position', k.first_position, c.first),
       ('last position', k.last_position, c.last)) AS v(what, kept, counted)
     WHERE v.kept IS DISTINCT FROM v.counted LIMIT ${NAMED}`,
  );
  return rows.map(
    ({ flow, what, kept, counted }) =>
      `Flow ${flow} has ${kept ?? 'no'} ${what}, its events say ${counted ?? 'there are none'}.`,
  );
}
