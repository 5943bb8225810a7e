import { setTimeout as wait } from 'node:timers/promises';
import { payloads } from './catalog';
import { errors, takeFault } from './faults';
import { StepRefused, type Participant } from './participant';

/** The order service: confirms an order (the point of no return) and writes to the customer. */
export const order = (silenceMs: number): Participant => ({
  name: 'order',
  steps: {
    confirm_order: {
      compensation: null,
      stands: async (db, sagaId) =>
        Boolean(
          (await db.query(`SELECT 1 FROM shop.orders WHERE saga_id = $1 AND state = 'confirmed'`, [sagaId])).rowCount,
        ),
      prepare: async (db, { facts }) => {
        const fault = await takeFault(db, facts.sagaId, ['confirm_silent', 'given_up']);
        if (fault === 'given_up') throw new StepRefused(errors.deadlock());
        if (fault === 'confirm_silent') {
          // Longer than any caller waits; the answer that then comes reaches nobody, and there is no effect.
          await wait(silenceMs);
          throw new Error('confirm_order hung and gave up');
        }
      },
      run: async (tx, { facts, context: read }) => {
        const context = read();
        const { rowCount } = await tx.query(
          `UPDATE shop.orders SET state = 'confirmed' WHERE saga_id = $1 AND state = 'placed'`,
          [facts.sagaId],
        );
        if (!rowCount)
          throw new StepRefused({
            ...errors.deadlock(),
            code: 'ORDER_NOT_OPEN',
            message: `${context.order_id} is not open`,
            category: 'business',
            retryable: false,
          });
        return {
          events: [
            {
              aggregateType: 'Order',
              aggregateId: context.order_id,
              type: 'OrderConfirmedV1',
              payload: payloads.confirmed(context),
            },
          ],
        };
      },
    },
    notify_customer: {
      compensation: null,
      stands: async (db, sagaId) =>
        Boolean(
          (await db.query('SELECT 1 FROM shop.orders WHERE saga_id = $1 AND notified_at IS NOT NULL', [sagaId]))
            .rowCount,
        ),
      run: async (tx, { facts, context: read }) => {
        const context = read();
        await tx.query('UPDATE shop.orders SET notified_at = now() WHERE saga_id = $1', [facts.sagaId]);
        return {
          events: [
            {
              aggregateType: 'Order',
              aggregateId: context.order_id,
              type: 'CustomerNotifiedV1',
              payload: payloads.notified(context),
            },
          ],
        };
      },
      prepare: async (db, { facts }) => {
        if (await takeFault(db, facts.sagaId, ['mail_bounced'])) throw new StepRefused(errors.bounced());
      },
    },
  },
});
