import type { Pool, PoolClient } from 'pg';
import { errors, type StepError } from './faults';
import { contextText, jsonText, parseContext, type OrderContext } from './json';
import { appendEvents, appendLog, factsOf, type NewEvent } from './log';
import {
  StepRefused,
  type Answer,
  type CallBody,
  type Effect,
  type Participant,
  type StepCall,
  type StepHandler,
  type Verb,
} from './participant';
import { inTransaction, type Db } from './schema';

const refuse = (status: number, code: string, detail: string): Answer => ({ status, body: jsonText({ code, detail }) });

/**
 * Answers one call, keeping the obligations of a participant: (a) a key that succeeded gets the same answer again, a failed one
 * tries again; (b) effect, key, event and saga_log row are one transaction; (c) what does not stand now is not undone twice;
 * (d) a compensated step refuses its late run; (e) what has succeeded is not done twice. Calls of one (saga, step) run one by one.
 */
export async function answerCall(
  pool: Pool,
  participant: Participant,
  verb: Verb,
  key: string,
  body: CallBody,
): Promise<Answer> {
  const handler = participant.steps[body.stepName];
  if (!handler) return refuse(404, 'unknown_step', `${participant.name} has no step ${body.stepName}`);
  if (verb === 'compensate' && !handler.undo)
    return refuse(422, 'not_compensatable', `${body.stepName} cannot be undone`);
  if (verb !== 'run' && !(body.compensationId && body.undoes))
    return refuse(400, 'invalid', 'compensationId and undoes are required');

  const job: Job = { participant, handler, verb, key, body };
  const known = await answered(pool, job);
  if (known && verb !== 'run') return known;
  const early = known || verb === 'compensate' ? null : await buried(pool, job);
  if (early) return early;
  const prepared = known ? null : await prepare(pool, job);
  return inTransaction(pool, async (tx) => {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [
      `shop.step:${body.sagaId}:${body.stepName}`,
    ]);
    const done = (await answered(tx, job)) ?? (verb === 'compensate' ? null : await buried(tx, job));
    if (done && verb === 'run') await repeatEvidence(tx, job);
    return done ?? (verb === 'compensate' ? compensate(tx, job) : perform(tx, job, prepared));
  });
}

/** What proves in the log that a step was done, or undone. */
const DONE = `status = 'SUCCESS' AND phase IS DISTINCT FROM 'COMPENSATION'`;
const UNDONE = `(status = 'COMPENSATED' OR (status = 'SUCCESS' AND phase = 'COMPENSATION'))`;

interface Job {
  participant: Participant;
  handler: StepHandler;
  verb: Verb;
  key: string;
  body: CallBody;
}

async function answered(db: Db, { key, verb, body }: Job): Promise<Answer | null> {
  const { rows } = await db.query<{ saga_id: string; step_name: string; action: string; answer: string }>(
    'SELECT saga_id, step_name, action, answer FROM shop.answered_call WHERE key = $1',
    [key],
  );
  const call = rows[0];
  if (!call) return null;
  const same = call.saga_id === body.sagaId.toLowerCase() && call.step_name === body.stepName && call.action === verb;
  return same
    ? { status: 200, body: call.answer }
    : refuse(422, 'key_reused', 'this Idempotency-Key was used for another call');
}

async function buried(db: Db, { body }: Job): Promise<Answer | null> {
  const { rowCount } = await db.query('SELECT 1 FROM shop.tombstone WHERE saga_id = $1 AND step_name = $2', [
    body.sagaId,
    body.stepName,
  ]);
  return rowCount ? refuse(409, 'compensated', `${body.stepName} was compensated: a late run is refused`) : null;
}

async function prepare(pool: Pool, job: Job): Promise<StepRefused | null> {
  if (job.verb === 'compensate' || !job.handler.prepare || (await job.handler.stands(pool, job.body.sagaId)))
    return null;
  try {
    await job.handler.prepare(pool, await stepCall(pool, job));
    return null;
  } catch (error) {
    if (error instanceof StepRefused) return error;
    throw error;
  }
}

async function perform(tx: PoolClient, job: Job, prepared: StepRefused | null): Promise<Answer> {
  const call = await stepCall(tx, job);
  if (await job.handler.stands(tx, job.body.sagaId)) {
    return succeed(tx, job, call, { events: [] }, await rowAbove(tx, job, DONE));
  }
  return attemptEffect(tx, job, call, async () => {
    if (prepared) throw prepared;
    return job.handler.run(tx, call);
  });
}

/** The orchestrator announced another attempt because an answer was lost: its PENDING row gets the outcome it asks for. */
async function repeatEvidence(tx: PoolClient, job: Job): Promise<void> {
  if (!(await job.handler.stands(tx, job.body.sagaId)) || (await rowAbove(tx, job, DONE))) return;
  const call = await stepCall(tx, job);
  await appendLog(tx, call.facts, logRow(job, call, 'SUCCESS', null, contextOf(job.body)));
}

async function compensate(tx: PoolClient, job: Job): Promise<Answer> {
  const call = await stepCall(tx, job);
  const { undo } = job.handler;
  if (undo && (await job.handler.stands(tx, job.body.sagaId)))
    return attemptEffect(tx, job, call, () => undo(tx, call));
  return succeed(tx, job, call, { events: [] }, await rowAbove(tx, job, UNDONE));
}

/** Runs an effect behind a savepoint, so that a refusal leaves its FAILED row under the same lock, and nothing else. */
async function attemptEffect(tx: PoolClient, job: Job, call: StepCall, effect: () => Promise<Effect>): Promise<Answer> {
  await tx.query('SAVEPOINT effect');
  try {
    return await succeed(tx, job, call, await effect(), null);
  } catch (error) {
    if (!(error instanceof StepRefused)) throw error;
    await tx.query('ROLLBACK TO SAVEPOINT effect');
    const cause = await emit(tx, job, call, error.events);
    const logId = await appendLog(tx, call.facts, logRow(job, call, 'FAILED', error.error, contextOf(job.body)));
    return {
      status: error.error.retryable ? 503 : 422,
      body: JSON.stringify({
        sagaId: job.body.sagaId,
        stepName: job.body.stepName,
        outcome: 'failed',
        error: error.error,
        logId: String(logId),
        causationId: cause,
      }),
    };
  }
}

/** Evidence, tombstone and key of a success; `existing` is the row that proves it already, then none is added. */
async function succeed(
  tx: PoolClient,
  job: Job,
  call: StepCall,
  effect: Effect,
  existing: bigint | null,
): Promise<Answer> {
  const { body, verb } = job;
  const undone = verb === 'compensate';
  const cause = await emit(tx, job, call, effect.events);
  const context = effect.context ? contextText(effect.context) : contextOf(body);
  const logId =
    existing ?? (await appendLog(tx, call.facts, logRow(job, call, undone ? 'COMPENSATED' : 'SUCCESS', null, context)));
  if (undone) {
    await tx.query('INSERT INTO shop.tombstone (saga_id, step_name) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      body.sagaId,
      body.stepName,
    ]);
  }
  const answer = JSON.stringify({
    sagaId: body.sagaId,
    stepName: body.stepName,
    outcome: undone ? 'compensated' : 'succeeded',
    logId: String(logId),
    causationId: cause,
    context,
  });
  await tx.query(
    'INSERT INTO shop.answered_call (key, saga_id, step_name, action, answer) VALUES ($1, $2, $3, $4, $5)',
    [job.key, body.sagaId, body.stepName, verb, answer],
  );
  return { status: 200, body: answer };
}

const emit = (tx: PoolClient, { participant, body }: Job, call: StepCall, events: NewEvent[]): Promise<string | null> =>
  appendEvents(
    tx,
    call.facts,
    { service: participant.name, actor: body.requestedBy ?? 'orchestrator', cause: body.causationId ?? null },
    events,
  );

async function rowAbove(tx: Db, { body }: Job, proof: string): Promise<bigint | null> {
  const { rows } = await tx.query<{ id: string }>(
    `SELECT id::text FROM saga_log WHERE saga_id = $1 AND step_name = $2 AND id > $3 AND ${proof} ORDER BY saga_log.id LIMIT 1`,
    [body.sagaId, body.stepName, body.undoes ?? '0'],
  );
  return rows[0] ? BigInt(rows[0].id) : null;
}

function logRow(
  job: Job,
  call: StepCall,
  status: 'SUCCESS' | 'FAILED' | 'COMPENSATED',
  error: StepError | null,
  context: string | null,
): Parameters<typeof appendLog>[2] {
  const undo = job.verb === 'compensate';
  return {
    stepName: job.body.stepName,
    status,
    phase: undo ? 'COMPENSATION' : 'ACTION',
    service: job.participant.name,
    attempt: call.attempt,
    error,
    context,
    compensatingAction: undo ? (job.body.compensatingAction ?? job.handler.compensation) : job.handler.compensation,
    compensationId: job.body.compensationId ?? null,
  };
}

function contextOf({ context }: CallBody): string | null {
  if (context === null || context === undefined) return null;
  return typeof context === 'string' ? context : contextText(parseContext(context));
}

async function stepCall(db: Db, { verb, body }: Job): Promise<StepCall> {
  const known = await factsOf(db, body.sagaId, body.sagaType ?? 'order_fulfilment');
  return {
    verb,
    facts: {
      ...known,
      sagaVersion: known.sagaVersion ?? body.sagaVersion ?? null,
      correlationId: known.correlationId ?? body.correlationId ?? null,
      traceId: known.traceId ?? body.traceId ?? null,
      tenantId: known.tenantId ?? body.tenantId ?? null,
    },
    context: () => readContext(body),
    attempt: body.attempt ?? (await nextAttempt(db, body, verb === 'compensate' ? 'COMPENSATION' : 'ACTION')),
  };
}

function readContext(body: CallBody): OrderContext {
  try {
    return parseContext(body.context);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StepRefused({
      ...errors.broken('shop'),
      code: 'CONTEXT_UNREADABLE',
      message: why.slice(0, 500),
      retryable: false,
    });
  }
}

// A person's call goes on counting where the orchestrator stopped.
async function nextAttempt(db: Db, body: CallBody, phase: 'ACTION' | 'COMPENSATION'): Promise<number> {
  const { rows } = await db.query<{ next: number }>(
    `SELECT coalesce(max(attempt), 0) + 1 AS next FROM saga_log WHERE saga_id = $1 AND step_name = $2 AND phase = $3`,
    [body.sagaId, body.stepName, phase],
  );
  return rows[0]?.next ?? 1;
}
