import { randomUUID } from 'node:crypto';
import { payloads, paymentId, reservationId, shipmentId, type PlacedOrder } from './catalog';
import { SAGA_TYPE, STEPS } from './definition';
import { errors, type StepError } from './faults';
import { serviceOf, type PastEvent, type PastRow, type StepName } from './history-rows';
import { contextText, type Json, type OrderContext } from './json';
import type { LogRow, SagaFacts } from './log';
import type { SagaMemory, StepMemory } from './memory';
import { cardOf } from './payment';

const CARRIER_MS = 2_500;
const WORK_MS: Record<StepName, number> = {
  reserve_inventory: 180,
  authorize_payment: 620,
  create_shipment: 420,
  confirm_order: 60,
  notify_customer: 90,
};

/** Writes down what one past order did, with the same rows, events and effects as the running services leave. */
export class Script {
  readonly rows: PastRow[] = [];
  readonly events: PastEvent[] = [];
  readonly facts: SagaFacts;
  /** Effects as they stand at the end. */
  readonly effects: Partial<Record<StepName, 'stands' | 'undone'>> = {};
  readonly tombstones = new Set<StepName>();
  orderState: 'placed' | 'confirmed' | 'cancelled' = 'placed';
  notifiedAt: number | null = null;
  settledAt: number | null = null;
  lock: { stockCount: string; until: number } | null = null;
  state: SagaMemory['state'] = 'forward';
  readonly memory: Record<string, StepMemory> = {};
  context: OrderContext;
  private written: { context: OrderContext; text: string } | null = null;
  cause: string | null = null;

  constructor(
    readonly order: PlacedOrder,
    readonly startedAt: number,
    private readonly random: () => number,
    public now = startedAt,
  ) {
    this.context = order.context;
    this.facts = {
      sagaId: order.sagaId,
      sagaType: SAGA_TYPE,
      sagaVersion: 1,
      correlationId: order.correlationId,
      traceId: order.traceId,
      tenantId: order.tenantId,
    };
    this.event(
      'order',
      'Order',
      this.context.order_id,
      'OrderPlacedV2',
      payloads.placed(this.context),
      this.context.customer.id,
    );
    this.later(8);
  }

  /** Lets about `ms` pass. */
  later(ms: number): this {
    this.now += Math.max(1, Math.round(ms * (0.6 + this.random() * 0.9)));
    return this;
  }

  start(step: StepName): this {
    const known = this.memory[step];
    const attempt = (known?.attempt ?? 0) + 1;
    this.memory[step] = { state: 'pending', attempt, tries: attempt, undos: 0, undoing: false, logId: '0', nth: 0 };
    this.row(step, 'PENDING', 'ACTION', 'orchestrator', attempt, null, null);
    return this.later(6);
  }

  /** The step succeeds; `again` where an earlier answer was lost, so that only the evidence is repeated. */
  done(step: StepName, again = false): this {
    this.later(WORK_MS[step]);
    if (!again) this.perform(step);
    const memory = this.recall(step);
    memory.state = 'done';
    memory.nth = 1 + Math.max(0, ...Object.values(this.memory).map((m) => m.nth));
    this.row(step, 'SUCCESS', 'ACTION', serviceOf(step), memory.attempt, null, null);
    return this.later(9);
  }

  /** Start and success of each of `steps`. */
  pass(...steps: StepName[]): this {
    for (const step of steps) this.start(step).done(step);
    return this;
  }

  fail(step: StepName, error: StepError, by = serviceOf(step)): this {
    const memory = this.recall(step);
    memory.state = error.category === 'infrastructure' ? 'unknown' : 'failed';
    this.row(step, 'FAILED', 'ACTION', by, memory.attempt, error, null);
    return this.later(12);
  }

  /** `times` calls to a carrier that does not answer. */
  carrierSilent(times: number): this {
    for (let i = 1; i <= times; i++) {
      this.start('create_shipment');
      this.now += CARRIER_MS;
      const id = shipmentId(this.facts.sagaId);
      this.event(
        'shipping',
        'Shipment',
        id,
        'CarrierCallTimedOutV1',
        payloads.carrierTimedOut(this.context, id, this.recall('create_shipment').attempt, CARRIER_MS),
      );
      this.fail('create_shipment', errors.carrierTimeout(this.context.carrier, CARRIER_MS));
      if (i < times) this.later(500 * 2 ** i);
    }
    return this;
  }

  undoing(step: StepName, compensationId: string): this {
    const memory = this.recall(step);
    memory.undos += 1;
    this.row(step, 'PENDING', 'COMPENSATION', 'orchestrator', memory.undos, null, compensationId);
    return this.later(7);
  }

  undone(step: StepName, compensationId: string | null, actor = 'orchestrator'): this {
    this.later(WORK_MS[step]);
    const memory = this.recall(step);
    if (this.effects[step] === 'stands') this.putBack(step, actor);
    memory.state = 'undone';
    this.tombstones.add(step);
    this.row(
      step,
      'COMPENSATED',
      'COMPENSATION',
      serviceOf(step),
      actor === 'orchestrator' ? memory.undos : memory.undos + 1,
      null,
      compensationId,
    );
    return this.later(9);
  }

  undoFailed(step: StepName, compensationId: string, error: StepError): this {
    this.later(WORK_MS[step]);
    this.row(step, 'FAILED', 'COMPENSATION', serviceOf(step), this.recall(step).undos, error, compensationId);
    return this.later(12);
  }

  /** The end of a saga that went back completely. */
  cancelled(): this {
    this.orderState = 'cancelled';
    this.event(
      'order',
      'Order',
      this.context.order_id,
      'OrderCancelledV1',
      payloads.cancelled(this.context, 'fulfilment failed'),
    );
    return this.end('undone');
  }

  end(state: SagaMemory['state']): this {
    this.state = state;
    return this;
  }

  recall(step: StepName): StepMemory {
    const memory = this.memory[step];
    if (!memory) throw new Error(`${step} has not started`);
    return memory;
  }

  row(
    step: StepName,
    status: LogRow['status'],
    phase: LogRow['phase'],
    service: string,
    attempt: number | null,
    error: StepError | null,
    compensationId: string | null,
  ): void {
    const compensatingAction = STEPS.find(({ name }) => name === step)?.compensation ?? null;
    this.rows.push({
      at: this.now,
      facts: this.facts,
      stepName: step,
      status,
      phase,
      service,
      attempt,
      error,
      context: this.contextNow(),
      compensatingAction,
      compensationId,
    });
  }

  event(
    service: string,
    aggregateType: PastEvent['aggregateType'],
    aggregateId: string,
    type: string,
    payload: PastEvent['payload'],
    actor = 'orchestrator',
    moves?: PastEvent['moves'],
  ): void {
    const eventId = randomUUID();
    this.events.push({
      at: this.now,
      facts: this.facts,
      eventId,
      cause: this.cause,
      service,
      actor,
      aggregateType,
      aggregateId,
      type,
      payload,
      ...(moves ? { moves } : {}),
    });
    this.cause = eventId;
  }

  // Most rows repeat the context of the row before: it is written once.
  private contextNow(): string {
    if (this.written?.context !== this.context)
      this.written = { context: this.context, text: contextText(this.context) };
    return this.written.text;
  }

  private perform(step: StepName): void {
    const { sagaId } = this.facts;
    this.effects[step] = 'stands';
    if (step === 'reserve_inventory') this.move(-1, 'StockReservedV1', 'orchestrator');
    else if (step === 'authorize_payment') {
      const id = paymentId(sagaId);
      this.event(
        'payment',
        'Payment',
        id,
        'PaymentAuthorizedV2',
        payloads.authorized(this.context, id, cardOf(sagaId)),
      );
      this.context = { ...this.context, payment_id: id };
    } else if (step === 'create_shipment') {
      const id = shipmentId(sagaId);
      this.event('shipping', 'Shipment', id, 'ShipmentCreatedV2', payloads.shipped(this.context, id));
      this.context = { ...this.context, shipment_id: id };
    } else if (step === 'confirm_order') {
      this.orderState = 'confirmed';
      this.event('order', 'Order', this.context.order_id, 'OrderConfirmedV1', payloads.confirmed(this.context));
    } else {
      this.notifiedAt = this.now;
      this.event('order', 'Order', this.context.order_id, 'CustomerNotifiedV1', payloads.notified(this.context));
    }
  }

  private putBack(step: StepName, actor: string): void {
    const { order_id } = this.context;
    this.effects[step] = 'undone';
    if (step === 'reserve_inventory') this.move(1, 'StockReleasedV1', actor);
    else if (step === 'authorize_payment') {
      const id = paymentId(this.facts.sagaId);
      this.event('payment', 'Payment', id, 'PaymentVoidedV1', payloads.voided(id, order_id), actor);
    } else if (step === 'create_shipment') {
      const id = shipmentId(this.facts.sagaId);
      this.event('shipping', 'Shipment', id, 'ShipmentCancelledV1', payloads.shipmentCancelled(id, order_id), actor);
    }
  }

  private move(sign: 1 | -1, type: string, actor: string): void {
    const id = reservationId(this.facts.sagaId);
    const { warehouse } = this.context;
    const { cause } = this;
    for (const { sku, qty } of this.context.lines.toSorted((a, b) => (a.sku < b.sku ? -1 : 1))) {
      // What one command moved has one cause, however many shelves.
      this.cause = cause;
      const payload = (onHand: number): Json => payloads.moved(this.context, id, sku, qty, onHand);
      this.event('inventory', 'Stock', `${sku}@${warehouse}`, type, payload, actor, {
        sku,
        warehouse,
        qty: sign * qty,
      });
    }
    this.context = { ...this.context, reservation_id: id };
  }
}
