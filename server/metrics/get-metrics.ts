import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { z } from 'zod';
import { ACTIONS } from '@/core/contract/action';
import { permit } from '@/server/auth/permit';
import type { Query } from '@/server/db/query';
import { readFollower } from '@/server/health/projection';
import type { Ctx } from '@/server/http/context';
import { attentionSql, countersSql, interventionsSql, OUTCOMES, pendingSql } from './metrics-sql';

/** Pairs of service and saga type that are told: four series each. The rest is counted in saga_pairs_left_out. */
const MOST_PAIRS = 1_000;
const LONGEST_LABEL = 120;

const COUNTERS = {
  saga_started_total: 'Sagas whose first row was seen.',
  saga_failed_total: 'Sagas in which a required step failed for good, or a compensation began.',
  saga_compensated_total: 'Sagas that came to COMPENSATED, each once.',
  saga_completed_total: 'Sagas that came to COMPLETED, each once.',
} as const;
const isCounter = (name: string): name is keyof typeof COUNTERS => Object.hasOwn(COUNTERS, name);

const CounterRows = z.array(
  z.object({ name: z.string(), service: z.string(), sagaType: z.string(), value: z.number(), pairs: z.number() }),
);
const Value = z.object({ value: z.number() });
const AttentionRows = z.array(Value.extend({ reason: z.string() }));
const InterventionRows = z.array(Value.extend({ action: z.string(), outcome: z.string() }));

/**
 * GET /api/metrics: the text format of Prometheus. Who reads for some tenants gets the sums of those; lag and process are
 * the console's own. saga_step_duration_seconds is not among them: nothing stores its buckets.
 * @throws Problem `forbidden`; `unavailable` where the database does not answer, so that a scrape fails as a whole
 */
export async function getMetrics(ctx: Ctx): Promise<string> {
  permit(ctx, 'metrics.read');
  const registry = new Registry();
  const { replica } = ctx.db;
  const [counters, [pending], attention, interventions, follower] = await Promise.all([
    read(replica, countersSql(ctx, MOST_PAIRS, LONGEST_LABEL)),
    read(replica, pendingSql(ctx)),
    read(replica, attentionSql(ctx)),
    read(replica, interventionsSql(ctx)),
    readFollower(ctx.db.primary),
  ]);
  addCounters(registry, CounterRows.parse(counters));
  gauge(registry, 'saga_compensation_pending', 'Sagas going back with effects still in the world, unsettled.').set(
    Value.parse(pending).value,
  );
  const needed = gauge(registry, 'saga_attention', 'Sagas that call a person, by their worst reason.', ['reason']);
  for (const { reason, value } of AttentionRows.parse(attention)) needed.set({ reason }, value);
  addInterventions(registry, InterventionRows.parse(interventions));
  const lag = follower.projection.lag_ms;
  // Never measured is no number: a scrape without the series is not a lag of 0.
  if (lag !== null) {
    gauge(registry, 'projection_lag_seconds', 'How long rows of the log wait until they are shown.').set(lag / 1000);
  }
  return `${await registry.metrics()}\n${await ofProcess().metrics()}`;
}

const read = (query: Query, { sql, params }: { sql: string; params: readonly unknown[] }) =>
  query<unknown>(sql, params);

const gauge = <Label extends string = never>(registry: Registry, name: string, help: string, labels: Label[] = []) =>
  new Gauge({ name, help, labelNames: labels, registers: [registry] });

function addCounters(registry: Registry, rows: z.infer<typeof CounterRows>): void {
  const counters = new Map(
    Object.entries(COUNTERS).map(([name, help]) => [
      name,
      new Counter({ name, help, labelNames: ['service', 'saga_type'], registers: [registry] }),
    ]),
  );
  for (const { name, service, sagaType, value } of rows) {
    if (isCounter(name)) counters.get(name)?.inc({ service, saga_type: sagaType }, value);
  }
  const told = new Set(rows.map(({ service, sagaType }) => JSON.stringify([service, sagaType]))).size;
  gauge(registry, 'saga_pairs_left_out', `Pairs of service and saga type beyond the ${MOST_PAIRS} that are told.`).set(
    Math.max(0, (rows[0]?.pairs ?? 0) - told),
  );
}

function addInterventions(registry: Registry, rows: z.infer<typeof InterventionRows>): void {
  const total = new Counter({
    name: 'intervention_total',
    help: 'Interventions by what they came to, once each per outcome: one that failed and was verified later is in both.',
    labelNames: ['action', 'outcome'],
    registers: [registry],
  });
  // All exist at 0, so that the first of them is seen as an increase.
  for (const action of ACTIONS) for (const outcome of OUTCOMES) total.inc({ action, outcome }, 0);
  for (const { action, outcome, value } of rows) total.inc({ action, outcome }, value);
}

// Kept on globalThis: a development server evaluates this module again, and each registry holds timers.
const kept = globalThis as typeof globalThis & { sagascopeProcessMetrics?: Registry };

function ofProcess(): Registry {
  if (kept.sagascopeProcessMetrics === undefined) {
    kept.sagascopeProcessMetrics = new Registry();
    collectDefaultMetrics({ register: kept.sagascopeProcessMetrics });
  }
  return kept.sagascopeProcessMetrics;
}
