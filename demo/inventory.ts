import { errors, placedFault, placeLock } from './faults';
import { payloads, reservationId, RESTOCK } from './catalog';
import type { NewEvent } from './log';
import { StepRefused, type Participant } from './participant';
import type { Db } from './schema';

const STANDS = `SELECT 1 FROM shop.reservation WHERE saga_id = $1 AND state = 'reserved'`;

/** Aggregate id of one shelf: what of a SKU lies in a warehouse. */
export const shelf = (sku: string, warehouse: string): string => `${sku}@${warehouse}`;

/** The inventory service: stock per SKU and warehouse, reserved for an order and released again. */
export const inventory: Participant = {
  name: 'inventory',
  steps: {
    reserve_inventory: {
      compensation: 'release_inventory',
      stands: async (db, sagaId) => Boolean((await db.query(STANDS, [sagaId])).rowCount),
      run: async (tx, { facts, context: read }) => {
        const context = read();
        const id = reservationId(facts.sagaId);
        const fault = await placedFault(tx, facts.sagaId);
        const first = context.lines[0];
        if (fault === 'sold_out' && first) throw new StepRefused(errors.soldOut(first.sku, context.warehouse));
        if (fault === 'locked_release') await placeLock(tx, facts.sagaId, context.warehouse);
        await tx.query(
          `INSERT INTO shop.reservation (reservation_id, saga_id, order_id, warehouse, state) VALUES ($1, $2, $3, $4, 'reserved')`,
          [id, facts.sagaId, context.order_id, context.warehouse],
        );
        const events: NewEvent[] = [];
        // In the order of SKUs, so that two orders cannot wait for each other's shelves.
        for (const { sku, qty } of bySku(context.lines)) {
          events.push(...(await restock(tx, sku, context.warehouse, qty)));
          const onHand = await move(tx, sku, context.warehouse, -qty);
          if (onHand === null) throw new StepRefused(errors.soldOut(sku, context.warehouse));
          await tx.query('INSERT INTO shop.reservation_line (reservation_id, sku, qty) VALUES ($1, $2, $3)', [
            id,
            sku,
            qty,
          ]);
          events.push({
            aggregateType: 'Stock',
            aggregateId: shelf(sku, context.warehouse),
            type: 'StockReservedV1',
            payload: payloads.moved(context, id, sku, qty, onHand),
          });
        }
        return { events, context: { ...context, reservation_id: id } };
      },
      undo: async (tx, { facts, attempt }) => {
        const { rows } = await tx.query<{ reservation_id: string; order_id: string; warehouse: string }>(
          `SELECT reservation_id, order_id, warehouse FROM shop.reservation WHERE saga_id = $1 AND state = 'reserved' FOR UPDATE`,
          [facts.sagaId],
        );
        const events: NewEvent[] = [];
        for (const { reservation_id: id, order_id, warehouse } of rows) {
          const lines = (
            await tx.query<{ sku: string; qty: number }>(
              'SELECT sku, qty FROM shop.reservation_line WHERE reservation_id = $1',
              [id],
            )
          ).rows;
          const where = { order_id, warehouse };
          const lock = await lockOn(tx, warehouse, facts.sagaId);
          if (lock) {
            throw new StepRefused(
              errors.locked(warehouse, lock),
              bySku(lines)
                .slice(0, 1)
                .map(({ sku }) => ({
                  aggregateType: 'Stock',
                  aggregateId: shelf(sku, warehouse),
                  type: 'StockReleaseFailedV1',
                  payload: payloads.releaseFailed(where, id, attempt, lock),
                })),
            );
          }
          await tx.query(`UPDATE shop.reservation SET state = 'released' WHERE reservation_id = $1`, [id]);
          for (const { sku, qty } of bySku(lines)) {
            const onHand = (await move(tx, sku, warehouse, qty)) ?? 0;
            events.push({
              aggregateType: 'Stock',
              aggregateId: shelf(sku, warehouse),
              type: 'StockReleasedV1',
              payload: payloads.moved(where, id, sku, qty, onHand),
            });
          }
        }
        return { events };
      },
    },
  },
};

const bySku = <T extends { sku: string }>(lines: T[]): T[] => lines.toSorted((a, b) => (a.sku < b.sku ? -1 : 1));

/** Moves stock of one shelf; null where there is not enough. */
async function move(tx: Db, sku: string, warehouse: string, by: number): Promise<number | null> {
  const { rows } = await tx.query<{ on_hand: string }>(
    'UPDATE shop.stock SET on_hand = on_hand + $3 WHERE sku = $1 AND warehouse = $2 AND on_hand + $3 >= 0 RETURNING on_hand',
    [sku, warehouse, by],
  );
  return rows[0] ? Number(rows[0].on_hand) : null;
}

/** A shelf that runs low is filled first: the shop never sells out of what it still buys. Unknown SKUs stay unknown. */
async function restock(tx: Db, sku: string, warehouse: string, wanted: number): Promise<NewEvent[]> {
  const { rows } = await tx.query<{ on_hand: string }>(
    `UPDATE shop.stock SET received = received + $3, on_hand = on_hand + $3 WHERE sku = $1 AND warehouse = $2 AND on_hand - $4 < $5 RETURNING on_hand`,
    [sku, warehouse, RESTOCK.qty, wanted, RESTOCK.below],
  );
  return rows.map(({ on_hand }) => ({
    aggregateType: 'Stock',
    aggregateId: shelf(sku, warehouse),
    type: 'StockReceivedV1',
    payload: payloads.received(sku, warehouse, RESTOCK.qty, Number(on_hand)),
  }));
}

async function lockOn(tx: Db, warehouse: string, sagaId: string): Promise<string | null> {
  const { rows } = await tx.query<{ stock_count: string }>(
    'SELECT stock_count FROM shop.stock_lock WHERE warehouse = $1 AND (saga_id IS NULL OR saga_id = $2) AND until > now() ORDER BY lock_id LIMIT 1',
    [warehouse, sagaId],
  );
  return rows[0]?.stock_count ?? null;
}
