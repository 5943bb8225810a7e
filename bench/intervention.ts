import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { PlanWire } from '@/core/contract/interventions';
import { call } from '@/demo/test-shop';
import { openTrial, type Trial } from '@/e2e/faults/trial';
import { WorkerProcess } from '@/e2e/faults/worker-process';
import type { Lifetime } from '@/scripts/lifetime';
import { type Api, newDatabase, openApi } from './bed';
import { type Table, timed, TIMES_HEAD, timesRow } from './table';

const RUNS = 60;
const WARM_UP = 5;
const STEP = 'authorize_payment';
const LOOK_MS = 4;

/** From the click to verified, against the demo's payment service, and where the time goes. */
export async function intervention(life: Lifetime): Promise<Table> {
  const databaseUrl = await newDatabase(life);
  const trial = await openTrial(databaseUrl);
  life.onEnd(() => trial.end());
  const worker = new WorkerProcess(databaseUrl);
  worker.start();
  life.onEnd(() => worker.kill());
  const api = await openApi(life, databaseUrl);
  const samples = { floor: [], bare: [], plan: [], post: [], verified: [] } as Record<Sample, number[]>;
  const parts: Record<Part, number[]> = { queue: [], called: [], proven: [] };
  for (let run = -WARM_UP; run < RUNS; run += 1) {
    const measured = await once(trial, api);
    if (run < 0) continue;
    for (const sample of SAMPLES) samples[sample].push(measured.times[sample]);
    for (const part of PARTS) parts[part].push(measured.parts[part]);
  }
  const row = (name: string, values: readonly number[]): string[] => timesRow(name, values, samples.bare);
  return {
    title: 'intervention: click to verified (one call to the payment service)',
    head: TIMES_HEAD,
    rows: [
      row('floor: SELECT 1', samples.floor),
      row('anchor: the bare signed call', samples.bare),
      row('dry run', samples.plan),
      row('POST answered', samples.post),
      row('POST to verified', samples.verified),
      row('  requested to dispatched', parts.queue),
      row('  dispatched to accepted', parts.called),
      row('  accepted to verified', parts.proven),
    ],
    note: `Through ${api.where}; the worker is a process of its own; verified as looked up every ${LOOK_MS} ms; parts by the journal's clock, whole ms.`,
  };
}

const SAMPLES = ['floor', 'bare', 'plan', 'post', 'verified'] as const;
type Sample = (typeof SAMPLES)[number];
const PARTS = ['queue', 'called', 'proven'] as const;
type Part = (typeof PARTS)[number];

async function once(trial: Trial, api: Api): Promise<{ times: Record<Sample, number>; parts: Record<Part, number> }> {
  const { pool, shop } = trial;
  const [sagaId, other] = [await trial.owe(), await trial.owe()];
  const { rows } = await pool.query<{ id: string; context: string | null }>(
    'select l.id::text, l.context::text from saga_log l where l.saga_id = $1 and l.step_name = $2 order by l.id desc limit 1',
    [other, STEP],
  );
  const [done] = rows;
  if (!done) throw new Error('a saga that owes has a done row');
  const floor = await timed(() => pool.query('select 1'));
  const compensate = {
    sagaId: other,
    stepName: STEP,
    verb: '/compensate',
    undoes: done.id,
    context: done.context,
  } as const;
  const bare = await timed(() => call(shop, compensate));
  const seen: { plan?: PlanWire } = {};
  const plan = await timed(async () => {
    seen.plan = PlanWire.parse(await api.intervene(sagaId, { action: 'COMPENSATE_STEP', stepName: STEP }, '?dryRun=1'));
  });
  const id = randomUUID();
  const body = {
    action: 'COMPENSATE_STEP',
    stepName: STEP,
    reason: 'a benchmark of the console',
    expectedLogId: seen.plan?.asOfLogId,
    planHash: seen.plan?.planHash,
    compensationId: id,
  };
  const start = performance.now();
  await api.intervene(sagaId, body);
  const post = performance.now() - start;
  for (let state = ''; state !== 'verified'; await pause(state === 'verified' ? 0 : LOOK_MS)) {
    const found = await pool.query<{ state: string }>('select state from sagascope.intervention where id = $1', [id]);
    state = found.rows[0]?.state ?? '';
    if (performance.now() - start > 60_000) throw new Error(`still ${state} after a minute`);
  }
  return { times: { floor, bare, plan, post, verified: performance.now() - start }, parts: await partsOf(trial, id) };
}

async function partsOf({ pool }: Trial, id: string): Promise<Record<Part, number>> {
  const { rows } = await pool.query<{ type: string; at: number }>(
    `select type, round(extract(epoch from at) * 1000)::float8 as at from sagascope.journal where intervention_id = $1`,
    [id],
  );
  const at = (type: string): number => rows.find((row) => row.type === type)?.at ?? Number.NaN;
  return {
    queue: at('CallDispatched') - at('InterventionRequested'),
    called: at('CallAccepted') - at('CallDispatched'),
    proven: at('InterventionVerified') - at('CallAccepted'),
  };
}
