import { randomUUID } from 'node:crypto';
import { v5 } from 'uuid';
import { payloads, paymentId, reservationId } from './catalog';
import { errors, LOCK_MINUTES, type Fault } from './faults';
import { cardOf } from './payment';
import type { StepName } from './history-rows';
import type { Script } from './history-script';

const MINUTE = 60_000;

/** Faults of the past that no running service makes: what older versions and people's hands left behind. */
export type PastFault =
  | Fault
  | 'late_shipment'
  | 'cancelled_twice'
  | 'voided_after_pivot'
  | 'late_decline'
  | 'unreachable';

export interface Around {
  /** Epoch ms at which history ends. */
  end: number;
  random: () => number;
  /** Faults that need a person stay as they are; else a person has mended them meanwhile. */
  open: boolean;
  /** For `unreachable`: which service was down, until when. */
  outage?: { step: StepName; until: number };
}

type Scenario = (script: Script, around: Around) => void;

const undoId = (script: Script, step: StepName): string => v5(step, script.facts.sagaId);

function undo(script: Script, ...steps: StepName[]): Script {
  for (const step of steps) script.undoing(step, undoId(script, step)).undone(step, undoId(script, step));
  return script;
}

const complete = (script: Script): Script => script.pass('confirm_order', 'notify_customer').end('done');

/** What each fault looks like when it is over, rows as the running shop writes them. */
export const SCENARIOS: Record<PastFault | 'none', Scenario> = {
  none: (s) => void complete(s.pass('reserve_inventory', 'authorize_payment', 'create_shipment')),
  carrier_slow: (s, { random }) => {
    s.pass('reserve_inventory', 'authorize_payment')
      .carrierSilent(random() < 0.6 ? 1 : 2)
      .later(900);
    complete(s.pass('create_shipment'));
  },
  answer_lost: (s) => {
    s.pass('reserve_inventory', 'authorize_payment', 'create_shipment').later(800);
    complete(s.start('create_shipment').done('create_shipment', true));
  },
  carrier_down: (s) => {
    s.pass('reserve_inventory', 'authorize_payment').carrierSilent(3);
    undo(s, 'create_shipment', 'authorize_payment', 'reserve_inventory').cancelled();
  },
  card_declined: (s) => {
    const id = paymentId(s.facts.sagaId);
    s.pass('reserve_inventory').start('authorize_payment').later(500);
    s.event('payment', 'Payment', id, 'PaymentDeclinedV1', payloads.declined(s.context, id));
    s.fail('authorize_payment', errors.declined(cardOf(s.facts.sagaId)));
    undo(s, 'reserve_inventory').cancelled();
  },
  sold_out: (s) => {
    s.start('reserve_inventory')
      .later(120)
      .fail('reserve_inventory', errors.soldOut(s.context.lines[0]?.sku ?? '', s.context.warehouse))
      .cancelled();
  },
  mail_bounced: (s) => {
    s.pass('reserve_inventory', 'authorize_payment', 'create_shipment', 'confirm_order');
    for (let i = 1; i <= 3; i++)
      s.start('notify_customer')
        .later(150)
        .fail('notify_customer', errors.bounced())
        .later(i < 3 ? 500 * 2 ** i : 1);
    s.recall('notify_customer').state = 'skipped';
    s.end('done');
  },
  outage: (s, around) => SCENARIOS.none(s, around),
  unreachable: (s, { outage }) => {
    const step = outage?.step ?? 'create_shipment';
    s.pass('reserve_inventory');
    if (step === 'create_shipment') s.pass('authorize_payment');
    for (let i = 1; i <= 3; i++)
      s.start(step)
        .later(4)
        .fail(step, errors.unreachable(step === 'create_shipment' ? 'shipping' : 'payment'), 'orchestrator')
        .later(i < 3 ? 400 * 2 ** i : 1);
    s.undoing(step, undoId(s, step));
    s.now = Math.max(s.now, outage?.until ?? s.now);
    s.later(1_000).undone(step, undoId(s, step));
    if (step === 'create_shipment') undo(s, 'authorize_payment');
    undo(s, 'reserve_inventory').cancelled();
  },
  locked_release: (s, { end, open, random }) => {
    const stockCount = `WB-${10 + Math.floor(random() * 90)}`;
    s.pass('reserve_inventory', 'authorize_payment').carrierSilent(3);
    undo(s, 'create_shipment', 'authorize_payment');
    const step = 'reserve_inventory';
    for (let i = 1; i <= 3; i++) {
      s.undoing(step, undoId(s, step)).later(300);
      const first = s.context.lines.toSorted((a, b) => (a.sku < b.sku ? -1 : 1))[0];
      s.event(
        'inventory',
        'Stock',
        `${first?.sku}@${s.context.warehouse}`,
        'StockReleaseFailedV1',
        payloads.releaseFailed(s.context, reservationId(s.facts.sagaId), i, stockCount),
      );
      s.undoFailed(step, undoId(s, step), errors.locked(s.context.warehouse, stockCount)).later(
        i < 3 ? 900 * 2 ** i : 1,
      );
    }
    s.end('person');
    if (open) {
      // Old locks are over by now, so that a retry works at once; a fresh one ends in a few minutes.
      s.lock = { stockCount, until: end - s.startedAt > 10 * MINUTE ? s.now + MINUTE : end + LOCK_MINUTES * MINUTE };
      return;
    }
    s.later(9 * MINUTE)
      .undone(step, randomUUID(), 'support@shop')
      .cancelled();
  },
  void_refused: (s) => {
    const step = 'authorize_payment';
    s.pass('reserve_inventory', step).carrierSilent(3);
    s.settledAt = s.now;
    undo(s, 'create_shipment').undoing(step, undoId(s, step)).later(200);
    const id = paymentId(s.facts.sagaId);
    s.event('payment', 'Payment', id, 'PaymentVoidRefusedV1', payloads.voidRefused(id, s.context.order_id));
    s.undoFailed(step, undoId(s, step), errors.settled(id)).end('person');
  },
  confirm_silent: (s, { open }) => {
    s.pass('reserve_inventory', 'authorize_payment', 'create_shipment');
    for (let i = 1; i <= 3; i++) {
      s.start('confirm_order');
      s.now += 5_000;
      if (i < 3) s.later(400 * 2 ** i);
    }
    s.fail('confirm_order', errors.noAnswer('order', 5_000), 'orchestrator').end('person');
    if (open) return;
    s.recall('confirm_order').attempt += 1;
    s.later(7 * MINUTE)
      .done('confirm_order')
      .pass('notify_customer')
      .end('done');
  },
  lost: (s) => void s.pass('reserve_inventory', 'authorize_payment').start('create_shipment').end('lost'),
  given_up: (s) => {
    s.pass('reserve_inventory', 'authorize_payment', 'create_shipment');
    for (let i = 1; i <= 3; i++)
      s.start('confirm_order')
        .later(40)
        .fail('confirm_order', errors.deadlock())
        .later(i < 3 ? 400 * 2 ** i : 1);
    s.end('lost');
  },
  late_shipment: (s) => {
    SCENARIOS.carrier_down(s, { end: 0, random: () => 0, open: true });
    // The carrier's booking came through after all; the shipping service of that day had no tombstones yet.
    s.later(40_000).done('create_shipment').end('undone');
  },
  cancelled_twice: (s) => {
    SCENARIOS.given_up(s, { end: 0, random: () => 0, open: true });
    undo(s, 'create_shipment').undone('create_shipment', randomUUID(), 'support@shop');
    undo(s, 'authorize_payment', 'reserve_inventory').cancelled();
  },
  voided_after_pivot: (s, around) => {
    SCENARIOS.none(s, around);
    s.later(3 * MINUTE)
      .undone('authorize_payment', null, 'support@shop')
      .end('done');
  },
  late_decline: (s) => {
    s.pass('reserve_inventory', 'authorize_payment').later(1_500);
    s.fail('authorize_payment', errors.declined(cardOf(s.facts.sagaId))).end('lost');
  },
};

/** What waits for a person when the shop opens: fault and how many minutes ago the order was placed. */
export const OPEN_CASES: readonly (readonly [PastFault, number])[] = [
  ['late_shipment', 131],
  ['void_refused', 97],
  ['voided_after_pivot', 84],
  ['confirm_silent', 71],
  ['cancelled_twice', 63],
  ['lost', 52],
  ['given_up', 44],
  ['locked_release', 38],
  ['late_decline', 33],
  ['lost', 27],
  ['void_refused', 23],
  ['locked_release', 18],
  ['given_up', 12],
  ['confirm_silent', 9],
  ['locked_release', 5],
];
