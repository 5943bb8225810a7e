import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from } from 'pg-copy-streams';
import { payloads, paymentId, reservationId, RESTOCK, shipmentId } from './catalog';
import type { PastEvent, PastRow } from './history-rows';
import type { Script } from './history-script';
import { contextText, jsonText, type Json } from './json';
import { metadataText } from './log';
import { cardOf } from './payment';
import type { Shelf } from './stock';

type Field = string | number | bigint | null;

const LOG =
  'saga_log (saga_id, step_name, status, created_at, saga_type, phase, attempt, error, context, compensating_action, compensation_id, saga_version, correlation_id, trace_id, tenant_id, service)';
const EVENTS =
  'event_store (event_id, aggregate_type, aggregate_id, version, event_type, payload, metadata, occurred_at)';
const TABLES = {
  orders: 'shop.orders (order_id, saga_id, tenant_id, customer_id, email, amount_cents, state, notified_at, placed_at)',
  reservation: 'shop.reservation (reservation_id, saga_id, order_id, warehouse, state)',
  line: 'shop.reservation_line (reservation_id, sku, qty)',
  hold: 'shop.payment_hold (payment_id, saga_id, order_id, customer_id, amount_cents, card_last4, state, settled_at)',
  shipment: 'shop.shipment (shipment_id, saga_id, order_id, carrier, state)',
  tombstone: 'shop.tombstone (saga_id, step_name, at)',
  lock: 'shop.stock_lock (warehouse, saga_id, stock_count, until)',
  saga: 'shop.saga (saga_id, order_id, tenant_id, correlation_id, trace_id, state, steps, context, cause, updated_at)',
} as const;

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

const SPECIAL = /[\\\t\n\r]/;

function copyLine(fields: Field[]): string {
  let line = '';
  for (const field of fields) {
    if (line !== '') line += '\t';
    if (field === null) line += '\\N';
    else if (typeof field === 'string' && SPECIAL.test(field))
      line += field.replace(/[\\\t\n\r]/g, (char) => ESCAPES[char] ?? char);
    else line += field;
  }
  return `${line}\n`;
}

const iso = (at: number): string => new Date(at).toISOString();

async function copy(tx: PoolClient, target: string, lines: string[]): Promise<void> {
  if (lines.length === 0) return;
  const chunks: string[] = [];
  for (let i = 0; i < lines.length; i += 500) chunks.push(lines.slice(i, i + 500).join(''));
  await pipeline(Readable.from(chunks), tx.query(from(`COPY ${target} FROM STDIN`)));
}

/** COPYs rows in the order given, which becomes their log order. */
export const copyRows = (tx: PoolClient, rows: PastRow[]): Promise<void> =>
  copy(
    tx,
    LOG,
    rows.map((row) =>
      copyLine([
        row.facts.sagaId,
        row.stepName,
        row.status,
        iso(row.at),
        row.facts.sagaType,
        row.phase,
        row.attempt,
        row.error ? JSON.stringify(row.error) : null,
        row.context,
        row.compensatingAction,
        row.compensationId,
        row.facts.sagaVersion,
        row.facts.correlationId,
        row.facts.traceId,
        row.facts.tenantId,
        row.service,
      ]),
    ),
  );

/** COPYs events in the order given; counts versions, moves `stock`, and lets a shelf that runs low be filled first. */
export function copyEvents(
  tx: PoolClient,
  events: PastEvent[],
  stock: Map<string, Shelf>,
  versions: Map<string, number>,
): Promise<void> {
  const lines: string[] = [];
  for (const event of events) {
    const shelf = event.aggregateType === 'Stock' ? stock.get(event.aggregateId) : undefined;
    let { cause } = event;
    if (shelf && event.moves) {
      if (shelf.onHand + event.moves.qty < RESTOCK.below && event.moves.qty < 0) {
        shelf.received += RESTOCK.qty;
        shelf.onHand += RESTOCK.qty;
        const eventId = randomUUID();
        lines.push(
          eventLine(
            { ...event, eventId, cause, type: 'StockReceivedV1' },
            ++shelf.version,
            payloads.received(shelf.sku, shelf.warehouse, RESTOCK.qty, shelf.onHand),
          ),
        );
        cause = eventId;
      }
      shelf.onHand += event.moves.qty;
    }
    const stream = `${event.aggregateType}/${event.aggregateId}`;
    const version = shelf ? ++shelf.version : (versions.get(stream) ?? 0) + 1;
    if (!shelf) versions.set(stream, version);
    lines.push(
      eventLine(
        { ...event, cause },
        version,
        typeof event.payload === 'function' ? event.payload(shelf?.onHand ?? 0) : event.payload,
      ),
    );
  }
  return copy(tx, EVENTS, lines);
}

const eventLine = (event: PastEvent, version: number, payload: Json): string =>
  copyLine([
    event.eventId,
    event.aggregateType,
    event.aggregateId,
    version,
    event.type,
    jsonText(payload),
    metadataText(event.facts, event.service, event.actor, event.cause),
    iso(event.at),
  ]);

/** The shop's own tables as past orders left them, collected as COPY lines. */
export class PastEffects {
  private readonly lines: Record<keyof typeof TABLES, string[]> = {
    orders: [],
    reservation: [],
    line: [],
    hold: [],
    shipment: [],
    tombstone: [],
    lock: [],
    saga: [],
  };

  add(script: Script): void {
    const { context: c, facts, effects } = script;
    const { lines } = this;
    const { sagaId } = facts;
    lines.orders.push(
      copyLine([
        c.order_id,
        sagaId,
        facts.tenantId,
        c.customer.id,
        c.customer.email,
        c.amountCents,
        script.orderState,
        script.notifiedAt === null ? null : iso(script.notifiedAt),
        iso(script.startedAt),
      ]),
    );
    const { reserve_inventory: reserved, authorize_payment: held, create_shipment: shipped } = effects;
    if (reserved) {
      const id = reservationId(sagaId);
      lines.reservation.push(
        copyLine([id, sagaId, c.order_id, c.warehouse, reserved === 'stands' ? 'reserved' : 'released']),
      );
      for (const { sku, qty } of c.lines) lines.line.push(copyLine([id, sku, qty]));
    }
    if (held)
      lines.hold.push(
        copyLine([
          paymentId(sagaId),
          sagaId,
          c.order_id,
          c.customer.id,
          c.amountCents,
          cardOf(sagaId),
          held === 'stands' ? 'held' : 'voided',
          script.settledAt === null ? null : iso(script.settledAt),
        ]),
      );
    if (shipped)
      lines.shipment.push(
        copyLine([shipmentId(sagaId), sagaId, c.order_id, c.carrier, shipped === 'stands' ? 'created' : 'cancelled']),
      );
    for (const step of script.tombstones) lines.tombstone.push(copyLine([sagaId, step, iso(script.now)]));
    if (script.lock) lines.lock.push(copyLine([c.warehouse, sagaId, script.lock.stockCount, iso(script.lock.until)]));
    lines.saga.push(
      copyLine([
        sagaId,
        c.order_id,
        facts.tenantId,
        facts.correlationId,
        facts.traceId,
        script.state,
        JSON.stringify(script.memory),
        contextText(c),
        script.cause,
        iso(script.now),
      ]),
    );
  }

  async copy(tx: PoolClient): Promise<void> {
    const { lines } = this;
    await copy(tx, TABLES.orders, lines.orders);
    await copy(tx, TABLES.reservation, lines.reservation);
    await copy(tx, TABLES.line, lines.line);
    await copy(tx, TABLES.hold, lines.hold);
    await copy(tx, TABLES.shipment, lines.shipment);
    await copy(tx, TABLES.tombstone, lines.tombstone);
    await copy(tx, TABLES.lock, lines.lock);
    await copy(tx, TABLES.saga, lines.saga);
  }
}
