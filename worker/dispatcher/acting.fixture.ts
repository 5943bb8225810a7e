import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { SagaDefinition } from '@/core/definition/definition';
import type { InterventionWire, PlanWire } from '@/core/contract/interventions';
import type { Action } from '@/core/contract/action';
import { orderOf } from '@/demo/catalog';
import { DEFINITION } from '@/demo/definition';
import { contextText } from '@/demo/json';
import type { Shop } from '@/demo/shop';
import { call, openShop, SECRET } from '@/demo/test-shop';
import { putDefinition, putService } from '@/server/db/definitions';
import { pgQuery } from '@/server/db/query';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { contextOf, personWith } from '@/server/auth/test-actors';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { getIntervention } from '@/server/interventions/get-intervention';
import { planIntervention } from '@/server/interventions/plan-intervention';
import { requestIntervention } from '@/server/interventions/request-intervention';
import { startWorker, type Worker } from '@/worker/main';

export const REASON = 'the carrier will not come back';
const SECRET_VARIABLE = 'TEST_SHOP_SECRET';

/** A shop with its participants and tables, a console's use cases, and a worker that carries interventions out. */
export interface Acting {
  db: TestDatabase;
  shop: Shop;
  /** Moves the dispatcher's clock ahead, ms. */
  time: { ahead: number };
  lines: string[];
  as(name: string): Ctx;
  work(): Promise<void>;
  rest(): Promise<void>;
  end(): Promise<void>;
}

export async function openActing(): Promise<Acting> {
  const db = await servedDatabase();
  process.env[SECRET_VARIABLE] = SECRET;
  const shop = await openShop(db.url);
  const query = pgQuery(db.pool);
  const { orchestrator: _, ...body } = SagaDefinition.parse(DEFINITION);
  await putDefinition(query, { body, source: 'declared', createdBy: 'test' });
  for (const name of ['order', 'inventory', 'payment', 'shipping']) await declare(db, name, shop.network.urlOf(name));
  const time = { ahead: 0 };
  const lines: string[] = [];
  let worker: Worker | undefined;
  const rest = async (): Promise<void> => {
    await worker?.stop();
    worker = undefined;
  };
  return {
    db,
    shop,
    time,
    lines,
    as: (name) => contextOf({ ...personWith('operator'), name }),
    work: async () => {
      worker ??= await startWorker({
        databaseUrl: db.url,
        log: (line) => lines.push(line),
        timing: { backoff: () => 10, clock: (now) => now + time.ahead },
      });
    },
    rest,
    end: async () => {
      await rest();
      await shop.stop();
      await db.drop();
    },
  };
}

/** Declares (or moves) a participant service. */
export const declare = (
  db: TestDatabase,
  name: string,
  url: string,
  evidence: 'log' | 'answer' = 'log',
  secretEnv: string | undefined = SECRET_VARIABLE,
): Promise<void> => putService(pgQuery(db.pool), { name, url, evidence, ...(secretEnv ? { secretEnv } : {}) }, 'test');

let orders = 0;

/** A saga whose shipment failed for good five minutes ago: stock and money are held by the real services. */
export async function owingSaga({ db, shop }: Acting): Promise<string> {
  orders += 1;
  const { sagaId, context } = orderOf(randomUUID().length + orders, 500_000 + orders);
  for (const stepName of ['reserve_inventory', 'authorize_payment']) {
    const run = { sagaId, stepName, verb: '' as const, key: `${sagaId}:${stepName}`, context: contextText(context) };
    const { status, text } = await call(shop, run);
    if (status !== 200) throw new Error(`${stepName}: ${status} ${text}`);
  }
  await append(db, sagaId, 'create_shipment', 'FAILED', {
    error: { code: 'NO_CARRIER', category: 'business', retryable: false },
  });
  return sagaId;
}

/** A row that somebody else writes, five minutes ago by its clock. */
export async function append(
  { pool }: TestDatabase,
  sagaId: string,
  stepName: string,
  status: string,
  { error, phase }: { error?: object; phase?: string } = {},
): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `insert into saga_log (saga_id, step_name, status, phase, error, created_at)
     values ($1, $2, $3, $4, $5, now() - interval '5 min') returning id::text`,
    [sagaId, stepName, status, phase ?? null, error ? JSON.stringify(error) : null],
  );
  return rows[0]?.id ?? '';
}

export const preview = (ctx: Ctx, sagaId: string, action: Action, stepName?: string): Promise<PlanWire> =>
  planIntervention(ctx, { sagaId, action, dryRun: '1', ...(stepName === undefined ? {} : { stepName }) });

/** What a person sends who has seen the plan. */
export const confirmation = (sagaId: string, plan: PlanWire, stepName?: string) => ({
  sagaId,
  action: plan.action,
  reason: REASON,
  expectedLogId: plan.asOfLogId,
  planHash: plan.planHash,
  compensationId: randomUUID(),
  ...(stepName === undefined ? {} : { stepName }),
});

/** Previews and confirms; answers the intervention's id. */
export async function intervene(ctx: Ctx, sagaId: string, action: Action, stepName?: string): Promise<string> {
  const request = confirmation(sagaId, await preview(ctx, sagaId, action, stepName), stepName);
  return (await requestIntervention(ctx, request)).intervention.id;
}

/** What a refused use case says. */
export async function problemOf(refused: Promise<unknown>): Promise<Problem> {
  try {
    await refused;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

/** Waits until an intervention is in a state. */
export async function reaches(ctx: Ctx, id: string, state: InterventionWire['state']): Promise<InterventionWire> {
  return until(
    () => getIntervention(ctx, { id }),
    (found) => found.state === state,
  );
}

/** Asks until the answer is good; after 40 seconds it says what it was. */
export async function until<T>(ask: () => Promise<T>, good: (answer: T) => boolean): Promise<T> {
  const end = Date.now() + 40_000;
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(answer)}`);
    await pause(25);
  }
}
