import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { SagaDefinition } from '@/core/definition/definition';
import { orderOf } from '@/demo/catalog';
import { DEFINITION } from '@/demo/definition';
import { contextText } from '@/demo/json';
import type { Shop } from '@/demo/shop';
import { call, openShop, SECRET } from '@/demo/test-shop';
import { putDefinition, putService } from '@/server/db/definitions';
import { primary } from '@/server/db/prisma';
import { pgQuery } from '@/server/db/query';
import { contextOf, personWith } from '@/server/auth/test-actors';
import type { Ctx } from '@/server/http/context';
import { planIntervention } from '@/server/interventions/plan-intervention';
import { requestIntervention } from '@/server/interventions/request-intervention';

/** Name of the environment variable with the secret that the worker signs with. */
export const SECRET_VARIABLE = 'TRIAL_SHOP_SECRET';

/** The demo's shop and the console's use cases over one database, and sagas that owe two effects. */
export interface Trial {
  databaseUrl: string;
  pool: Pool;
  shop: Shop;
  ctx: Ctx;
  /** A saga whose shipment failed for good five minutes ago: the real services hold its stock and its money. */
  owe(): Promise<string>;
  /** Previews and confirms; answers the intervention's id. */
  compensate(sagaId: string, stepName?: string): Promise<string>;
  end(): Promise<void>;
}

/**
 * Opens it on a migrated database. Participants are declared at the console under `urlOf` their own address; `timeout`
 * replaces the time limit of every step.
 */
export async function openTrial(
  databaseUrl: string,
  {
    urlOf = async (_, url) => url,
    timeout,
  }: { urlOf?: (service: string, url: string) => Promise<string>; timeout?: string } = {},
): Promise<Trial> {
  process.env.DATABASE_URL = databaseUrl;
  process.env[SECRET_VARIABLE] = SECRET;
  const pool = new Pool({ connectionString: databaseUrl, max: 20 });
  // A server that restarts cuts connections; a query that runs on one rejects as well.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const shop = await openShop(databaseUrl);
  const query = pgQuery(pool);
  const { orchestrator: _, ...definition } = SagaDefinition.parse(DEFINITION);
  const body = {
    ...definition,
    steps: definition.steps.map((step) => (timeout === undefined ? step : { ...step, timeout })),
  };
  await putDefinition(query, { body, source: 'declared', createdBy: 'trial' });
  for (const name of ['order', 'inventory', 'payment', 'shipping']) {
    const url = await urlOf(name, shop.network.urlOf(name));
    await putService(query, { name, url, secretEnv: SECRET_VARIABLE, evidence: 'log' }, 'trial');
  }
  const ctx: Ctx = contextOf({ ...personWith('operator'), name: 'trial' });
  let orders = 0;
  return {
    databaseUrl,
    pool,
    shop,
    ctx,
    owe: async () => {
      orders += 1;
      const { sagaId, context } = orderOf(Date.now(), 700_000 + orders);
      for (const stepName of ['reserve_inventory', 'authorize_payment']) {
        const key = `${sagaId}:${stepName}`;
        const { status, text } = await call(shop, { sagaId, stepName, verb: '', key, context: contextText(context) });
        if (status !== 200) throw new Error(`${stepName}: ${status} ${text}`);
      }
      await pool.query(
        `insert into saga_log (saga_id, step_name, status, error, created_at) values ($1, 'create_shipment', 'FAILED',
           '{"code": "NO_CARRIER", "category": "business", "retryable": false}', now() - interval '5 min')`,
        [sagaId],
      );
      return sagaId;
    },
    compensate: async (sagaId, stepName) => {
      const action = stepName === undefined ? 'COMPENSATE_SAGA' : 'COMPENSATE_STEP';
      const step = stepName === undefined ? {} : { stepName };
      const plan = await planIntervention(ctx, { sagaId, action, dryRun: '1', ...step });
      const { intervention } = await requestIntervention(ctx, {
        sagaId,
        action,
        ...step,
        reason: 'a trial of the console',
        expectedLogId: plan.asOfLogId,
        planHash: plan.planHash,
        compensationId: randomUUID(),
      });
      return intervention.id;
    },
    end: async () => {
      await shop.stop();
      await primary().$disconnect();
      await pool.end();
    },
  };
}
