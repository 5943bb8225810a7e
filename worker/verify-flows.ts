import type { Query } from '@/server/db/query';
import { readSays } from './projector/events/flows';

const NAMED = 1_000;
const PAGE = 2_000;

/**
 * Compares the totals, services and groups of every flow with the events of event_index, and what each event says with
 * its payload, in the caller's snapshot. Answers one sentence for each difference.
 */
export async function verifyFlows(query: Query): Promise<string[]> {
  return [...(await verifyTotals(query)), ...(await verifySays(query)), ...(await verifySharedSays(query))];
}

async function verifyTotals(query: Query): Promise<string[]> {
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

async function verifySays(query: Query): Promise<string[]> {
  const differences: string[] = [];
  for (let after = '-9223372036854775808'; differences.length < NAMED;) {
    const page = await query<{ position: string; name: string; says: string }>(
      `SELECT i.position::text AS position, i.event_name AS name, f.says
       FROM sagascope.event_index i JOIN sagascope.flow_event f ON f.tenant_id = i.tenant_id AND f.position = i.position
       WHERE i.position > $1::bigint ORDER BY i.position LIMIT ${PAGE}`,
      [after],
    );
    const events = page.map(({ position, name, says }) => ({ position: BigInt(position), name, says }));
    const said = await readSays(query, events);
    for (const { position, says } of events) {
      const expected = said.get(position) ?? '';
      if (says !== expected)
        differences.push(`Event ${position} says "${says}" in its flow, its payload says "${expected}".`);
    }
    if (page.length < PAGE) break;
    after = page.at(-1)?.position ?? after;
  }
  return differences;
}

async function verifySharedSays(query: Query): Promise<string[]> {
  const rows = await query<{ flow: string; name: string; kept: string | null; shared: string | null }>(
    `SELECT f.correlation_id AS flow, g.event_name AS name, g.says AS kept, s.shared
     FROM sagascope.flow_group g JOIN sagascope.flow f ON f.tenant_id = g.tenant_id AND f.flow_id = g.flow_id
     CROSS JOIN LATERAL (SELECT CASE WHEN min(e.says) = max(e.says) THEN min(e.says) END AS shared, count(*) AS events
       FROM sagascope.flow_event e WHERE e.group_id = g.group_id) s
     WHERE s.events > 0 AND g.says IS DISTINCT FROM s.shared LIMIT ${NAMED}`,
  );
  const words = (says: string | null): string => (says === null ? 'different things' : `"${says}"`);
  return rows.map(
    ({ flow, name, kept, shared }) =>
      `Flow ${flow} has ${name} saying ${words(kept)}, its events say ${words(shared)}.`,
  );
}
