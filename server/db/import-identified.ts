import type { JobEnd } from './import-job';
import { stageOf } from './import-stage';
import type { Query } from './query';

/** Lines that are not written though they could be read, and the first of them with their reasons. */
export interface LeftOut {
  count: number;
  bad: JobEnd['bad'];
}

export const NONE_LEFT_OUT: LeftOut = { count: 0, bad: [] };

/** SQL: whether the event of this alias is the staged one of alias `s`. Metadata is not looked at: imports mark it. */
export const isSame = (e: string): string =>
  `coalesce(${e}.aggregate_type = s.type AND ${e}.aggregate_id = s.case_id AND (s.version IS NULL OR ${e}.version = s.version)
    AND ${e}.event_type = s.activity AND ${e}.payload::jsonb::text = s.payload::jsonb::text, false)`;

/**
 * Settles, inside the transaction that writes, which staged events with an id of their own are not written: those that
 * are there already, and those whose id or place is another event's, there or in an earlier line (decision 0010). The
 * next versions of the streams follow the versions that the rest names.
 */
export async function settleIdentified(
  query: Query,
  id: string,
  hasEventVersion: boolean,
  shown: number,
): Promise<LeftOut> {
  const { rows, ids, cases } = stageOf(id);
  await query(`CREATE INDEX ON ${rows} (n)`);
  await query(`ANALYZE ${rows}`);
  // What the table has no column for may still stand in the type: FooV2 is of schema version 2.
  const lost = hasEventVersion
    ? 'false'
    : `s.event_version <> 1 AND right(s.activity, length('V' || s.event_version)) <> 'V' || s.event_version`;
  const [answer] = await query<{ count: number; bad: { at: string; message: string }[] }>(
    `WITH own AS (
       SELECT n, event_id, type, case_id, version, first_value(n) OVER (PARTITION BY event_id ORDER BY n) AS first,
         first_value(event_id) OVER (PARTITION BY type, case_id, version ORDER BY n) AS holder
       FROM ${rows} WHERE event_id IS NOT NULL
     ), judged AS (
       SELECT s.n, s.line, CASE
         WHEN e.event_id IS NOT NULL AND ${isSame('e')} THEN 'known'
         WHEN e.event_id IS NOT NULL THEN 'event ' || s.event_id || ' is there already with other content'
         WHEN own.first <> own.n AND NOT ${isSame('f')} THEN
           'event ' || s.event_id || ' stands in an earlier line with other content'
         WHEN p.position IS NOT NULL AND p.event_id IS NULL AND ${isSame('p')} THEN 'known'
         WHEN p.position IS NOT NULL THEN
           'version ' || s.version || ' of ' || s.type || '/' || s.case_id || ' is another event'
         WHEN s.version IS NOT NULL AND own.holder <> own.event_id THEN
           'version ' || s.version || ' of ' || s.type || '/' || s.case_id || ' is another event, in an earlier line'
         WHEN ${lost} THEN 'this event_store has no column event_version'
         WHEN own.first <> own.n THEN 'known' END AS verdict
       FROM own JOIN ${rows} s ON s.n = own.n
       LEFT JOIN public.event_store e ON e.event_id = own.event_id
       LEFT JOIN public.event_store p
         ON p.aggregate_type = own.type AND p.aggregate_id = own.case_id AND p.version = own.version
       LEFT JOIN (SELECT n, type AS aggregate_type, case_id AS aggregate_id, version, activity AS event_type, payload
         FROM ${rows}) f ON f.n = own.first AND own.first <> own.n
     ), gone AS (
       DELETE FROM ${ids} i USING judged j WHERE i.n = j.n AND j.verdict IS NOT NULL RETURNING j.n, j.line, j.verdict
     ), left_out AS (SELECT * FROM gone WHERE verdict <> 'known')
     SELECT (SELECT count(*) FROM left_out)::float8 AS count,
       (SELECT coalesce(json_agg(json_build_object('at', l.line, 'message', l.verdict) ORDER BY l.n), '[]')
        FROM (SELECT * FROM left_out ORDER BY n LIMIT $1::int) l) AS bad`,
    [Math.max(0, shown)],
  );
  await query(
    `UPDATE ${cases} c SET version = greatest(c.version, named.version)
     FROM (SELECT i.case_no, max(s.version) AS version FROM ${ids} i JOIN ${rows} s USING (n) GROUP BY 1) named
     WHERE named.case_no = c.case_no AND named.version > c.version`,
  );
  return answer ?? NONE_LEFT_OUT;
}
