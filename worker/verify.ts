import { Client } from 'pg';
import type { DefinitionVersion } from '@/core/definition/definition';
import { contextPaths } from '@/server/db/context-paths';
import { loadDefinitions } from '@/server/db/definitions';
import { interventionFacts } from '@/server/db/interventions';
import { pgQuery, type Query } from '@/server/db/query';
import { readSagaRows, type RowReading, sagaLogColumns } from '@/server/db/saga-log';
import type { FirstStart } from './follower/source';
import { project, type SagaRecord } from './projector/record';
import { identifiersOfRows, keysOfSaga } from './projector/saga-search-keys';
import { verifyEvents } from './verify-events';
import { verifyFlows } from './verify-flows';
import { missingKeys } from './verify-search';
import { verifyInterventions } from './verify-interventions';
import { verifyStreams } from './verify-streams';
import { CONTEXT_BYTES } from './projector/source';
import { recordsArgument, SAGA_RECORDS } from './projector/saga-table';

const PAGE = 1_000;
const NAMED = 1_000;

interface Known {
  versions: DefinitionVersion[];
  reading: RowReading;
  first: FirstStart;
  last: bigint;
}

/**
 * Compares the read models with the full fold of every saga, the kept counters with counts over the sagas, event_index
 * with every event, snapshots of streams with a replay, and every intervention with its journal, in one snapshot beside
 * a running follower. Rows that wait behind an open gap are not counted as missing. Changes nothing.
 */
export async function verify({
  databaseUrl,
  log,
}: {
  databaseUrl: string;
  log: (line: string) => void;
}): Promise<{ differences: string[] }> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'sagascope verify' });
  client.on('error', () => undefined); // the query that waits for it rejects as well
  await client.connect();
  try {
    await client.query(`SET TimeZone = 'UTC'; BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY`);
    const query = pgQuery(client);
    const known = await readKnown(query);
    if (!known) return { differences: ['The follower has never run: there is no checkpoint for saga_log.'] };
    const differences = [
      ...(await verifySagas(query, known, log)),
      ...(await verifyCounters(query)),
      ...(await verifyEvents(query, log)),
      ...(await verifyFlows(query)),
      ...(await verifyStreams(query, log)),
      ...(await verifyInterventions(query)),
    ];
    return { differences };
  } finally {
    await client.end();
  }
}

async function readKnown(query: Query): Promise<Known | null> {
  const [at] = await query<{ last: string; first_at: number; first_id: string }>(
    `SELECT last_id::text AS last, floor(extract(epoch FROM first_started_at) * 1000)::float8 AS first_at,
       first_started_id::text AS first_id FROM sagascope.checkpoint WHERE log = 'saga_log'`,
  );
  if (!at) return null;
  const versions = await loadDefinitions(query, () => undefined);
  const paths = contextPaths(versions.map(({ body }) => body));
  return {
    versions,
    reading: { columns: await sagaLogColumns(query), paths, contextBytes: CONTEXT_BYTES },
    first: { at: at.first_at, lastId: BigInt(at.first_id) },
    last: BigInt(at.last),
  };
}

async function verifySagas(query: Query, known: Known, log: (line: string) => void): Promise<string[]> {
  const differences: string[] = [];
  let after = '00000000-0000-0000-0000-000000000000';
  for (let sagas = 0; ;) {
    const page = await query<{ id: string }>(
      `SELECT id::text AS id FROM (
         (SELECT DISTINCT saga_id AS id FROM public.saga_log WHERE saga_id > $1::uuid AND id <= $2::bigint
          ORDER BY 1 LIMIT ${PAGE})
         UNION (SELECT saga_id FROM sagascope.saga WHERE saga_id > $1::uuid ORDER BY 1 LIMIT ${PAGE})) s
       ORDER BY s.id LIMIT ${PAGE}`,
      [after, known.last.toString()],
    );
    differences.push(
      ...(await verifyPage(
        query,
        known,
        page.map(({ id }) => id),
      )),
    );
    sagas += page.length;
    after = page.at(-1)?.id ?? after;
    if (page.length < PAGE || differences.length >= NAMED) {
      log(`${sagas} sagas compared`);
      return differences;
    }
  }
}

async function verifyPage(query: Query, known: Known, sagaIds: readonly string[]): Promise<string[]> {
  if (sagaIds.length === 0) return [];
  const rows = await readSagaRows(query, known.reading, sagaIds, known.last);
  const facts = await interventionFacts(query, sagaIds);
  const differences = sagaIds
    .filter((id) => !rows.has(id))
    .map((id) => `Saga ${id} is listed but has no row in the log.`);
  const expected: SagaRecord[] = [];
  for (const [sagaId, of] of rows) {
    try {
      expected.push(project(of, known.versions, known.first, facts.get(sagaId)).record);
    } catch (error) {
      differences.push(`Saga ${sagaId} cannot be folded: ${String(error)}`);
    }
  }
  const different = await query<{ id: string; missing: boolean; columns: string[]; waiting: boolean }>(
    `SELECT e.saga_id::text AS id, s.saga_id IS NULL AS missing, w.waiting,
       ARRAY(SELECT k.key FROM jsonb_each(to_jsonb(e)) k WHERE k.value IS DISTINCT FROM to_jsonb(s) -> k.key ORDER BY 1) AS columns
     FROM (${SAGA_RECORDS}) e LEFT JOIN sagascope.saga s ON s.saga_id = e.saga_id
     CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM public.saga_log l JOIN sagascope.open_gap g
       ON g.log = 'saga_log' AND l.id BETWEEN g.from_id AND g.to_id WHERE l.saga_id = e.saga_id)
       OR EXISTS (SELECT FROM sagascope.refold f WHERE f.saga_id = e.saga_id) AS waiting OFFSET 0) w
     WHERE s.saga_id IS NULL OR to_jsonb(e) <> to_jsonb(s)`,
    [recordsArgument(expected)],
  );
  for (const { id, missing, columns, waiting } of different) {
    if (waiting) continue;
    differences.push(
      missing ? `Saga ${id} is in the log but not listed.` : `Saga ${id} differs in ${columns.join(', ')}.`,
    );
  }
  const others = new Set(different.map(({ id }) => id));
  const same = expected.filter((record) => !others.has(record.saga_id));
  const keys = same.flatMap((record) => keysOfSaga(record, identifiersOfRows(rows.get(record.saga_id) ?? [])));
  for (const { target, field, value } of await missingKeys(query, keys))
    differences.push(`Saga ${target} is not found by ${field} "${value}".`);
  return differences;
}

const MINUTES = `
  SELECT tenant_id, saga_type, minute, sum(started)::int AS started, sum(failed)::int AS failed,
    sum(compensated)::int AS compensated, sum(completed)::int AS completed
  FROM (SELECT tenant_id, saga_type, date_trunc('minute', started_at) AS minute, 1 AS started, 0 AS failed,
      0 AS compensated, 0 AS completed FROM sagascope.saga
    UNION ALL SELECT tenant_id, saga_type, date_trunc('minute', updated_at), 0, (status = 'FAILED')::int,
      (status = 'COMPENSATED')::int, (status = 'COMPLETED')::int FROM sagascope.saga
      WHERE status IN ('FAILED', 'COMPENSATED', 'COMPLETED')) s
  GROUP BY 1, 2, 3`;

/** Kept counter, counted again, and how they are compared; a row of zeros says the same as none. */
const COUNTERS = [
  {
    name: 'status_count',
    kept: 'SELECT tenant_id, saga_type, status, sagas FROM sagascope.status_count WHERE sagas <> 0',
    counted: 'SELECT tenant_id, saga_type, status, count(*) AS sagas FROM sagascope.saga GROUP BY 1, 2, 3',
  },
  {
    name: 'minute_stat',
    kept: `SELECT tenant_id, saga_type, minute, started, failed, compensated, completed FROM sagascope.minute_stat
           WHERE started <> 0 OR failed <> 0 OR compensated <> 0 OR completed <> 0`,
    counted: MINUTES,
  },
  {
    name: 'metric_counter',
    kept: 'SELECT name, sum(value)::bigint AS value FROM sagascope.metric_counter GROUP BY 1 HAVING sum(value) <> 0',
    counted: 'SELECT name, count(*) AS value FROM sagascope.metric_counted GROUP BY 1',
  },
] as const;

async function verifyCounters(query: Query): Promise<string[]> {
  const differences: string[] = [];
  for (const { name, kept, counted } of COUNTERS) {
    const rows = await query<{ side: string; row: string }>(
      `SELECT 'kept' AS side, to_json(a)::text AS row FROM (${kept} EXCEPT ${counted}) a
       UNION ALL SELECT 'counted', to_json(b)::text FROM (${counted} EXCEPT ${kept}) b LIMIT ${NAMED}`,
    );
    for (const { side, row } of rows) differences.push(`${name}: only ${side} ${row}`);
  }
  return differences;
}
