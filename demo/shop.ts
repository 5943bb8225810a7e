import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { transfer } from './bank';
import { orderOf } from './catalog';
import { isFault, faultOf, type Fault } from './faults';
import { inventory } from './inventory';
import { placeOrder } from './memory';
import { Network, type ServiceName } from './network';
import { order } from './order';
import { Orchestrator } from './orchestrator';
import { orchestratorServer } from './orchestrator-server';
import type { Participant } from './participant';
import { participantServer } from './participant-server';
import { payment } from './payment';
import { randomOf } from './random';
import { noticeRepaired } from './resume';
import { inTransaction, settingOnce } from './schema';
import { shipping } from './shipping';
import { registerUser, takeNextSteps } from './users';

export interface ShopOptions {
  pool: Pool;
  /** First of five ports: orchestrator, order, inventory, payment, shipping. 0: five free ones. */
  portBase: number;
  secret: string;
  seed: number;
  /** Factor on every pause: 1 in a running shop, small in tests. */
  pace: number;
  /** Instead of the time-outs of the definition. */
  timeoutMs?: number;
  say: (line: string) => void;
}

export interface Shop {
  network: Network<ServiceName>;
  orchestrator: Orchestrator;
  /** Places one order and starts its saga. */
  place: (
    faultOf: (number: number) => Fault | null,
  ) => Promise<{ sagaId: string; orderId: string; fault: Fault | null; run: Promise<void> }>;
  /** Places orders at `rate` per second with seeded pauses and faults until the shop stops. */
  live: (rate: number, faultShare: number) => void;
  stop: () => Promise<void>;
}

const CARRIER_TIMEOUT_MS = 2_500;
const OUTAGE_SECONDS = 60;
const NOTICE_MS = 15_000;
/** So many orders come on one person who registers, and on one transfer. */
const USERS_SLOWER = 6;
const TRANSFERS_SLOWER = 4;
const USER_STEP_MS = 5_000;

/** Starts the five servers and takes up unfinished sagas. Throws ShopError where a port is in use; nothing is left running then. */
export async function startShop({ pool, portBase, secret, seed, pace, timeoutMs, say }: ShopOptions): Promise<Shop> {
  const network = new Network<ServiceName>();
  const orchestrator = new Orchestrator({ pool, secret, pace, timeoutMs, urlOf: (service) => network.urlOf(service) });
  let stopped = false;
  const place: Shop['place'] = async (choose) => {
    const { sagaId, context, fault } = await inTransaction(pool, async (tx) => {
      const next = orderOf(seed, await nextNumber(tx));
      const fault = choose(next.number);
      await placeOrder(tx, next, fault);
      return { ...next, fault };
    });
    return { sagaId, orderId: context.order_id, fault, run: orchestrator.start(sagaId) };
  };

  const participants: Participant[] = [
    order(1.2 * (timeoutMs ?? 5_000)),
    inventory,
    payment,
    shipping(Math.max(20, CARRIER_TIMEOUT_MS * pace)),
  ];
  const port = (offset: number): number => (portBase === 0 ? 0 : portBase + offset);
  try {
    await network.listen('orchestrator', port(0), () =>
      orchestratorServer({
        pool,
        secret,
        orchestrator,
        network,
        place: async (fault) => {
          const { sagaId, orderId } = await place(() => (fault !== null && isFault(fault) ? fault : null));
          return { sagaId, orderId };
        },
      }),
    );
    for (const [i, participant] of participants.entries()) {
      await network.listen(serviceName(participant.name), port(i + 1), () =>
        participantServer(pool, participant, secret, Date.now),
      );
    }
  } catch (error) {
    await network.close();
    throw error;
  }
  const resumed = await orchestrator.recover();
  if (resumed > 0) say(`Going on with ${resumed} unfinished sagas`);

  const notice = async (): Promise<void> => {
    for (const sagaId of await noticeRepaired(pool)) void orchestrator.start(sagaId);
  };
  const live: Shop['live'] = (rate, faultShare) => {
    const random = randomOf('live', seed, Date.now());
    const tick = async (): Promise<void> => {
      const { fault } = await place((number) => faultOf(seed, number, faultShare));
      if (fault !== 'outage') return;
      const service: ServiceName = random() < 0.5 ? 'payment' : 'shipping';
      say(`Service ${service} is down for ${OUTAGE_SECONDS} s`);
      await network.down(service, OUTAGE_SECONDS);
    };
    const waiting = (perSecond: number): number => (-Math.log(1 - random()) / perSecond) * 1_000;
    repeat('An order could not be placed', () => waiting(rate), tick);
    repeat('Repaired sagas could not be looked for', () => NOTICE_MS, notice);
    repeat(
      'Nobody could register',
      () => waiting(rate / USERS_SLOWER),
      () => registerUser(pool, random),
    );
    repeat(
      'Users could not go on',
      () => USER_STEP_MS,
      () => takeNextSteps(pool),
    );
    repeat(
      'No money could move',
      () => waiting(rate / TRANSFERS_SLOWER),
      () => transfer(pool, random),
    );
  };

  const timers = new Map<string, NodeJS.Timeout>();
  /** Does something again and again, each time after a pause; a failure is told and does not end it. */
  const repeat = (failure: string, pauseMs: () => number, work: () => Promise<void>): void => {
    if (stopped) return;
    const again = (): void => repeat(failure, pauseMs, work);
    const run = (): void => {
      work()
        .catch((error: unknown) =>
          console.error(`${failure}: ${error instanceof Error ? error.message : String(error)}`),
        )
        .finally(again);
    };
    timers.set(failure, setTimeout(run, pauseMs()));
  };

  const stop = async (): Promise<void> => {
    stopped = true;
    for (const timer of timers.values()) clearTimeout(timer);
    await orchestrator.stop();
    await network.close();
  };
  return { network, orchestrator, place, live, stop };
}

/** The secret that calls are signed with: from the environment, else made once per database and kept in shop.setting. */
export const signingSecret = (pool: Pool, fromEnvironment: string | undefined): Promise<string> =>
  fromEnvironment
    ? Promise.resolve(fromEnvironment)
    : settingOnce(pool, 'signing_secret', randomBytes(32).toString('hex'));

async function nextNumber(db: Pick<Pool, 'query'>): Promise<number> {
  const { rows } = await db.query<{ n: string }>(`SELECT nextval('shop.order_number') AS n`);
  return Number(rows[0]?.n);
}

function serviceName(name: string): ServiceName {
  if (name === 'order' || name === 'inventory' || name === 'payment' || name === 'shipping') return name;
  throw new RangeError(`no such service: ${name}`);
}
