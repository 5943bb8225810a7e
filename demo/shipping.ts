import { setTimeout as wait } from 'node:timers/promises';
import { payloads, shipmentId } from './catalog';
import { errors, takeFault } from './faults';
import { StepRefused, type Participant } from './participant';

const STANDS = `SELECT 1 FROM shop.shipment WHERE saga_id = $1 AND state = 'created'`;

/** The shipping service: books parcels at a carrier that is given `carrierTimeoutMs` to answer, and cancels them. */
export const shipping = (carrierTimeoutMs: number): Participant => ({
  name: 'shipping',
  steps: {
    create_shipment: {
      compensation: 'cancel_shipment',
      stands: async (db, sagaId) => Boolean((await db.query(STANDS, [sagaId])).rowCount),
      prepare: async (db, { facts, context: read, attempt }) => {
        const context = read();
        const fault = await takeFault(db, facts.sagaId, [
          'carrier_slow',
          'carrier_down',
          'locked_release',
          'void_refused',
        ]);
        if (!fault) return;
        await wait(carrierTimeoutMs);
        const id = shipmentId(facts.sagaId);
        throw new StepRefused(errors.carrierTimeout(context.carrier, carrierTimeoutMs), [
          {
            aggregateType: 'Shipment',
            aggregateId: id,
            type: 'CarrierCallTimedOutV1',
            payload: payloads.carrierTimedOut(context, id, attempt, carrierTimeoutMs),
          },
        ]);
      },
      run: async (tx, { facts, context: read }) => {
        const context = read();
        const id = shipmentId(facts.sagaId);
        await tx.query(
          `INSERT INTO shop.shipment (shipment_id, saga_id, order_id, carrier, state) VALUES ($1, $2, $3, $4, 'created')`,
          [id, facts.sagaId, context.order_id, context.carrier],
        );
        return {
          events: [
            {
              aggregateType: 'Shipment',
              aggregateId: id,
              type: 'ShipmentCreatedV2',
              payload: payloads.shipped(context, id),
            },
          ],
          context: { ...context, shipment_id: id },
        };
      },
      undo: async (tx, { facts }) => {
        const { rows } = await tx.query<{ shipment_id: string; order_id: string }>(
          `UPDATE shop.shipment SET state = 'cancelled' WHERE saga_id = $1 AND state = 'created' RETURNING shipment_id, order_id`,
          [facts.sagaId],
        );
        return {
          events: rows.map((row) => ({
            aggregateType: 'Shipment',
            aggregateId: row.shipment_id,
            type: 'ShipmentCancelledV1',
            payload: payloads.shipmentCancelled(row.shipment_id, row.order_id),
          })),
        };
      },
    },
  },
});
