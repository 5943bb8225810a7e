import { payloads, PRODUCTS, RESTOCK, WAREHOUSES, WHOLESALE } from './catalog';
import { jsonText } from './json';
import type { Db } from './schema';

/** One shelf while history is written: units received and on hand, and the version of its last event. */
export interface Shelf {
  sku: string;
  warehouse: string;
  received: number;
  onHand: number;
  version: number;
}

/** Fills every empty shelf once, with an event each, as of `at` (epoch ms). */
export async function seedStock(db: Db, at: number): Promise<void> {
  for (const { sku, warehouse } of SHELVES) {
    const { rowCount } = await db.query(
      'INSERT INTO shop.stock (sku, warehouse, received, on_hand) VALUES ($1, $2, $3, $3) ON CONFLICT DO NOTHING',
      [sku, warehouse, RESTOCK.qty],
    );
    if (!rowCount) continue;
    await db.query(
      `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload, metadata, occurred_at)
       VALUES ('Stock', $1, 1, 'StockReceivedV1', $2::jsonb, '{"service":"inventory","actor":"purchasing"}', to_timestamp($3))`,
      [`${sku}@${warehouse}`, jsonText(payloads.received(sku, warehouse, RESTOCK.qty, RESTOCK.qty)), at / 1_000],
    );
  }
}

/** Every article in every warehouse, those of wholesale in theirs. */
const SHELVES = [
  ...PRODUCTS.flatMap(({ sku }) => WAREHOUSES.map((warehouse) => ({ sku, warehouse }))),
  ...WHOLESALE.articles.map(({ sku }) => ({ sku, warehouse: WHOLESALE.warehouse })),
];

/** All shelves as they are, by `SKU@warehouse`. */
export async function shelves(db: Db): Promise<Map<string, Shelf>> {
  const { rows } = await db.query<{
    sku: string;
    warehouse: string;
    received: string;
    on_hand: string;
    version: string;
  }>(
    `SELECT sku, warehouse, received, on_hand, (SELECT max(version) FROM event_store
       WHERE aggregate_type = 'Stock' AND aggregate_id = sku || '@' || warehouse) AS version FROM shop.stock`,
  );
  return new Map(
    rows.map((row) => [
      `${row.sku}@${row.warehouse}`,
      {
        sku: row.sku,
        warehouse: row.warehouse,
        received: Number(row.received),
        onHand: Number(row.on_hand),
        version: Number(row.version),
      },
    ]),
  );
}

export async function saveShelves(db: Db, all: Iterable<Shelf>): Promise<void> {
  for (const { sku, warehouse, received, onHand } of all) {
    await db.query('UPDATE shop.stock SET received = $3, on_hand = $4 WHERE sku = $1 AND warehouse = $2', [
      sku,
      warehouse,
      received,
      onHand,
    ]);
  }
}
