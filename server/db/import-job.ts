import type { ImportWire } from '@/core/contract/imports';
import type { Query } from './query';
import { epochMs } from './saga-log';

/** After this long without a heartbeat the process of an import is taken for dead. */
const SILENT = `interval '30 seconds'`;

const KILLED = 'The process that ran it ended. Nothing was written; import the file again.';

export interface NewJob {
  id: string;
  tenantId: string | null;
  file: string;
  startedBy: string;
  bytesTotal: number | null;
}

/** Begins the record of an import; false where there is one of this id. */
export async function insertJob(query: Query, job: NewJob): Promise<boolean> {
  const rows = await query(
    `INSERT INTO sagascope.import_job (id, tenant_id, file, started_by, bytes_total)
     VALUES ($1::text::uuid, $2, $3, $4, $5::text::bigint) ON CONFLICT (id) DO NOTHING RETURNING 1 AS inserted`,
    [job.id, job.tenantId ?? '', job.file, job.startedBy, job.bytesTotal?.toString() ?? null],
  );
  return rows.length > 0;
}

export interface JobProgress {
  phase: ImportWire['phase'];
  bytesRead: number;
  events: number;
  badLines: number;
}

/** Tells that the import lives and how far it is; answers who wants it cancelled, and whether it still counts as running. */
export async function beat(
  query: Query,
  id: string,
  progress: JobProgress,
): Promise<{ cancelledBy: string | null; running: boolean }> {
  const [row] = await query<{ by: string | null; running: boolean }>(
    `UPDATE sagascope.import_job SET heartbeat_at = clock_timestamp(), phase = $2, bytes_read = $3::text::bigint,
       events = $4::text::bigint, bad_lines = $5::text::bigint
     WHERE id = $1::text::uuid AND state = 'running' RETURNING cancelled_by AS by, true AS running`,
    [id, progress.phase, ...[progress.bytesRead, progress.events, progress.badLines].map(String)],
  );
  return { cancelledBy: row?.by ?? null, running: row?.running ?? false };
}

export interface JobEnd {
  state: 'done' | 'failed' | 'cancelled';
  bytesRead: number;
  events: number;
  written: number;
  known: number;
  cases: number;
  badLines: number;
  bad: readonly { at: string; message: string }[];
  message: string | null;
}

/** Ends a running import; false where it is not running any more (given up as dead, or ended by another hand). */
export async function endJob(query: Query, id: string, end: JobEnd): Promise<boolean> {
  const rows = await query(
    `UPDATE sagascope.import_job SET state = $2, phase = 'ended', bytes_read = $3::text::bigint,
       events = $4::text::bigint, written = $5::text::bigint, known = $6::text::bigint, cases = $7::text::bigint,
       bad_lines = $8::text::bigint, bad = $9::text::jsonb, message = $10, ended_at = clock_timestamp()
     WHERE id = $1::text::uuid AND state = 'running' RETURNING 1 AS ended`,
    [
      id,
      end.state,
      ...[end.bytesRead, end.events, end.written, end.known, end.cases, end.badLines].map(String),
      JSON.stringify(end.bad),
      end.message,
    ],
  );
  return rows.length > 0;
}

/** Asks a running import to stop; it looks once a second. */
export async function askToCancel(query: Query, id: string, by: string): Promise<void> {
  await query(
    `UPDATE sagascope.import_job SET cancelled_by = coalesce(cancelled_by, $2)
     WHERE id = $1::text::uuid AND state = 'running'`,
    [id, by],
  );
}

/** Running imports that live. */
export async function runningJobs(query: Query): Promise<number> {
  const [row] = await query<{ n: number }>(
    `SELECT count(*)::int AS n FROM sagascope.import_job WHERE state = 'running' AND heartbeat_at > now() - ${SILENT}`,
  );
  return row?.n ?? 0;
}

export type RawJob = Omit<ImportWire, 'startedAt' | 'endedAt' | 'bad'> & {
  bad: string;
  startedAt: number;
  endedAt: number | null;
};

/** Select list of an import over `sagascope.import_job j`. A running one that is silent reads as failed. */
const JOB = `j.id::text AS id, j.file, nullif(j.tenant_id, '') AS "tenantId", j.started_by AS "startedBy",
  CASE WHEN j.state = 'running' AND j.heartbeat_at < now() - ${SILENT} THEN 'failed' ELSE j.state END AS state, j.phase,
  j.bytes_read::float8 AS "bytesRead", j.bytes_total::float8 AS "bytesTotal", j.events::float8 AS events,
  j.written::float8 AS written, j.known::float8 AS known, j.cases::float8 AS cases, j.bad_lines::float8 AS "badLines",
  j.bad::text AS bad,
  CASE WHEN j.state = 'running' AND j.heartbeat_at < now() - ${SILENT} THEN '${KILLED}' ELSE j.message END AS message,
  ${epochMs('j.started_at')} AS "startedAt", CASE WHEN j.ended_at IS NOT NULL THEN ${epochMs('j.ended_at')} END AS "endedAt"`;

/** Imports, newest first; `where` is over alias `j` and its parameters are `$1…`. */
export function readJobs(query: Query, where: string, params: readonly unknown[], limit: number): Promise<RawJob[]> {
  return query<RawJob>(
    `SELECT ${JOB} FROM sagascope.import_job j WHERE ${where} ORDER BY j.started_at DESC, j.id LIMIT ${limit}`,
    params,
  );
}

/** The tables of an import, as SQL names. */
export const stageOf = (id: string): { rows: string; ids: string } => {
  const name = `import_${id.replaceAll('-', '').toLowerCase()}`;
  return { rows: `sagascope.${name}`, ids: `sagascope.${name}_ids` };
};

/** Ends imports whose process is gone, and drops tables that no running import owns. Safe at any moment, from any process. */
export async function sweepImports(query: Query): Promise<void> {
  await query(
    `UPDATE sagascope.import_job SET state = 'failed', phase = 'ended', ended_at = clock_timestamp(), message = $1
     WHERE state = 'running' AND heartbeat_at < now() - ${SILENT}`,
    [KILLED],
  );
  const left = await query<{ name: string }>(
    `SELECT c.relname::text AS name FROM pg_class c
     WHERE c.relnamespace = 'sagascope'::regnamespace AND c.relkind = 'r' AND c.relname ~ '^import_[0-9a-f]{32}(_ids)?$'
       AND NOT EXISTS (SELECT FROM sagascope.import_job j
         WHERE j.state = 'running' AND replace(j.id::text, '-', '') = substr(c.relname, 8, 32))`,
  );
  for (const { name } of left) await query(`DROP TABLE IF EXISTS sagascope.${name}`);
}
