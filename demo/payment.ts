import { paymentId, payloads } from './catalog';
import { errors, placedFault } from './faults';
import { StepRefused, type Participant } from './participant';

const STANDS = `SELECT 1 FROM shop.payment_hold WHERE saga_id = $1 AND state = 'held'`;

/** The payment service: holds an amount on a card (EUR cents), and voids the hold. */
export const payment: Participant = {
  name: 'payment',
  steps: {
    authorize_payment: {
      compensation: 'void_payment',
      stands: async (db, sagaId) => Boolean((await db.query(STANDS, [sagaId])).rowCount),
      run: async (tx, { facts, context: read }) => {
        const context = read();
        const id = paymentId(facts.sagaId);
        const last4 = cardOf(facts.sagaId);
        const fault = await placedFault(tx, facts.sagaId);
        if (fault === 'card_declined') {
          throw new StepRefused(errors.declined(last4), [
            {
              aggregateType: 'Payment',
              aggregateId: id,
              type: 'PaymentDeclinedV1',
              payload: payloads.declined(context, id),
            },
          ]);
        }
        await tx.query(
          `INSERT INTO shop.payment_hold (payment_id, saga_id, order_id, customer_id, amount_cents, card_last4, state, settled_at)
           VALUES ($1, $2, $3, $4, $5, $6, 'held', CASE WHEN $7 THEN now() END)`,
          [
            id,
            facts.sagaId,
            context.order_id,
            context.customer.id,
            context.amountCents,
            last4,
            fault === 'void_refused',
          ],
        );
        return {
          events: [
            {
              aggregateType: 'Payment',
              aggregateId: id,
              type: 'PaymentAuthorizedV2',
              payload: payloads.authorized(context, id, last4),
            },
          ],
          context: { ...context, payment_id: id },
        };
      },
      undo: async (tx, { facts }) => {
        const { rows } = await tx.query<{ payment_id: string; order_id: string; settled: boolean }>(
          `SELECT payment_id, order_id, settled_at IS NOT NULL AS settled FROM shop.payment_hold WHERE saga_id = $1 AND state = 'held' FOR UPDATE`,
          [facts.sagaId],
        );
        const hold = rows[0];
        if (!hold) return { events: [] };
        if (hold.settled) {
          throw new StepRefused(errors.settled(hold.payment_id), [
            {
              aggregateType: 'Payment',
              aggregateId: hold.payment_id,
              type: 'PaymentVoidRefusedV1',
              payload: payloads.voidRefused(hold.payment_id, hold.order_id),
            },
          ]);
        }
        await tx.query(`UPDATE shop.payment_hold SET state = 'voided' WHERE payment_id = $1`, [hold.payment_id]);
        return {
          events: [
            {
              aggregateType: 'Payment',
              aggregateId: hold.payment_id,
              type: 'PaymentVoidedV1',
              payload: payloads.voided(hold.payment_id, hold.order_id),
            },
          ],
        };
      },
    },
  },
};

/** Last four digits of the card that a saga's order is paid with. */
export const cardOf = (sagaId: string): string => String(parseInt(sagaId.slice(-4), 16) % 10_000).padStart(4, '0');
