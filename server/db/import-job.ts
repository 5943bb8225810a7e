import type { ImportWire } from '@/core/contract/imports';
import type { Query } from './query';
import { epochMs } from './saga-log';

/** After this long without a heartbeat the process of an import is taken for dead. */
const SILENT = `interval '30 seconds'`;

export const KILLED = 'The process that ran it ended. Nothing was written; import the file again.';

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
    `INSERT INTO sagascope.import_job (id, tenant_id, file, started_by, bytes_total, marks_events)
     VALUES ($1::text::uuid, $2, $3, $4, $5::text::bigint, true) ON CONFLICT (id) DO NOTHING RETURNING 1 AS inserted`,
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

/** Asks a running import to stop; it looks once a second. False where it is not running, or was asked already. */
export async function askToCancel(query: Query, id: string, by: string): Promise<boolean> {
  const rows = await query(
    `UPDATE sagascope.import_job SET cancelled_by = $2
     WHERE id = $1::text::uuid AND state = 'running' AND cancelled_by IS NULL RETURNING 1 AS asked`,
    [id, by],
  );
  return rows.length > 0;
}

/** Ends the imports that say nothing any more, and answers them. */
export function endSilentJobs(query: Query): Promise<Omit<NewJob, 'bytesTotal'>[]> {
  return query(
    `UPDATE sagascope.import_job SET state = 'failed', phase = 'ended', ended_at = clock_timestamp(), message = $1
     WHERE state = 'running' AND heartbeat_at < now() - ${SILENT}
     RETURNING id::text AS id, nullif(tenant_id, '') AS "tenantId", file, started_by AS "startedBy"`,
    [KILLED],
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
  j.written::float8 AS written, j.known::float8 AS known, j.cases::float8 AS cases, j.bad_lines::float8 AS "badLines", j.marks_events AS "marksEvents",
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
