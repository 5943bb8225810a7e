import type { Pool, PoolClient } from 'pg';

/** What both a pool and one of its clients can do: run a statement. */
export type Db = Pick<PoolClient, 'query'>;

const TABLES = `
CREATE SCHEMA IF NOT EXISTS shop;
CREATE SEQUENCE IF NOT EXISTS shop.order_number START 1001;
CREATE TABLE IF NOT EXISTS shop.setting (name text PRIMARY KEY, value text NOT NULL);

CREATE TABLE IF NOT EXISTS shop.orders (
  order_id text PRIMARY KEY, saga_id uuid NOT NULL UNIQUE, tenant_id text NOT NULL, customer_id text NOT NULL,
  email text NOT NULL, amount_cents bigint NOT NULL CHECK (amount_cents > 0), currency char(3) NOT NULL DEFAULT 'EUR',
  state text NOT NULL CHECK (state IN ('placed', 'confirmed', 'cancelled')), notified_at timestamptz,
  placed_at timestamptz NOT NULL DEFAULT now());

-- on_hand = received - what standing reservations took; a release puts it back.
CREATE TABLE IF NOT EXISTS shop.stock (
  sku text NOT NULL, warehouse text NOT NULL, received bigint NOT NULL, on_hand bigint NOT NULL CHECK (on_hand >= 0),
  PRIMARY KEY (sku, warehouse));
CREATE TABLE IF NOT EXISTS shop.reservation (
  reservation_id text PRIMARY KEY, saga_id uuid NOT NULL UNIQUE, order_id text NOT NULL, warehouse text NOT NULL,
  state text NOT NULL CHECK (state IN ('reserved', 'released')));
CREATE TABLE IF NOT EXISTS shop.reservation_line (
  reservation_id text NOT NULL, sku text NOT NULL, qty int NOT NULL CHECK (qty > 0), PRIMARY KEY (reservation_id, sku));
-- A stock count locks a warehouse, or the shelf of one saga, until it ends.
CREATE TABLE IF NOT EXISTS shop.stock_lock (
  lock_id bigserial PRIMARY KEY, warehouse text NOT NULL, saga_id uuid, stock_count text NOT NULL, until timestamptz NOT NULL);

-- A card whose hold was settled early (settled_at) can no longer be voided.
CREATE TABLE IF NOT EXISTS shop.payment_hold (
  payment_id text PRIMARY KEY, saga_id uuid NOT NULL UNIQUE, order_id text NOT NULL, customer_id text NOT NULL,
  amount_cents bigint NOT NULL CHECK (amount_cents > 0), currency char(3) NOT NULL DEFAULT 'EUR', card_last4 char(4) NOT NULL,
  state text NOT NULL CHECK (state IN ('held', 'voided')), settled_at timestamptz);

CREATE TABLE IF NOT EXISTS shop.shipment (
  shipment_id text PRIMARY KEY, saga_id uuid NOT NULL UNIQUE, order_id text NOT NULL, carrier text NOT NULL,
  state text NOT NULL CHECK (state IN ('created', 'cancelled')));

-- A compensated step refuses its late run.
CREATE TABLE IF NOT EXISTS shop.tombstone (
  saga_id uuid NOT NULL, step_name text NOT NULL, at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (saga_id, step_name));
CREATE TABLE IF NOT EXISTS shop.answered_call (
  key text PRIMARY KEY, saga_id uuid NOT NULL, step_name text NOT NULL, action text NOT NULL, answer text NOT NULL,
  at timestamptz NOT NULL DEFAULT now());

-- What goes wrong around a saga; remaining counts how often it still will.
CREATE TABLE IF NOT EXISTS shop.fault (saga_id uuid PRIMARY KEY, kind text NOT NULL, remaining int NOT NULL);

-- Beside the orders: people who register, and accounts between which money moves. No account is ever below zero.
CREATE TABLE IF NOT EXISTS shop.app_user (
  user_id text PRIMARY KEY, tenant_id text NOT NULL, email text NOT NULL, stage int NOT NULL CHECK (stage BETWEEN 1 AND 4),
  stops_at int NOT NULL, correlation_id text NOT NULL, trace_id text NOT NULL, cause uuid NOT NULL,
  next_at timestamptz NOT NULL);
CREATE INDEX IF NOT EXISTS app_user_next ON shop.app_user (next_at) WHERE stage < stops_at;
CREATE TABLE IF NOT EXISTS shop.bank_account (
  account_id text PRIMARY KEY, tenant_id text NOT NULL, owner text NOT NULL, balance_cents bigint NOT NULL CHECK (balance_cents >= 0));

-- The orchestrator's own memory: what it needs to go on after a restart.
CREATE TABLE IF NOT EXISTS shop.saga (
  saga_id uuid PRIMARY KEY, order_id text NOT NULL, tenant_id text NOT NULL, correlation_id text NOT NULL, trace_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('forward', 'back', 'done', 'undone', 'person', 'lost')),
  steps jsonb NOT NULL DEFAULT '{}', context jsonb NOT NULL, cause uuid, updated_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX IF NOT EXISTS saga_unfinished ON shop.saga (updated_at) WHERE state IN ('forward', 'back');
`;

/** Creates schema `shop` where it is missing; safe to call by several processes at once. */
export async function ensureShopSchema(pool: Pool): Promise<void> {
  await inTransaction(pool, async (tx) => {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtext('shop.schema'))`);
    await tx.query(TABLES);
  });
}

/** A server that ends connections, idle or in use, is told to `lost` and does not end this process: queries on them reject. */
export function outliveRestarts(pool: Pool, lost: (error: Error) => void): void {
  pool.on('error', lost);
  // The pool listens to idle ones only.
  pool.on('connect', (client) => client.on('error', () => undefined));
}

/** Runs `work` in one READ COMMITTED transaction; rolls back and rethrows when it throws. */
export async function inTransaction<T>(pool: Pool, work: (tx: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A connection that cannot even roll back must not go back to the pool.
    await client.query('ROLLBACK').catch((e: unknown) => {
      broken = e instanceof Error ? e : new Error(String(e));
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** A setting of the shop, stored once: whoever comes second gets the first one's value. */
export async function settingOnce(db: Db, name: string, value: string): Promise<string> {
  await db.query('INSERT INTO shop.setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [name, value]);
  const { rows } = await db.query<{ value: string }>('SELECT value FROM shop.setting WHERE name = $1', [name]);
  return rows[0]?.value ?? value;
}
