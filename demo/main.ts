import { Pool, type PoolClient } from 'pg';
import { backfill } from './backfill';
import { settings } from './flags';
import { ShopError } from './network';
import { register } from './register';
import { ensureShopSchema, outliveRestarts } from './schema';
import { signingSecret, startShop } from './shop';
import { seedStock } from './stock';

const say = (line: string): void => console.log(line);

/** The demo shop as a process: prepares its schema and history, opens, registers at the console, and trades until it is told to stop. */
async function main(): Promise<void> {
  const {
    DATABASE_URL,
    CONSOLE_URL,
    CONSOLE_EMAIL,
    CONSOLE_PASSWORD,
    SHOP_PORT_BASE,
    SHOP_SIGNING_SECRET,
    rate,
    seed,
    faultShare,
    backfill: past,
  } = settings(process.argv.slice(2), process.env);
  const pool = new Pool({ connectionString: DATABASE_URL, max: 16, application_name: 'demo shop' });
  outliveRestarts(pool, (error) => console.error(`Database connection lost: ${error.message}`));
  const stopping = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  void stopped.then(() => stopping.abort());
  const alone = await claim(pool);
  try {
    await ensureShopSchema(pool);
    const secret = await signingSecret(pool, SHOP_SIGNING_SECRET);
    if (past) await backfill({ pool, seed, rate, faultShare, end: Date.now(), say });
    await seedStock(pool, Date.now());
    const shop = await startShop({ pool, portBase: SHOP_PORT_BASE, secret, seed, pace: 1, say });
    try {
      const urlOf = (service: string): string => shop.network.urlOf(service);
      say(
        `shop ready: orchestrator ${urlOf('orchestrator')}, order ${urlOf('order')}, inventory ${urlOf('inventory')}, payment ${urlOf('payment')}, shipping ${urlOf('shipping')}`,
      );
      shop.live(rate, faultShare);
      const account = { email: CONSOLE_EMAIL, password: CONSOLE_PASSWORD };
      await Promise.all([register({ consoleUrl: CONSOLE_URL, account, urlOf, signal: stopping.signal, say }), stopped]);
    } finally {
      say('The shop closes');
      await shop.stop();
    }
  } finally {
    alone.release(true);
    await pool.end();
  }
}

/** One shop per database: held as long as this connection lives. Also the first look whether the database is usable. */
async function claim(pool: Pool): Promise<PoolClient> {
  const client = await pool.connect().catch((error: unknown) => {
    throw new ShopError(
      `The database does not answer (${error instanceof Error ? error.message : String(error)}): check DATABASE_URL.`,
    );
  });
  client.on('error', (error) => console.error(`Database connection lost: ${error.message}`));
  const { rows } = await client.query<{ alone: boolean; logs: boolean }>(
    `SELECT pg_try_advisory_lock(hashtext('shop.open')) AS alone, to_regclass('saga_log') IS NOT NULL AND to_regclass('event_store') IS NOT NULL AS logs`,
  );
  if (!rows[0]?.logs)
    throw new ShopError(
      'Tables saga_log and event_store are missing: start the console once on this database, it creates them.',
    );
  if (!rows[0].alone) throw new ShopError('Another shop is already open on this database: stop it first.');
  return client;
}

/** One sentence for what a person can repair. */
function sentence(error: unknown): string {
  if (error instanceof ShopError) return error.message;
  const text = error instanceof Error ? error.message : String(error);
  if (/No space left on device|ENOSPC/.test(text))
    return 'The disk is full: free some space and start again. Nothing that was written is lost.';
  return `The shop failed: ${text}`;
}

main().catch((error: unknown) => {
  console.error(sentence(error));
  process.exit(1);
});
