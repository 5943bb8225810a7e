import { setTimeout as pause } from 'node:timers/promises';
import { wrongShelves } from '@/demo/test-shop';
import { verifyAudit } from '@/server/audit/verify-audit';
import { verify } from '@/worker/verify';
import type { FaultTrial, Run } from './rounds';

/** What became of the runs of one point. */
export interface Line {
  point: string;
  runs: number;
  verified: number;
  /** Not verified, or an effect or its row is missing. */
  lost: number;
  /** An effect, or a row for it, that is there more than once. */
  twice: number;
  /** Dead letters that a person had to send again. */
  retried: number;
  /** The highest number that a call of them carried: a call that we cut ourselves keeps its number. */
  attempts: number;
  /** From the fault to verified, ms. */
  slowestMs: number;
}

interface Found {
  sagaId: string;
  verifiedAt: number | null;
  verifiedTimes: number;
  voided: number;
  held: number;
  released: number;
  lines: number;
  reserved: number;
  rows: number[];
  attempts: number;
}

// The participants' own tables and events say what was done, whatever the console believes.
const FOUND = `
  select s.saga_id::text as "sagaId",
    (select round(extract(epoch from max(j.at)) * 1000)::float8 from sagascope.journal j
      where j.saga_id = s.saga_id and j.type = 'InterventionVerified') as "verifiedAt",
    (select count(*)::int from sagascope.journal j
      where j.saga_id = s.saga_id and j.type = 'InterventionVerified') as "verifiedTimes",
    (select count(*)::int from event_store e
      where e.metadata ->> 'saga_id' = s.saga_id::text and e.event_type = 'PaymentVoidedV1') as voided,
    (select count(*)::int from shop.payment_hold h where h.saga_id = s.saga_id and h.state <> 'voided') as held,
    (select count(*)::int from event_store e
      where e.metadata ->> 'saga_id' = s.saga_id::text and e.event_type = 'StockReleasedV1') as released,
    (select count(*)::int from shop.reservation r join shop.reservation_line l using (reservation_id)
      where r.saga_id = s.saga_id) as lines,
    (select count(*)::int from shop.reservation r where r.saga_id = s.saga_id and r.state <> 'released') as reserved,
    array(select (select count(*)::int from saga_log l
            where l.saga_id = s.saga_id and l.step_name = n.step and l.status = 'COMPENSATED')
          from unnest(array['authorize_payment', 'reserve_inventory']) n(step)) as rows,
    (select coalesce(max((call ->> 'attempts')::int), 0) from sagascope.intervention i, jsonb_array_elements(i.course::jsonb -> 'calls') call
      where i.saga_id = s.saga_id) as attempts
  from unnest($1::uuid[]) s(saga_id)`;

/** Counts effects and rows of every run in the shop's own tables. */
export async function verdict({ trial, runs }: FaultTrial): Promise<Line[]> {
  const { rows } = await trial.pool.query<Found>(FOUND, [runs.map(({ sagaId }) => sagaId)]);
  const found = new Map(rows.map((row) => [row.sagaId, row]));
  const lines = new Map<string, Line>();
  for (const run of runs) {
    const line = lines.get(run.point) ?? emptyLine(run.point);
    lines.set(run.point, line);
    add(line, run, found.get(run.sagaId));
  }
  return [...lines.values()];
}

const emptyLine = (point: string): Line => ({
  point,
  runs: 0,
  verified: 0,
  lost: 0,
  twice: 0,
  retried: 0,
  attempts: 0,
  slowestMs: 0,
});

function add(line: Line, run: Run, found: Found | undefined): void {
  line.runs += 1;
  line.retried += run.retried;
  if (found === undefined) {
    line.lost += 1;
    return;
  }
  const { verifiedAt, verifiedTimes, voided, held, released, lines, reserved, rows } = found;
  line.attempts = Math.max(line.attempts, found.attempts);
  if (verifiedAt !== null) {
    line.verified += 1;
    line.slowestMs = Math.max(line.slowestMs, verifiedAt - run.at);
  }
  const isMissing = voided < 1 || released < lines || held + reserved > 0 || rows.some((count) => count < 1);
  if (verifiedAt === null || isMissing) line.lost += 1;
  if (voided > 1 || released > lines || verifiedTimes > 1 || rows.some((count) => count > 1)) line.twice += 1;
}

/** What is wrong with the records themselves: journal, read models, stock. Waits for the follower. */
export async function recordFaults({ trial }: FaultTrial): Promise<string[]> {
  const { fault } = await verifyAudit(trial.ctx);
  const shelves = await wrongShelves(trial.pool);
  const faults = [
    ...(fault === null ? [] : [`journal: ${fault.text}`]),
    ...shelves.map((shelf) => `stock: ${JSON.stringify(shelf)}`),
  ];
  const end = Date.now() + 30_000;
  for (;;) {
    const { differences } = await verify({ databaseUrl: trial.databaseUrl, log: () => undefined });
    if (differences.length === 0 || Date.now() > end) return [...faults, ...differences];
    await pause(250);
  }
}

/** The table, as it is printed. */
export function tableOf(lines: readonly Line[]): string {
  const head = ['kill point', 'runs', 'verified', 'lost', 'twice', 'sent again', 'calls at most', 'slowest recovery'];
  const sum = (of: (line: Line) => number): number => lines.reduce((total, line) => total + of(line), 0);
  const all: Line = {
    point: 'all',
    runs: sum((line) => line.runs),
    verified: sum((line) => line.verified),
    lost: sum((line) => line.lost),
    twice: sum((line) => line.twice),
    retried: sum((line) => line.retried),
    attempts: Math.max(0, ...lines.map((line) => line.attempts)),
    slowestMs: Math.max(0, ...lines.map((line) => line.slowestMs)),
  };
  const rows = [...lines, all].map((line) => [
    line.point,
    ...[line.runs, line.verified, line.lost, line.twice, line.retried, line.attempts].map(String),
    `${(line.slowestMs / 1_000).toFixed(1)} s`,
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const text = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [text(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(text)].join('\n');
}
