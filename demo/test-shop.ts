import { Pool } from 'pg';
import type { Fault } from './faults';
import { ensureShopSchema, outliveRestarts } from './schema';
import { startShop, type Shop } from './shop';
import { sign } from './signature';
import { seedStock } from './stock';

export const SECRET = 'a secret of the test shop';

/** Opens a shop on free ports with hardly any pauses, and with a pool as small as a running shop's: calls queue for it. */
export async function openShop(url: string, timeoutMs = 30_000): Promise<Shop> {
  const pool = new Pool({ connectionString: url, max: 16 });
  outliveRestarts(pool, () => undefined);
  await ensureShopSchema(pool);
  await seedStock(pool, Date.now());
  const shop = await startShop({
    pool,
    portBase: 0,
    secret: SECRET,
    seed: 7,
    pace: 0.01,
    timeoutMs,
    say: () => undefined,
  });
  return {
    ...shop,
    stop: async () => {
      await shop.stop();
      await pool.end();
    },
  };
}

/** Places an order with a fault and waits until its saga stands still; answers its id. */
export async function settled(shop: Shop, fault: Fault | null = null): Promise<string> {
  const { sagaId, run } = await shop.place(() => fault);
  await run;
  return sagaId;
}

export interface Row {
  id: string;
  step_name: string;
  status: string;
  phase: string;
  attempt: number | null;
  service: string;
  code: string | null;
  context: string | null;
  compensation_id: string | null;
}

export async function logOf(pool: Pool, sagaId: string, stepName?: string): Promise<Row[]> {
  const { rows } = await pool.query<Row>(
    `SELECT id::text, step_name, status, phase, attempt, service, error->>'code' AS code, context::text, compensation_id
     FROM saga_log WHERE saga_id = $1 AND ($2::text IS NULL OR step_name = $2) ORDER BY saga_log.id`,
    [sagaId, stepName ?? null],
  );
  return rows;
}

/** `step status` of every row, undo rows marked with `<`. */
export const story = (rows: Row[]): string[] =>
  rows.map((r) => `${r.step_name}${r.phase === 'COMPENSATION' ? ' <' : ''} ${r.status}`);

export interface Call {
  sagaId: string;
  stepName: string;
  verb: '' | '/retry' | '/compensate';
  compensationId?: string;
  undoes?: string;
  context?: string | null;
  key?: string;
  secret?: string;
  /** Unix seconds of the signature. */
  at?: number;
}

const SERVICE: Record<string, string> = {
  reserve_inventory: 'inventory',
  authorize_payment: 'payment',
  create_shipment: 'shipping',
};

/** Calls a participant as the console does. */
export async function call(
  shop: Shop,
  { sagaId, stepName, verb, ...rest }: Call,
): Promise<{ status: number; text: string }> {
  const path = `/sagas/${sagaId}/steps/${stepName}${verb}`;
  const compensationId = rest.compensationId ?? crypto.randomUUID();
  const key = rest.key ?? `${compensationId}:${stepName}`;
  const body = JSON.stringify({
    action: verb === '/retry' ? 'RETRY_STEP' : 'COMPENSATE_STEP',
    compensationId,
    sagaId,
    sagaType: 'order_fulfilment',
    stepName,
    undoes: rest.undoes ?? '1',
    compensatingAction: null,
    context: rest.context ?? null,
    requestedBy: 'operator@test',
    reason: 'because the test says so',
  });
  const signature = sign(rest.secret ?? SECRET, rest.at ?? Math.floor(Date.now() / 1000), {
    method: 'POST',
    path,
    key,
    body,
  });
  const response = await fetch(shop.network.urlOf(SERVICE[stepName] ?? 'order') + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key, 'sagascope-signature': signature },
    body,
  });
  return { status: response.status, text: await response.text() };
}

/** Effects of a saga as the shop's own tables have them. */
export async function effectsOf(
  pool: Pool,
  sagaId: string,
): Promise<{ reservation: string | null; hold: string | null; shipment: string | null; order: string | null }> {
  const { rows } = await pool.query<{
    reservation: string | null;
    hold: string | null;
    shipment: string | null;
    order: string | null;
  }>(
    `SELECT (SELECT state FROM shop.reservation WHERE saga_id = $1) AS reservation, (SELECT state FROM shop.payment_hold WHERE saga_id = $1) AS hold,
       (SELECT state FROM shop.shipment WHERE saga_id = $1) AS shipment, (SELECT state FROM shop.orders WHERE saga_id = $1) AS "order"`,
    [sagaId],
  );
  return rows[0] ?? { reservation: null, hold: null, shipment: null, order: null };
}

/** Shelves on which stock is not what came in less what standing reservations took. */
export async function wrongShelves(pool: Pool): Promise<unknown[]> {
  const { rows } = await pool.query(
    `SELECT s.sku, s.warehouse, s.on_hand, s.received - coalesce(t.taken, 0) AS expected FROM shop.stock s LEFT JOIN
       (SELECT l.sku, r.warehouse, sum(l.qty) AS taken FROM shop.reservation r JOIN shop.reservation_line l USING (reservation_id)
        WHERE r.state = 'reserved' GROUP BY 1, 2) t USING (sku, warehouse)
     WHERE s.on_hand <> s.received - coalesce(t.taken, 0)`,
  );
  return rows;
}
