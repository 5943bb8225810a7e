import type { Pool, PoolClient } from 'pg';
import { classifyAnswer, type AnswerClass } from '@/core/intervention/answer';
import { stillHolds } from '@/core/intervention/basis';
import { decide, type InterventionCommand } from '@/core/intervention/decide';
import type { CallCourse, InterventionCourse } from '@/core/intervention/events';
import { type CalledStep, isCalled } from '@/core/intervention/plan';
import { failedBy, verifiedBy } from '@/core/intervention/proof';
import { isFinal, isStopped } from '@/core/intervention/state';
import { type ActingSaga, readActingSaga } from '@/server/db/acting-saga';
import { databaseNow } from '@/server/db/clock';
import {
  type Change,
  changeIntervention,
  findEffect,
  findIntervention,
  type FrozenEffect,
  type Hand,
  type StoredIntervention,
} from '@/server/db/interventions';
import type { JobSender } from '@/server/db/jobs';
import { pgQuery, type Query } from '@/server/db/query';
import { markForRefold } from '@/server/db/refold';
import { appendConfirmed, confirms } from './confirmed';
import { deliver, type Delivered } from './deliver';

const WORKER: Hand = { actor: 'sagascope', role: 'worker', origin: 'worker' };
/** Somebody else delivers: look again then. */
const HELD_MS = 1_000;
const KEPT_BYTES = 4_096;
/** Nothing else changes one intervention so often. */
const TRIES = 50;

/** How time passes; the contract's own unless a test says otherwise. */
export interface Timing {
  /** What becomes of a backoff of part 4's table, ms. */
  backoff: (delayMs: number) => number;
  /** The time that counts, from the database's, epoch ms. */
  clock: (now: number) => number;
}
export const CONTRACT_TIMING: Timing = { backoff: (delayMs) => delayMs, clock: (now) => now };

export interface Tools {
  pool: Pool;
  jobs: JobSender;
  timing: Timing;
  /** Cuts calls in flight when the worker ends. */
  signal: AbortSignal;
  /** Secrets by the name that services give: the environment. */
  secretOf: (name: string) => string | undefined;
}

/**
 * Does what is due for one intervention, call after call, until it has to wait or has ended; then the next job stands.
 * One deliverer per intervention at a time: whoever comes second comes again a second later.
 */
export async function advance(tools: Tools, id: string): Promise<void> {
  const client = await tools.pool.connect();
  let broken = true;
  // Cut while a call is in flight, nobody waits for a query: the next one on it rejects.
  const cut = (): void => undefined;
  client.on('error', cut);
  try {
    const query = pgQuery(client);
    const [lock] = await query<{ taken: boolean }>(
      `select pg_try_advisory_lock(hashtextextended('sagascope.intervention:' || $1::text, 0)) as taken`,
      [id],
    );
    if (lock?.taken) {
      await new Advance(tools, client, query, id).run();
      await query(`select pg_advisory_unlock(hashtextextended('sagascope.intervention:' || $1::text, 0))`, [id]);
    } else await tools.jobs.followUp(query, id, (await databaseNow(query)) + HELD_MS);
    broken = false;
  } finally {
    client.off('error', cut);
    // A connection in an unknown state is closed, and its lock with it.
    client.release(broken);
  }
}

/** What the log says of an intervention at one moment. */
interface Seen {
  acting: ActingSaga;
  /** By step. */
  effects: ReadonlyMap<string, FrozenEffect>;
}

class Advance {
  constructor(
    private readonly tools: Tools,
    private readonly client: PoolClient,
    private readonly query: Query,
    private readonly id: string,
  ) {}

  async run(): Promise<void> {
    for (let more = true; more;) {
      this.tools.signal.throwIfAborted();
      const read = await findIntervention(this.query, this.id);
      more = read !== null && !isFinal(read.course.state) && (await this.step(read));
    }
  }

  /** One change at most; answers whether there may be another at once. */
  private async step(read: StoredIntervention): Promise<boolean> {
    const { course, sagaId } = read;
    const acting = await readActingSaga(this.query, sagaId, WORKER.actor);
    if (!acting) return this.changes(await this.halt(read, 'The log has no row of this saga any more.', []));
    const now = this.tools.timing.clock(acting.now);
    const seen = { acting, effects: await this.effectsOf(read) };
    const observed = await this.commit(read, { type: 'observe', at: now, ...proofsOf(read, seen) });
    if (observed.outcome !== 'unchanged') return this.changes(observed);
    if (course.state === 'awaiting_approval') {
      const expired = await this.commit(read, { type: 'expire', at: now });
      if (expired.outcome === 'unchanged' && course.expiresAt !== null) await this.later(course.expiresAt);
      return this.changes(expired);
    }
    if (isStopped(course.state)) {
      await this.looked(acting);
      return false;
    }
    return this.dispatch(read, seen, now);
  }

  private async dispatch(read: StoredIntervention, seen: Seen, now: number): Promise<boolean> {
    const { saga, rows, facts } = seen.acting;
    const command = { type: 'dispatch', at: now, lastLogId: saga.lastLogId.toString() } as const;
    const decision = decide(read.course, command);
    if ('refused' in decision) return false;
    const [due] = decision.events;
    if (!due) {
      await this.later(this.nextLook(read.course, now));
      return false;
    }
    if (due.type === 'CallDispatched') {
      const compensationIds = [...seen.effects.values()].map((effect) => effect.compensationId);
      const holds = stillHolds(read.plan, { rows, facts, compensationIds });
      if (!holds.holds) {
        return this.changes(
          await this.halt(
            read,
            holds.text,
            holds.since.map(({ id }) => id.toString()),
          ),
        );
      }
    }
    // Committed before the call: after a crash the same number is sent again.
    const change = await this.commit(read, command);
    if (change.outcome === 'changed' && (due.type === 'CallDispatched' || due.type === 'CallRedelivered')) {
      await this.call(change.intervention, seen, due.stepName);
    }
    return this.changes(change);
  }

  private async call(sent: StoredIntervention, seen: Seen, stepName: string): Promise<void> {
    const planned = sent.plan.steps.filter(isCalled).find((step) => step.stepName === stepName);
    const call = sent.course.calls.find((one) => one.stepName === stepName);
    const effect = seen.effects.get(stepName);
    if (!planned || !call || !effect) throw new Error(`intervention ${this.id} has no frozen call for ${stepName}`);
    const service = seen.acting.services.find(({ name }) => name === planned.call.service);
    const secret = service?.secretEnv === undefined ? null : this.tools.secretOf(service.secretEnv);
    if (secret === undefined || secret === '') {
      const text = `not called: ${service?.secretEnv} is not set, the environment variable with the secret of ${planned.call.service}. Set it for the worker, then retry`;
      return this.answered(sent, call, { kind: 'dead_letter', text }, null);
    }
    const { url, timeoutMs } = planned.call;
    const { traceId } = seen.acting.saga;
    const { key, body } = effect;
    const outgoing = { url, timeoutMs, key, body, secret, traceId, attempt: call.attempts, interventionId: this.id };
    const delivered = await deliver(outgoing, this.tools.signal);
    const means = classifyAnswer(delivered.answer, call.round, Math.random(), await databaseNow(this.query));
    const proves = means.kind === 'accepted' && service?.evidence === 'answer';
    const confirmed = proves && confirms(delivered, sent.sagaId, planned) ? { planned, effect } : null;
    await this.answered(sent, call, means, delivered, confirmed);
  }

  /** The answer, what follows from it and the next job commit together. */
  private async answered(
    sent: StoredIntervention,
    { stepName, attempts }: CallCourse,
    means: AnswerClass,
    delivered: Delivered | null,
    confirmed: { planned: CalledStep; effect: FrozenEffect } | null = null,
  ): Promise<void> {
    const status = delivered?.answer.kind === 'status' ? delivered.answer.status : null;
    const text = means.kind === 'accepted' ? `answered ${status}` : means.text;
    const body = delivered?.body?.subarray(0, KEPT_BYTES).toString('utf8') ?? null;
    const timed = means.kind === 'retry' ? { ...means, delayMs: this.tools.timing.backoff(means.delayMs) } : means;
    let read: StoredIntervention | null = sent;
    for (let tries = 0; read && tries < TRIES; tries += 1) {
      const at = await databaseNow(this.query);
      const answer = { status, text, body };
      const command = { type: 'answer', at, stepName, attempt: attempts, answer, means: timed } as const;
      const change = await this.commit(read, command, async (course) => {
        if (confirmed) await appendConfirmed(this.query, sent.sagaId, confirmed.planned, confirmed.effect);
        if (!isFinal(course.state) && !isStopped(course.state)) await this.later(this.nextLook(course, at));
      });
      if (change.outcome !== 'overtaken') return;
      read = await findIntervention(this.query, this.id);
    }
    throw new Error(`the answer for ${stepName} of intervention ${this.id} could not be recorded`);
  }

  private async halt(read: StoredIntervention, because: string, sinceLogIds: readonly string[]): Promise<Change> {
    return this.commit(read, { type: 'halt', at: await databaseNow(this.query), because, sinceLogIds });
  }

  /** Decides and stores, with what depends on it, in one transaction. */
  private async commit(
    read: StoredIntervention,
    command: InterventionCommand,
    also: (course: InterventionCourse) => Promise<void> = async () => undefined,
  ): Promise<Change> {
    const decision = decide(read.course, command);
    if ('refused' in decision) return { outcome: 'refused', refused: decision.refused };
    if (decision.events.length === 0) return { outcome: 'unchanged', intervention: read, events: [] };
    await this.client.query('begin');
    try {
      const change = await changeIntervention(this.query, read, command, WORKER);
      if (change.outcome === 'changed') {
        await markForRefold(this.query, read);
        await also(change.intervention.course);
      }
      await this.client.query('commit');
      return change;
    } catch (error) {
      await this.client.query('rollback');
      throw error;
    }
  }

  /** After a change, or when somebody else was quicker: look again. Otherwise there is nothing to do now. */
  private changes(change: Change): boolean {
    return change.outcome === 'changed' || change.outcome === 'overtaken';
  }

  private later(time: number): Promise<void> {
    return this.tools.jobs.followUp(this.query, this.id, time);
  }

  /** Of a stopped one: once its saga has more rows, it is looked at again. */
  private async looked({ saga }: ActingSaga): Promise<void> {
    await this.query(
      `update sagascope.intervention set looked_rows = $2::bigint where id = $1::text::uuid and looked_rows < $2::bigint`,
      [this.id, saga.rowCount],
    );
  }

  private async effectsOf({ plan, sagaId }: StoredIntervention): Promise<Map<string, FrozenEffect>> {
    const effects = new Map<string, FrozenEffect>();
    for (const { stepName, action, undoes } of plan.steps.filter(isCalled)) {
      const effect = await findEffect(this.query, { sagaId, stepName, action, undoes });
      if (effect) effects.set(stepName, effect);
    }
    return effects;
  }

  /** When a wait is over: a backoff, the arrival of a row (looked for often at first), or the limit for it. */
  private nextLook(course: InterventionCourse, now: number): number {
    const call = course.calls.find(({ state }) => state === 'dispatching' || state === 'accepted');
    if (call?.state !== 'accepted' || call.acceptedAt === null) return call?.nextAttemptAt ?? now;
    const often = now - call.acceptedAt < OFTEN_FOR_MS ? OFTEN_MS : SELDOM_MS;
    return Math.min(now + often, Math.max(now, call.acceptedAt + call.evidenceMs));
  }
}

const OFTEN_MS = 300;
const OFTEN_FOR_MS = 5_000;
const SELDOM_MS = 1_000;

/** What the log proves of its calls now, and which of them it says have failed. */
function proofsOf(
  { course, plan }: StoredIntervention,
  { acting: { saga, rows }, effects }: Seen,
): Pick<Extract<InterventionCommand, { type: 'observe' }>, 'proofs' | 'failures'> {
  const basis = new Set(plan.basis);
  const calls = plan.steps.filter(isCalled).flatMap(({ stepName, action }) => {
    const compensationId = effects.get(stepName)?.compensationId;
    return compensationId === undefined ? [] : [{ stepName, action, compensationId }];
  });
  const sentAfter = (stepName: string) => course.calls.find((call) => call.stepName === stepName)?.afterLogId ?? null;
  return {
    proofs: calls.flatMap((call) => verifiedBy(call, basis, rows, saga) ?? []),
    failures: calls.flatMap((call) => {
      const after = sentAfter(call.stepName);
      return after === null ? [] : (failedBy(call, BigInt(after), rows, saga) ?? []);
    }),
  };
}
