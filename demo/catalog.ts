import { v5 } from 'uuid';
import { Cents, type OrderContext } from './json';
import { pick, randomOf, shortId } from './random';

const NAMESPACE = '5b0f2c36-93a5-4c0b-8f5e-3d6a1f0c7a11';

export const WAREHOUSES = ['HAM-2', 'MUC-1', 'LEJ-3'] as const;
export const CARRIERS = [
  ['NordPost', 5],
  ['Alpenkurier', 3],
  ['Rheinlogistik', 2],
] as const;
/** Price in EUR cents. */
export const PRODUCTS = [
  { sku: 'SKU-1042', price: 9_245, weight: 6 },
  { sku: 'SKU-1043', price: 2_990, weight: 5 },
  { sku: 'SKU-1077', price: 1_450, weight: 8 },
  { sku: 'SKU-2001', price: 124_900, weight: 1 },
  { sku: 'SKU-2014', price: 38_900, weight: 2 },
  { sku: 'SKU-3310', price: 795, weight: 9 },
  { sku: 'SKU-3311', price: 1_995, weight: 7 },
  { sku: 'SKU-4120', price: 5_650, weight: 4 },
] as const;
/** What only wholesale orders take: 128 articles of one warehouse. Price in EUR cents. */
export const WHOLESALE = {
  warehouse: WAREHOUSES[0],
  articles: Array.from({ length: 128 }, (_, i) => ({ sku: `SKU-${5_001 + i}`, price: 195 + ((i * 37) % 90) * 10 })),
} as const;

/** Every so many orders a wholesale customer orders all of it: 128 lines, and hundreds of events. */
const WHOLESALE_EVERY = 2_500;
export const isWholesale = (number: number): boolean => number % WHOLESALE_EVERY === 0;

export const TENANTS = [
  ['acme', 6],
  ['globex', 3],
  ['initech', 2],
  ['umbra', 1],
] as const;

/** Stock that arrives when a shelf runs low, and when it counts as low. */
export const RESTOCK = { below: 40, qty: 600 } as const;

/** An order somebody places: everything about it follows from seed and number. */
export interface PlacedOrder {
  number: number;
  sagaId: string;
  correlationId: string;
  /** 32 hexadecimal digits, as in a traceparent. */
  traceId: string;
  tenantId: string;
  context: OrderContext;
}

const PRODUCT_WEIGHTS = PRODUCTS.map((product) => [product, product.weight] as const);

/** The order number `number` of a shop with this seed. */
export function orderOf(seed: number, number: number): PlacedOrder {
  const random = randomOf('order', seed, number);
  const lines = new Map<string, { sku: string; qty: number; price: number }>();
  const wholesale = isWholesale(number);
  if (wholesale)
    for (const { sku, price } of WHOLESALE.articles) lines.set(sku, { sku, qty: 1 + Math.floor(random() * 3), price });
  const count = pick(random, [
    [1, 7],
    [2, 2],
    [3, 1],
  ] as const);
  for (let i = 0; i < (wholesale ? 0 : count); i++) {
    const { sku, price } = pick(random, PRODUCT_WEIGHTS);
    lines.set(sku, { sku, qty: price > 30_000 ? 1 : 1 + Math.floor(random() * 3), price });
  }
  const customer = 10_000 + Math.floor(random() * 25_000);
  const id = (name: string): string => v5(`${seed}:${number}:${name}`, NAMESPACE);
  return {
    number,
    sagaId: id('saga'),
    correlationId: id('correlation'),
    traceId: id('trace').replaceAll('-', ''),
    tenantId: wholesale ? 'acme' : pick(random, TENANTS),
    context: {
      order_id: `order-${number}`,
      amountCents: [...lines.values()].reduce((sum, line) => sum + line.qty * line.price, 0),
      lines: [...lines.values()].map(({ sku, qty }) => ({ sku, qty })),
      customer: { id: `C-${customer}`, email: `customer${customer}@example.com` },
      warehouse: wholesale
        ? WHOLESALE.warehouse
        : pick(
            random,
            WAREHOUSES.map((code) => [code, 1] as const),
          ),
      carrier: pick(random, CARRIERS),
      reservation_id: null,
      payment_id: null,
      shipment_id: null,
    },
  };
}

/** Ids that the services give; they follow from the saga, so that a repeated run cannot make a second one. */
export const reservationId = (sagaId: string): string => shortId('rsv_', randomOf('reservation', sagaId));
export const paymentId = (sagaId: string): string => shortId('pay_', randomOf('payment', sagaId));
export const shipmentId = (sagaId: string): string => shortId('shp_', randomOf('shipment', sagaId));

/** Payloads of the shop's events, in one place for the live services and the history alike. */
export const payloads = {
  placed: (c: OrderContext) => ({
    order_id: c.order_id,
    customer_id: c.customer.id,
    total: new Cents(c.amountCents),
    currency: 'EUR',
    lines: c.lines,
    status: 'PLACED',
  }),
  confirmed: (c: OrderContext) => ({ order_id: c.order_id, status: 'CONFIRMED' }),
  cancelled: (c: OrderContext, why: string) => ({ order_id: c.order_id, status: 'CANCELLED', why }),
  notified: (c: OrderContext) => ({ order_id: c.order_id, notified: c.customer.email }),
  received: (sku: string, warehouse: string, qty: number, onHand: number) => ({ sku, warehouse, qty, on_hand: onHand }),
  moved: (
    c: { warehouse: string; order_id: string },
    reservation: string,
    sku: string,
    qty: number,
    onHand: number,
  ) => ({ sku, warehouse: c.warehouse, qty, on_hand: onHand, reservation_id: reservation, order_id: c.order_id }),
  releaseFailed: (
    c: { warehouse: string; order_id: string },
    reservation: string,
    attempt: number,
    stockCount: string,
  ) => ({
    warehouse: c.warehouse,
    reservation_id: reservation,
    order_id: c.order_id,
    attempt,
    code: 'WMS_UNAVAILABLE',
    stock_count: stockCount,
  }),
  authorized: (c: OrderContext, payment: string, last4: string) => ({
    payment_id: payment,
    order_id: c.order_id,
    amount: new Cents(c.amountCents),
    currency: 'EUR',
    card_last4: last4,
    held: new Cents(c.amountCents),
    status: 'AUTHORIZED',
  }),
  declined: (c: OrderContext, payment: string) => ({
    payment_id: payment,
    order_id: c.order_id,
    amount: new Cents(c.amountCents),
    currency: 'EUR',
    code: 'CARD_DECLINED',
    status: 'DECLINED',
  }),
  voided: (payment: string, order: string) => ({
    payment_id: payment,
    order_id: order,
    held: new Cents(0),
    status: 'VOIDED',
  }),
  voidRefused: (payment: string, order: string) => ({ payment_id: payment, order_id: order, code: 'CAPTURE_SETTLED' }),
  shipped: (c: OrderContext, shipment: string) => ({
    shipment_id: shipment,
    order_id: c.order_id,
    carrier: c.carrier,
    parcels: c.lines.length,
    status: 'CREATED',
  }),
  carrierTimedOut: (c: OrderContext, shipment: string, attempt: number, ms: number) => ({
    shipment_id: shipment,
    order_id: c.order_id,
    carrier: c.carrier,
    attempt,
    code: 'CARRIER_TIMEOUT',
    timeout_ms: ms,
  }),
  shipmentCancelled: (shipment: string, order: string) => ({
    shipment_id: shipment,
    order_id: order,
    status: 'CANCELLED',
  }),
} as const;
