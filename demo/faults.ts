import { pick, randomOf } from './random';
import type { Db } from './schema';

/** What can go wrong around an order. `times`: how many calls it spoils; `person`: the shop cannot mend it by itself. */
export const FAULTS = {
  carrier_slow: { times: 2, person: false, weight: 36 },
  answer_lost: { times: 1, person: false, weight: 5 },
  carrier_down: { times: 1_000, person: false, weight: 26 },
  card_declined: { times: 1, person: false, weight: 20 },
  sold_out: { times: 1, person: false, weight: 6 },
  mail_bounced: { times: 3, person: false, weight: 6 },
  outage: { times: 1, person: false, weight: 1 },
  locked_release: { times: 1_000, person: true, weight: 5 },
  void_refused: { times: 1_000, person: true, weight: 2 },
  confirm_silent: { times: 3, person: true, weight: 2 },
  lost: { times: 1, person: true, weight: 1 },
  given_up: { times: 3, person: true, weight: 1 },
} as const satisfies Record<string, { times: number; person: boolean; weight: number }>;

export type Fault = keyof typeof FAULTS;

export const isFault = (name: string): name is Fault => Object.hasOwn(FAULTS, name);

const NAMES = Object.keys(FAULTS).filter(isFault);
const WEIGHTS = NAMES.map((name) => [name, FAULTS[name].weight] as const);

/** The fault of order `number`, or null: it follows from seed and number. `share` of all orders have one. */
export function faultOf(seed: number, number: number, share: number): Fault | null {
  const random = randomOf('fault', seed, number);
  return random() < share ? pick(random, WEIGHTS) : null;
}

/** Remembers that `fault` will hit this saga. */
export async function placeFault(db: Db, sagaId: string, fault: Fault): Promise<void> {
  await db.query('INSERT INTO shop.fault (saga_id, kind, remaining) VALUES ($1, $2, $3)', [
    sagaId,
    fault,
    FAULTS[fault].times,
  ]);
}

/** Uses up one occurrence of the saga's fault if it is one of `kinds`; null when nothing is wrong (any more). */
export async function takeFault(db: Db, sagaId: string, kinds: readonly Fault[]): Promise<Fault | null> {
  const { rows } = await db.query<{ kind: string }>(
    `UPDATE shop.fault SET remaining = remaining - 1 WHERE saga_id = $1 AND kind = ANY($2) AND remaining > 0 RETURNING kind`,
    [sagaId, [...kinds]],
  );
  const kind = rows[0]?.kind;
  return kind !== undefined && isFault(kind) ? kind : null;
}

/** The fault that was placed for a saga, used up or not. */
export async function placedFault(db: Db, sagaId: string): Promise<Fault | null> {
  const { rows } = await db.query<{ kind: string }>('SELECT kind FROM shop.fault WHERE saga_id = $1', [sagaId]);
  const kind = rows[0]?.kind;
  return kind !== undefined && isFault(kind) ? kind : null;
}

/** A failure as saga_log's column `error` has it. */
export interface StepError {
  code: string;
  message: string;
  category: 'business' | 'system' | 'infrastructure';
  retryable: boolean;
  level: 'warning' | 'error';
  tags: string[];
}

/** The shop's errors, worded once for the live services and the history alike. */
export const errors = {
  carrierTimeout: (carrier: string, ms: number): StepError => ({
    code: 'CARRIER_TIMEOUT',
    message: `${carrier} did not answer in ${ms} ms`,
    category: 'infrastructure',
    retryable: true,
    level: 'error',
    tags: ['carrier', carrier],
  }),
  declined: (last4: string): StepError => ({
    code: 'CARD_DECLINED',
    message: `The issuer declined card ending in ${last4}`,
    category: 'business',
    retryable: false,
    level: 'warning',
    tags: ['issuer'],
  }),
  soldOut: (sku: string, warehouse: string): StepError => ({
    code: 'OUT_OF_STOCK',
    message: `${sku} is not available in ${warehouse}`,
    category: 'business',
    retryable: false,
    level: 'warning',
    tags: [sku],
  }),
  locked: (warehouse: string, stockCount: string): StepError => ({
    code: 'WMS_UNAVAILABLE',
    message: `Warehouse ${warehouse} is locked by stock count ${stockCount}`,
    category: 'infrastructure',
    retryable: true,
    level: 'error',
    tags: ['warehouse', warehouse],
  }),
  settled: (payment: string): StepError => ({
    code: 'CAPTURE_SETTLED',
    message: `${payment} was already captured: refund it instead`,
    category: 'business',
    retryable: false,
    level: 'error',
    tags: ['psp'],
  }),
  deadlock: (): StepError => ({
    code: 'DB_DEADLOCK',
    message: 'deadlock detected while confirming the order',
    category: 'system',
    retryable: true,
    level: 'error',
    tags: ['database'],
  }),
  bounced: (): StepError => ({
    code: 'MAIL_BOUNCED',
    message: 'The mailbox refused the message',
    category: 'business',
    retryable: true,
    level: 'warning',
    tags: ['mail'],
  }),
  unreachable: (service: string): StepError => ({
    code: 'SERVICE_UNREACHABLE',
    message: `Service ${service} refused the connection`,
    category: 'infrastructure',
    retryable: true,
    level: 'error',
    tags: [service],
  }),
  noAnswer: (service: string, ms: number): StepError => ({
    code: 'NO_ANSWER',
    message: `Service ${service} did not answer in ${ms} ms: outcome unknown`,
    category: 'infrastructure',
    retryable: true,
    level: 'error',
    tags: [service],
  }),
  broken: (service: string): StepError => ({
    code: 'INTERNAL_ERROR',
    message: `Service ${service} failed unexpectedly`,
    category: 'system',
    retryable: true,
    level: 'error',
    tags: [service],
  }),
} as const;

/** Minutes for which a stock count keeps a reservation from being released. */
export const LOCK_MINUTES = 6;

/** A stock count locks the shelf of this saga; it ends by itself, and a retry works again. */
export async function placeLock(db: Db, sagaId: string, warehouse: string): Promise<void> {
  await db.query(
    `INSERT INTO shop.stock_lock (warehouse, saga_id, stock_count, until) VALUES ($1, $2, $3, now() + make_interval(mins => $4))`,
    [warehouse, sagaId, `WB-${10 + (parseInt(sagaId.slice(0, 4), 16) % 90)}`, LOCK_MINUTES],
  );
}
