import { z } from 'zod';
import type { Diagnostics } from '@/core/contract/health';
import { permit } from '@/server/auth/permit';
import { watchedRelations } from '@/server/db/lock-evidence';
import { type InspectedLog, inspectLogs } from '@/server/db/logs';
import type { Query } from '@/server/db/query';
import type { Ctx } from '@/server/http/context';
import { isoMs } from '@/server/sagas/list-item';
import { getHealth } from './get-health';

type LogReport = Diagnostics['logs'][number];

/** Up to here rows are counted; a larger table answers the planner's estimate. */
const COUNTED = 50_000;

const Server = z.object({ version: z.string(), name: z.string(), primary: z.boolean() });

const Standing = z.object({
  estimate: z.number(),
  checkpoint: z.string().nullable(),
  gaps: z.string(),
  ranges: z.number(),
  ids: z.string(),
});

const Gaps = z.array(z.object({ fromId: z.string(), toId: z.string(), since: z.string(), heldBy: z.string() }));

/** What the diagnostics page shows: the database, the level of right, and how each log is followed. */
export async function getDiagnostics(ctx: Ctx): Promise<Diagnostics> {
  permit(ctx, 'diagnostics.read');
  const query = ctx.db.primary;
  const [row] = await query(
    `select current_setting('server_version') as version, current_database()::text as name, not pg_is_in_recovery() as primary`,
  );
  const server = Server.parse(row);
  const inspected = await inspectLogs(query);
  const logs: LogReport[] = [];
  for (const log of inspected.logs) logs.push(await reportOf(query, log));
  return {
    health: await getHealth(ctx),
    database: {
      ...server,
      embedded: process.env.SAGASCOPE_EMBEDDED === '1',
      right: inspected.right,
      rightText: inspected.rightText,
    },
    logs,
  };
}

async function reportOf(query: Query, log: InspectedLog): Promise<LogReport> {
  const standing = Standing.parse((await query(STANDING, [log.table]))[0]);
  return {
    table: log.table,
    exists: log.exists,
    createdByUs: log.createdByUs,
    appendOnly: log.appendOnly,
    missingColumns: log.missingColumns,
    rows: log.exists ? await rowsOf(query, log.table, standing.estimate) : { value: '0', exact: true },
    checkpoint: standing.checkpoint,
    lockEvidence: log.exists ? await evidenceOf(query, log.table) : { ok: false, why: 'There is no such table.' },
    openGaps: Gaps.parse(JSON.parse(standing.gaps)),
    skipped: { ranges: standing.ranges, ids: standing.ids },
  };
}

async function rowsOf(query: Query, table: LogReport['table'], estimate: number): Promise<LogReport['rows']> {
  if (estimate > COUNTED) return { value: String(Math.round(estimate)), exact: false };
  const [row] = await query<{ rows: string }>(
    `select count(*)::text as rows from (select 1 from public.${table === 'saga_log' ? 'saga_log' : 'event_store'} limit ${COUNTED + 1}) l`,
  );
  const value = row?.rows ?? '0';
  return { value, exact: Number(value) <= COUNTED };
}

/** Whether locks can prove that nobody fills a gap any more: what the follower of this log goes by. */
async function evidenceOf(query: Query, table: LogReport['table']): Promise<LogReport['lockEvidence']> {
  const { noEvidence } = await watchedRelations(query, `public.${table}`, table === 'saga_log' ? 'id' : 'position');
  return noEvidence === null
    ? { ok: true, why: 'Primary; the sequence has CACHE 1, INCREMENT 1, NO CYCLE.' }
    : { ok: false, why: `Gaps stay open for 24 hours: ${noEvidence}.` };
}

const STANDING = `
select coalesce((select sum(greatest(c.reltuples, 0)) from pg_class c where c.relkind = 'r' and c.oid in (
          select t.relid from pg_partition_tree(to_regclass('public.' || $1::text)) t where t.isleaf
          union select to_regclass('public.' || $1::text))), 0)::float8 as estimate,
       (select last_id::text from sagascope.checkpoint where log = $1::text) as checkpoint,
       (select coalesce(json_agg(json_build_object('fromId', from_id::text, 'toId', to_id::text, 'since', ${isoMs('since')},
          'heldBy', why) order by from_id), '[]')
          from (select * from sagascope.open_gap where log = $1::text order by from_id limit 200) g)::text as gaps,
       (select count(*) from sagascope.skipped_position where log = $1::text)::float8 as ranges,
       (select coalesce(sum(to_id - from_id + 1), 0) from sagascope.skipped_position where log = $1::text)::text as ids`;
