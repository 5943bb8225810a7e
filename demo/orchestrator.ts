import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from 'pg';
import { v5 } from 'uuid';
import { callParticipant, type CallResult, type Failure } from './call';
import { payloads } from './catalog';
import { SAGA_TYPE, STEPS, type ShopStep } from './definition';
import { placedFault, takeFault } from './faults';
import { parseContext } from './json';
import { appendEvents, appendLog } from './log';
import { loadSaga, saveSaga, unfinished, type SagaMemory, type StepMemory } from './memory';
import { inTransaction } from './schema';

export interface OrchestratorOptions {
  pool: Pool;
  secret: string;
  urlOf: (service: string) => string;
  /** Factor on every pause: 1 in a running shop, small in tests. */
  pace: number;
  /** Instead of the time-outs of the definition. */
  timeoutMs?: number;
}

const ATTEMPTS = 3;
/** How long a compensation (or the pivot) waits for a service that does not listen, before that counts as an attempt. */
const PATIENCE_MS = 120_000;

/**
 * Runs order_fulfilment: announces each step in the log, calls its participant, three attempts each; when a step fails it
 * compensates, a step of unknown outcome first, then in reverse order of success; what fails three times is left to a person.
 * While the pivot's outcome is unknown it does not go back. What it knows is in shop.saga, so that a restart goes on.
 */
export class Orchestrator {
  private readonly moving = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(private readonly options: OrchestratorOptions) {
    // Every saga that waits listens for the end of the shop: many at once are no leak.
    setMaxListeners(0, this.stopping.signal);
  }

  /** Takes a saga up (again); at most one run of it at a time. */
  start(sagaId: string): Promise<void> {
    const running = this.moving.get(sagaId);
    if (running) return running;
    const run = this.run(sagaId)
      .catch((error: unknown) => {
        if (!this.stopping.signal.aborted) console.error(`orchestrator: saga ${sagaId} stopped: ${String(error)}`);
      })
      .finally(() => this.moving.delete(sagaId));
    this.moving.set(sagaId, run);
    return run;
  }

  /** Goes on with everything that was under way; answers how many sagas. */
  async recover(): Promise<number> {
    const ids = await unfinished(this.options.pool);
    for (const id of ids) void this.start(id);
    return ids.length;
  }

  /** Ends every call under way and waits for the sagas to stand still; they go on after the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.allSettled(this.moving.values());
  }

  private async run(sagaId: string): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const saga = await loadSaga(this.options.pool, sagaId);
      if (saga?.state === 'forward') await this.forward(saga);
      else if (saga?.state === 'back') await this.back(saga);
      else return;
    }
  }

  private async forward(saga: SagaMemory): Promise<void> {
    const step = STEPS.find(({ name }) => !['done', 'skipped'].includes(saga.steps[name]?.state ?? ''));
    if (!step) return this.save({ ...saga, state: 'done' });
    // A step already pending was cut by a restart: the same call goes out again, under the same key.
    const memory = await this.announce(saga, step);
    if (step.name === 'create_shipment' && (await takeFault(this.options.pool, saga.facts.sagaId, ['lost']))) {
      return this.save({ ...saga, state: 'lost' });
    }

    const result = await this.call(saga, step, memory, '', step.kind === 'pivot' ? PATIENCE_MS : 0);
    saga.cause = result.cause ?? saga.cause;
    if (result.done) {
      const nth = 1 + Math.max(0, ...Object.values(saga.steps).map((m) => m.nth));
      saga.steps[step.name] = { ...memory, state: 'done', logId: result.logId, nth };
      return this.save({ ...saga, context: result.context ?? saga.context });
    }
    const failed: StepMemory = { ...memory, state: result.unknown ? 'unknown' : 'failed' };
    saga.steps[step.name] = failed;
    const again = result.error.retryable && memory.tries < ATTEMPTS;
    if (!again)
      this.giveUp(saga, step, failed, (await placedFault(this.options.pool, saga.facts.sagaId)) === 'given_up');
    await this.fail(saga, step, memory.attempt, result, 'ACTION', again);
    if (again) await this.pause(400 * 2 ** memory.tries);
  }

  private giveUp(saga: SagaMemory, step: ShopStep, memory: StepMemory, forgets: boolean): void {
    if (step.optional) memory.state = 'skipped';
    else if (forgets) saga.state = 'lost';
    else if (step.kind === 'retriable' || (step.kind === 'pivot' && memory.state === 'unknown')) saga.state = 'person';
    else saga.state = 'back';
  }

  private async back(saga: SagaMemory): Promise<void> {
    const step = owed(saga)[0];
    if (!step) return this.cancelOrder(saga);
    const memory = await this.announceUndo(saga, step);
    const result = await this.call(saga, step, memory, '/compensate', PATIENCE_MS);
    saga.cause = result.cause ?? saga.cause;
    saga.steps[step.name] = { ...memory, undoing: false, ...(result.done ? { state: 'undone' as const } : {}) };
    if (result.done) return this.save(saga);
    const again = result.error.retryable && memory.undos < ATTEMPTS;
    if (!again) saga.state = 'person';
    await this.fail(saga, step, memory.undos, result, 'COMPENSATION', again);
    if (again) await this.pause(800 * 2 ** memory.undos);
  }

  private announce(saga: SagaMemory, step: ShopStep): Promise<StepMemory> {
    const known = saga.steps[step.name];
    if (known?.state === 'pending') return Promise.resolve(known);
    const attempt = (known?.attempt ?? 0) + 1;
    return this.record(saga, step, 'ACTION', attempt, (logId) => ({
      state: 'pending',
      attempt,
      tries: (known?.tries ?? 0) + 1,
      undos: 0,
      undoing: false,
      logId,
      nth: 0,
    }));
  }

  private announceUndo(saga: SagaMemory, step: ShopStep): Promise<StepMemory> {
    const known = saga.steps[step.name];
    if (!known) throw new Error(`nothing is known of ${step.name}`);
    if (known.undoing) return Promise.resolve(known);
    return this.record(saga, step, 'COMPENSATION', known.undos + 1, () => ({
      ...known,
      undos: known.undos + 1,
      undoing: true,
    }));
  }

  /** A PENDING row and the memory of it, in one transaction. */
  private record(
    saga: SagaMemory,
    step: ShopStep,
    phase: 'ACTION' | 'COMPENSATION',
    attempt: number,
    remember: (logId: string) => StepMemory,
  ): Promise<StepMemory> {
    return inTransaction(this.options.pool, async (tx) => {
      const logId = await appendLog(tx, saga.facts, {
        stepName: step.name,
        status: 'PENDING',
        phase,
        service: 'orchestrator',
        attempt,
        error: null,
        context: saga.context,
        compensatingAction: step.compensation ?? null,
        compensationId: phase === 'ACTION' ? null : undoId(saga, step),
      });
      const memory = remember(String(logId));
      saga.steps[step.name] = memory;
      await saveSaga(tx, saga);
      return memory;
    });
  }

  /**
   * Remembers a failure. Its row is the participant's to write; the orchestrator writes it where there was none to do so: a service
   * that does not listen, a refused call, and the last call without an answer (before that, a FAILED might contradict a success).
   */
  private async fail(
    saga: SagaMemory,
    step: ShopStep,
    attempt: number,
    result: Failure,
    phase: 'ACTION' | 'COMPENSATION',
    again: boolean,
  ): Promise<void> {
    await inTransaction(this.options.pool, async (tx) => {
      if (!result.recorded && (!again || result.unreachable)) {
        await appendLog(tx, saga.facts, {
          stepName: step.name,
          status: 'FAILED',
          phase,
          service: 'orchestrator',
          attempt,
          error: result.error,
          context: saga.context,
          compensatingAction: step.compensation ?? null,
          compensationId: phase === 'ACTION' ? null : undoId(saga, step),
        });
      }
      await saveSaga(tx, saga);
    });
  }

  private async call(
    saga: SagaMemory,
    step: ShopStep,
    memory: StepMemory,
    verb: '' | '/compensate',
    patienceMs: number,
  ): Promise<CallResult> {
    const { facts } = saga;
    const undo = verb === '/compensate';
    const compensationId = undo ? undoId(saga, step) : null;
    const until = Date.now() + patienceMs * this.options.pace;
    for (;;) {
      const result = await callParticipant({
        url: `${this.options.urlOf(step.service)}/sagas/${facts.sagaId}/steps/${encodeURIComponent(step.name)}${verb}`,
        service: step.service,
        key: `${compensationId ?? facts.sagaId}:${encodeURIComponent(step.name)}`,
        secret: this.options.secret,
        traceId: saga.traceId,
        attempt: undo ? memory.undos : memory.attempt,
        timeoutMs: this.options.timeoutMs ?? step.timeoutMs,
        signal: this.stopping.signal,
        body: {
          action: undo ? 'COMPENSATE_STEP' : 'RUN_STEP',
          compensationId,
          sagaId: facts.sagaId,
          sagaType: SAGA_TYPE,
          stepName: step.name,
          undoes: memory.logId,
          compensatingAction: step.compensation ?? null,
          context: saga.context,
          requestedBy: 'orchestrator',
          attempt: undo ? memory.undos : memory.attempt,
          causationId: saga.cause,
          correlationId: facts.correlationId,
          traceId: facts.traceId,
          tenantId: facts.tenantId,
          sagaVersion: facts.sagaVersion,
        },
      });
      if (result.done || !result.unreachable || Date.now() >= until) return result;
      await this.pause(2_000);
    }
  }

  private async cancelOrder(saga: SagaMemory): Promise<void> {
    await inTransaction(this.options.pool, async (tx) => {
      const { rowCount } = await tx.query(
        `UPDATE shop.orders SET state = 'cancelled' WHERE saga_id = $1 AND state = 'placed'`,
        [saga.facts.sagaId],
      );
      if (rowCount) {
        const payload = payloads.cancelled(parseContext(saga.context), 'fulfilment failed');
        await appendEvents(tx, saga.facts, { service: 'order', actor: 'orchestrator', cause: saga.cause }, [
          { aggregateType: 'Order', aggregateId: saga.orderId, type: 'OrderCancelledV1', payload },
        ]);
      }
      await saveSaga(tx, { ...saga, state: 'undone' });
    });
  }

  private save(saga: SagaMemory): Promise<void> {
    return saveSaga(this.options.pool, saga);
  }

  private pause(ms: number): Promise<void> {
    return wait(ms * this.options.pace, undefined, { signal: this.stopping.signal });
  }
}

/** What a saga going back still has to undo: unknown outcomes first, then the newest success first. */
export function owed(saga: Pick<SagaMemory, 'steps'>): ShopStep[] {
  const rank = ({ name }: ShopStep): number =>
    saga.steps[name]?.state === 'done' ? -(saga.steps[name]?.nth ?? 0) : -1_000;
  return STEPS.filter(
    ({ name, kind }) =>
      kind === 'compensatable' && ['done', 'unknown', 'pending'].includes(saga.steps[name]?.state ?? ''),
  ).toSorted((a, b) => rank(a) - rank(b));
}

/** The id of the orchestrator's own compensation of a step: the same after a restart. */
export const undoId = (saga: SagaMemory, step: Pick<ShopStep, 'name'>): string => v5(step.name, saga.facts.sagaId);
