import { Pool } from 'pg';
import { DEFINITION } from '@/demo/definition';
import { register } from '@/demo/register';
import type { Shop } from '@/demo/shop';
import { effectsOf, openShop } from '@/demo/test-shop';
import { address } from './addresses';
import { personOf } from './people';
import { append, type Order } from './rows';

export interface TestShop {
  /** An order with three effects in place and a confirmation that failed for good, twenty minutes ago. */
  strandedOrder: () => Promise<Order>;
  effects: (sagaId: string) => ReturnType<typeof effectsOf>;
  down: Shop['network']['down'];
  stop: () => Promise<void>;
}

/** Seconds that a service stays away: longer than any test. */
export const AWAY = 3_600;

/** The demo's participants beside the journeys' console, known to it by definition and address. */
export async function startTestShop(): Promise<TestShop> {
  const shop = await openShop(address('database'));
  const pool = new Pool({ connectionString: address('database'), max: 2 });
  const ended = new AbortController();
  const engineer = personOf('engineer');
  await register({
    consoleUrl: address('console'),
    account: { email: engineer.email, password: engineer.password },
    urlOf: (service) => shop.network.urlOf(service),
    signal: ended.signal,
    say: (line) => {
      if (line.startsWith('The console refused')) throw new Error(line);
    },
  });
  return {
    strandedOrder: async () => {
      const { sagaId, orderId, run } = await shop.place(() => 'given_up');
      await run;
      const error = { code: 'ORDER_REFUSED', message: 'The order was refused', category: 'business', retryable: false };
      await append(sagaId, [
        {
          stepName: 'confirm_order',
          status: 'FAILED',
          phase: 'ACTION',
          attempt: 4,
          sagaType: DEFINITION.saga,
          service: 'order',
          error,
          minutesAgo: 20,
        },
      ]);
      return { sagaId, businessKey: orderId };
    },
    effects: (sagaId) => effectsOf(pool, sagaId),
    down: (name, seconds) => shop.network.down(name, seconds),
    stop: async () => {
      ended.abort();
      await shop.stop();
      await pool.end();
    },
  };
}
