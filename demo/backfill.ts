import { setImmediate } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { pastBank } from './bank';
import { isWholesale, orderOf } from './catalog';
import { faultOf, FAULTS } from './faults';
import { copyEvents, copyRows, PastEffects } from './history-copy';
import { OPEN_CASES, SCENARIOS, type PastFault } from './history-scenarios';
import type { PastEvent, PastRow, StepName } from './history-rows';
import { Script } from './history-script';
import { randomOf } from './random';
import { inTransaction } from './schema';
import { saveShelves, seedStock, shelves } from './stock';
import { pastUsers } from './users';

export interface BackfillOptions {
  pool: Pool;
  seed: number;
  /** Orders per second, the mean of live and past alike. */
  rate: number;
  faultShare: number;
  /** Epoch ms at which history ends; no row is younger. */
  end: number;
  say: (line: string) => void;
  hours?: number;
}

const HOUR = 3_600_000;
const FIRST_NUMBER = 1_001;
/** The last past order is this much older than the end, so that an undisturbed one is over. */
const QUIET_MS = 90_000;

interface Plan {
  number: number;
  at: number;
  fault: PastFault | 'none';
  open: boolean;
}

/**
 * Writes 24 hours of past orders into both logs and the shop's own tables, in one transaction: rows in the order of their time,
 * orders of different sagas interleaved, rising towards the end, and the cases that wait for a person. Does nothing (and answers 0)
 * in a shop that already has orders. Answers the number of orders.
 */
export async function backfill(options: BackfillOptions): Promise<number> {
  const { pool, say, end, hours = 24 } = options;
  const began = Date.now();
  return inTransaction(pool, async (tx) => {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtext('shop.backfill'))`);
    if ((await tx.query('SELECT 1 FROM shop.orders LIMIT 1')).rowCount) {
      say('This shop already has orders: no history is added');
      return 0;
    }
    const start = end - hours * HOUR;
    await seedStock(tx, start - 60_000);
    const plans = planned(options, start);
    await write(tx, plans, options, start);
    await tx.query(`SELECT setval('shop.order_number', $1)`, [FIRST_NUMBER + plans.length]);
    say(`Wrote ${plans.length.toLocaleString('en')} past orders in ${((Date.now() - began) / 1_000).toFixed(1)} s`);
    return plans.length;
  });
}

/** Who ordered when, and what went wrong: everything but the present time follows from the seed. */
function planned({ seed, rate, faultShare, end, hours = 24 }: BackfillOptions, start: number): Plan[] {
  const random = randomOf('history', seed);
  const span = end - QUIET_MS - start;
  const count = Math.round(rate * hours * 3_600);
  const times = Array.from({ length: count }, (_, i) => {
    // Density 0.7 + 0.6u over the day: the inverse of its distribution 0.7u + 0.3u².
    const share = (i + random()) / count;
    return start + ((Math.sqrt(0.49 + 1.2 * share) - 0.7) / 0.6) * span;
  });
  const open = OPEN_CASES.map(([fault, minutes]) => ({ fault, at: end - minutes * 60_000, open: true })).filter(
    ({ at }) => at > start,
  );
  const usual = times.map((at) => ({ at: Math.round(at), fault: null, open: false }));
  return [...usual, ...open]
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, fault, open }, i) => {
      const number = FIRST_NUMBER + i;
      return { number, at, open, fault: fault ?? pastFault(seed, number, faultShare, end - at) };
    });
}

// What needs a person is mended in history, or did not happen: only the open cases wait.
function pastFault(seed: number, number: number, share: number, age: number): PastFault | 'none' {
  // Every other wholesale order goes back: 128 shelves are reserved and released again.
  if (isWholesale(number)) return number % 5_000 === 0 ? 'carrier_down' : 'none';
  const fault = faultOf(seed, number, share);
  if (fault === null || !FAULTS[fault].person) return fault ?? 'none';
  return (fault === 'locked_release' || fault === 'confirm_silent') && age > HOUR ? fault : 'carrier_down';
}

async function write(tx: PoolClient, plans: Plan[], options: BackfillOptions, start: number): Promise<void> {
  const { seed, say, end } = options;
  const outages = outagesOf(seed, start, end);
  const stock = await shelves(tx);
  const versions = new Map<string, number>();
  const effects = new PastEffects();
  let rows: PastRow[] = [];
  let events: PastEvent[] = [...(await pastUsers(tx, seed, start, end)), ...(await pastBank(tx, seed, start, end))];
  // PostgreSQL takes one batch in while the next is being made up.
  let copying = Promise.resolve();
  const flush = async (before: number): Promise<void> => {
    const [dueRows, laterRows] = split(rows, before);
    const [dueEvents, laterEvents] = split(events, before);
    rows = laterRows;
    events = laterEvents;
    await copying;
    copying = copyRows(tx, dueRows).then(() => copyEvents(tx, dueEvents, stock, versions));
    // Its failure is thrown where it is awaited: at the next flush, or at the end.
    copying.catch(() => undefined);
  };
  for (const [i, plan] of plans.entries()) {
    const random = randomOf('past', seed, plan.number);
    const script = new Script(orderOf(seed, plan.number), plan.at, random);
    const outage = outages.find(({ from, until }) => plan.at >= from && plan.at < until - 5_000);
    const fault = outage && plan.fault === 'none' ? 'unreachable' : plan.fault;
    SCENARIOS[fault](script, { end, random, open: plan.open, outage });
    for (const row of script.rows) rows.push(row);
    for (const event of script.events) events.push(event);
    effects.add(script);
    // Small batches: what lives for a moment only costs the garbage collector next to nothing.
    if (i % 250 === 249) await flush(plans[i + 1]?.at ?? Infinity);
    if (i % 25 === 24) await setImmediate();
    if (i % 4_000 === 3_999) {
      say(`History: ${(i + 1).toLocaleString('en')} of ${plans.length.toLocaleString('en')} orders`);
    }
  }
  await flush(Infinity);
  await copying;
  await effects.copy(tx);
  await saveShelves(tx, stock.values());
}

/** In order of time, rows of one saga at the same millisecond as they were written; those from `before` on stay behind. */
function split<T extends { at: number }>(all: T[], before: number): [T[], T[]] {
  const sorted = all.toSorted((a, b) => a.at - b.at);
  const cut = sorted.findIndex(({ at }) => at >= before);
  return cut === -1 ? [sorted, []] : [sorted.slice(0, cut), sorted.slice(cut)];
}

/** Two minutes of the day in which a service did not listen. */
function outagesOf(seed: number, start: number, end: number): { from: number; until: number; step: StepName }[] {
  const random = randomOf('outage', seed);
  const steps = ['create_shipment', 'authorize_payment'] as const;
  return steps.map((step) => {
    const from = start + (0.1 + 0.8 * random()) * (end - start);
    return { from, until: from + 60_000, step };
  });
}
