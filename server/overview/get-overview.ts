import { z } from 'zod';
import { Overview, type OverviewInput } from '@/core/contract/overview';
import { permit } from '@/server/auth/permit';
import { visible } from '@/server/auth/visible';
import { Params } from '@/server/db/params';
import type { Ctx } from '@/server/http/context';
import { JsonText } from '@/server/http/json-text';
import { overviewSql } from './overview-sql';

const MINUTE = 60_000;

/** Buckets of a sparkline: 15 to 30 points whatever the range. */
const BUCKETS: Record<OverviewInput['range'], { bucketMs: number; count: number }> = {
  '15m': { bucketMs: MINUTE, count: 15 },
  '1h': { bucketMs: 2 * MINUTE, count: 30 },
  '24h': { bucketMs: 60 * MINUTE, count: 24 },
  '7d': { bucketMs: 360 * MINUTE, count: 28 },
};

const CAP = 10_000;

const Bucket = z.object({
  type: z.string(),
  bucket: z.int(),
  started: z.int(),
  failed: z.int(),
  compensated: z.int(),
  completed: z.int(),
});
type Bucket = z.infer<typeof Bucket>;
type Ending = Pick<Bucket, 'failed' | 'compensated' | 'completed'>;

const Row = z.object({
  from: z.string(),
  as_of: z.string(),
  items: z.string(),
  facts: z.string(),
});

const Facts = z.object({
  statuses: z.array(z.object({ type: z.string(), status: z.string(), sagas: z.int() })),
  buckets: z.array(Bucket),
  attention: z.int(),
  attentionByType: z.record(z.string(), z.int()),
  definitions: z.record(z.string(), z.object({ version: z.int(), source: z.string() })),
  errors: z.array(
    Overview.shape.errors.element.omit({ series: true }).extend({ buckets: z.array(z.tuple([z.int(), z.int()])) }),
  ),
});
type Facts = z.infer<typeof Facts>;

/** Everything the overview shows, of one moment: counts, series, the eight highest risks, types and errors. */
export async function getOverview(ctx: Ctx, input: OverviewInput): Promise<JsonText<typeof Overview>> {
  permit(ctx, 'overview.read');
  const { bucketMs, count } = BUCKETS[input.range];
  const params = new Params([bucketMs, count, CAP + 1]);
  const of = (table: string) => ({ tenant: `${table}.tenant_id`, sagaType: `${table}.saga_type` });
  const sql = overviewSql({
    sagas: visible(ctx, 'overview.read', params, of('s')),
    statuses: visible(ctx, 'overview.read', params, of('c')),
    minutes: visible(ctx, 'overview.read', params, of('m')),
    mayAct: visible(ctx, 'interventions.request', params, of('s')),
  });
  const [raw] = await ctx.db.replica(sql, params.values);
  const row = Row.parse(raw);
  const facts = Facts.parse(JSON.parse(row.facts));
  const rest: Omit<Overview, 'attention'> = {
    range: input.range,
    from: row.from,
    asOf: row.as_of,
    counts: countsOf(facts),
    bucketMs,
    series: {
      started: seriesOf(facts.buckets, count, 'started'),
      failed: seriesOf(facts.buckets, count, 'failed'),
      compensated: seriesOf(facts.buckets, count, 'compensated'),
      completed: seriesOf(facts.buckets, count, 'completed'),
    },
    types: typesOf(facts, count, (bucketMs * count) / MINUTE),
    errors: facts.errors.map(({ buckets, ...error }) => ({ ...error, series: filled(buckets, count) })),
  };
  return new JsonText(`{"attention":${row.items},${JSON.stringify(rest).slice(1)}`);
}

function countsOf(facts: Facts): Overview['counts'] {
  const now = (status: string): number =>
    sum(facts.statuses.filter((one) => one.status === status).map((one) => one.sagas));
  return {
    running: now('RUNNING'),
    compensating: now('COMPENSATING'),
    completed: sum(facts.buckets.map((one) => one.completed)),
    failed: sum(facts.buckets.map((one) => one.failed)),
    compensated: sum(facts.buckets.map((one) => one.compensated)),
    attention: { value: Math.min(facts.attention, CAP), capped: facts.attention > CAP },
  };
}

function typesOf(facts: Facts, count: number, minutes: number): Overview['types'] {
  const names = new Set([
    ...facts.statuses.filter((one) => one.sagas > 0).map((one) => one.type),
    ...facts.buckets.map((one) => one.type),
  ]);
  const types = [...names].map((sagaType) => {
    const buckets = facts.buckets.filter((one) => one.type === sagaType);
    const started = sum(buckets.map((one) => one.started));
    return {
      sagaType,
      running: facts.statuses.find((one) => one.type === sagaType && one.status === 'RUNNING')?.sagas ?? 0,
      startedPerMinute: started / minutes,
      failureShare: failureShare(buckets),
      failureSeries: Array.from({ length: count }, (_, index) =>
        failureShare(buckets.filter((one) => one.bucket === index)),
      ),
      attention: facts.attentionByType[sagaType] ?? 0,
      definition: facts.definitions[sagaType] ?? null,
    };
  });
  return types.sort(
    (a, b) => b.attention - a.attention || b.startedPerMinute - a.startedPerMinute || compare(a.sagaType, b.sagaType),
  );
}

/** Of those that ended: the share that failed or was compensated; null where none ended. */
function failureShare(buckets: readonly Ending[]): number | null {
  const bad = sum(buckets.map((one) => one.failed + one.compensated));
  const ended = bad + sum(buckets.map((one) => one.completed));
  return ended === 0 ? null : bad / ended;
}

function seriesOf(buckets: readonly Bucket[], count: number, column: 'started' | keyof Ending): number[] {
  return filled(
    buckets.map((one) => [one.bucket, one[column]]),
    count,
  );
}

function filled(pairs: readonly (readonly [number, number])[], count: number): number[] {
  const series = Array.from({ length: count }, () => 0);
  for (const [bucket, value] of pairs) series[bucket] = (series[bucket] ?? 0) + value;
  return series.slice(0, count);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
