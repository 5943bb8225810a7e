import { setTimeout as pause } from 'node:timers/promises';
import { retryIntervention } from '@/server/interventions/change-intervention';
import { Barriers } from './barrier';
import { Gateway } from './gateway';
import { BOTH, type Point, POINTS, RESTARTED } from './points';
import { openTrial, type Trial } from './trial';
import { WorkerProcess } from './worker-process';

/** The two calls of a run, in its order, with the services that they go to. */
export const STEPS = ['authorize_payment', 'reserve_inventory'] as const;
type Step = (typeof STEPS)[number];
const SERVICE: Record<Step, string> = { authorize_payment: 'payment', reserve_inventory: 'inventory' };

/** One intervention that something happened to. */
export interface Run {
  point: string;
  sagaId: string;
  interventionId: string;
  /** When it happened, epoch ms: recovery is counted from here. */
  at: number;
  /** How often a person had to send a dead letter again. */
  retried: number;
}

const REACH_MS = 60_000;
const VERIFY_MS = 120_000;
/** Far beyond any wait here: a held call does not run into its time limit. */
const STEP_TIMEOUT = '60s';

/** What faults are tried on: shop, gateways before its services, barriers in its tables, a worker process. */
export class FaultTrial {
  readonly runs: Run[] = [];

  private constructor(
    readonly trial: Trial,
    readonly worker: WorkerProcess,
    private readonly gateways: ReadonlyMap<string, Gateway>,
    private barriers: Barriers | undefined,
  ) {}

  static async open(databaseUrl: string): Promise<FaultTrial> {
    const gateways = new Map<string, Gateway>();
    const urlOf = async (service: string, url: string): Promise<string> => {
      const gateway = await Gateway.open(url);
      gateways.set(service, gateway);
      return gateway.url;
    };
    const trial = await openTrial(databaseUrl, { urlOf, timeout: STEP_TIMEOUT });
    const worker = new WorkerProcess(databaseUrl);
    worker.start();
    return new FaultTrial(trial, worker, gateways, await Barriers.open(databaseUrl));
  }

  /** Brings one intervention to each point, then kills the worker once, and waits until a new one has ended them all. */
  async killAt(places: readonly { point: Point; step: Step }[]): Promise<Run[]> {
    const barriers = this.barriers;
    if (barriers === undefined) throw new Error('barriers do not outlive a restart: kill first');
    const calledOff: (() => void)[] = [];
    const gate = new EventTarget();
    const open = new Promise<void>((resolve) => gate.addEventListener('open', () => resolve(), { once: true }));
    const held: { run: Run; isThere: (at: Set<number>) => Promise<boolean> }[] = [];
    const sagas = await Promise.all(places.map(async (place) => ({ ...place, sagaId: await this.trial.owe() })));
    for (const { point, step, sagaId } of sagas) {
      let passed = false;
      const barrier = point.barrier && (await barriers.raise(sagaId, step, point.barrier));
      if (point.keeps) {
        const toll = { keeps: point.keeps, reached: () => (passed = true), open };
        calledOff.push(this.gateway(step).hold(sagaId, step, toll));
      }
      const interventionId = await this.trial.compensate(sagaId);
      const isThere = async (at: Set<number>): Promise<boolean> => {
        if (barrier !== undefined) return at.has(barrier);
        return point.accepted ? this.isAccepted(interventionId, step) : passed;
      };
      held.push({ run: { point: point.name, sagaId, interventionId, at: 0, retried: 0 }, isThere });
    }
    const runs = held.map(({ run }) => run);
    await this.until(REACH_MS, 'points that were not reached', async () => {
      const at = await barriers.reached();
      const there = await Promise.all(held.map(({ isThere }) => isThere(at)));
      return held.filter((_, index) => !there[index]).map(({ run }) => run.point);
    });
    await this.worker.kill();
    for (const run of runs) run.at = Date.now();
    for (const off of calledOff) off();
    await barriers.lift();
    gate.dispatchEvent(new Event('open'));
    this.worker.start();
    return this.ended(runs);
  }

  /** Restarts PostgreSQL somewhere within a second and a half of eight runs; `kill` takes the worker with it. */
  async restartDuring(restart: () => Promise<void>, { kill }: { kill: boolean }): Promise<Run[]> {
    await this.barriers?.close();
    this.barriers = undefined;
    for (const gateway of this.gateways.values()) gateway.delay = () => Math.random() * 400;
    const runs: Run[] = [];
    const sagas = await Promise.all(POINTS.map(() => this.trial.owe()));
    for (const sagaId of sagas) {
      const interventionId = await this.trial.compensate(sagaId);
      runs.push({ point: kill ? BOTH : RESTARTED, sagaId, interventionId, at: 0, retried: 0 });
    }
    await pause(Math.random() * 1_500);
    const at = Date.now();
    if (kill) await this.worker.kill();
    await restart();
    for (const run of runs) run.at = at;
    if (kill) this.worker.start();
    return this.ended(runs);
  }

  async close(): Promise<void> {
    await this.worker.kill();
    await this.barriers?.close();
    await this.trial.end();
    for (const gateway of this.gateways.values()) await gateway.close();
  }

  /** Waits for the end of runs; what stopped is sent again as a person would, and counted. */
  private async ended(runs: Run[]): Promise<Run[]> {
    this.runs.push(...runs);
    await this.until(VERIFY_MS, 'interventions that did not end', async () => {
      const { rows } = await this.trial.pool.query<{ id: string; state: string }>(
        'select id::text, state from sagascope.intervention where id = any($1)',
        [runs.map(({ interventionId }) => interventionId)],
      );
      for (const { id, state } of rows) {
        if (!['dead_lettered', 'failed', 'no_evidence'].includes(state)) continue;
        await retryIntervention(this.trial.ctx, { id, reason: 'the service is back' });
        for (const run of runs) if (run.interventionId === id) run.retried += 1;
      }
      const open = rows.filter(({ state }) => state !== 'verified');
      // Whatever else is final does not change any more: the table tells.
      return open
        .filter(({ state }) => !['halted', 'cancelled'].includes(state))
        .map(({ id, state }) => `${id} ${state}`);
    });
    return runs;
  }

  private async isAccepted(id: string, step: Step): Promise<boolean> {
    const { rowCount } = await this.trial.pool.query(
      `select from sagascope.intervention, jsonb_array_elements(course::jsonb -> 'calls') call
        where id = $1 and call ->> 'stepName' = $2 and call ->> 'state' = 'accepted'`,
      [id, step],
    );
    return rowCount === 1;
  }

  private gateway(step: Step): Gateway {
    const gateway = this.gateways.get(SERVICE[step]);
    if (gateway === undefined) throw new Error(`there is no gateway before ${SERVICE[step]}`);
    return gateway;
  }

  /** Asks until nothing is missing; after `ms` it says what is, and what the worker printed. */
  private async until(ms: number, what: string, missing: () => Promise<string[]>): Promise<void> {
    const end = Date.now() + ms;
    for (;;) {
      const found = await missing();
      if (found.length === 0) return;
      if (Date.now() > end) {
        throw new Error(`${what}: ${found.join(', ')}\nThe worker's last lines:\n${this.worker.lines.join('\n')}`);
      }
      await pause(50);
    }
  }
}
