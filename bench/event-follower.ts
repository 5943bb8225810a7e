import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { Lifetime } from '@/scripts/lifetime';
import { startWorker } from '@/worker/main';
import { newDatabase } from './bed';
import { quantile, type Table, timed } from './table';

const EVENTS = 50_000;
const ROUNDS = 3;

/** How fast the projector of events catches up: index, flows, snapshots and search keys, ten events an order. */
export async function eventFollower(life: Lifetime): Promise<Table> {
  const databaseUrl = await newDatabase(life);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  life.onEnd(() => client.end());
  const written: number[] = [];
  const followed: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    written.push(await timed(() => client.query(INSERT, [round * EVENTS])));
    followed.push(await timed(() => catchUp(databaseUrl, client)));
  }
  const rate = (times: readonly number[], share: number): number => (EVENTS / quantile(times, share)) * 1_000;
  const anchor = rate(written, 0.5);
  const row = (name: string, times: readonly number[]): string[] => [
    name,
    String(times.length),
    rate(times, 0.5).toFixed(0),
    rate(times, 1).toFixed(0),
    `${(rate(times, 0.5) / anchor).toFixed(2)}x`,
  ];
  return {
    title: `event follower: catching up with ${EVENTS.toLocaleString('en')} events of ${(EVENTS / 10).toLocaleString('en')} orders`,
    head: ['events a second', 'rounds', 'middle', 'slowest', 'to anchor'],
    rows: [row('anchor: INSERT … SELECT into event_store', written), row('follower and projections', followed)],
    note: 'Rounds alternate, each on top of the events of those before; the follower starts with each.',
  };
}

const INSERT = `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload, metadata)
  SELECT 'Order', 'order-' || n / 10, n % 10, 'OrderStep' || n % 10 || 'V1',
    jsonb_build_object('orderId', 'order-' || n / 10, 'customerId', 'cust-' || n / 10 % 5000, 'email', 'c' || n / 10 % 5000 || '@example.org',
      'amount', 12.5, 'lines', jsonb_build_array(jsonb_build_object('sku', 'SKU-' || n / 10 % 400, 'qty', 2))),
    jsonb_build_object('correlation_id', 'flow-' || n / 10, 'trace_id', md5((n / 10)::text), 'service', 'shop')
  FROM generate_series($1::int, $1::int + ${EVENTS - 1}) n`;

async function catchUp(databaseUrl: string, client: Client): Promise<void> {
  const worker = await startWorker({ databaseUrl, log: () => undefined, dispatch: false });
  for (;;) {
    const { rows } = await client.query<{ done: boolean }>(
      `select last_id >= (select max(position) from event_store) as done from sagascope.checkpoint where log = 'event_store'`,
    );
    if (rows[0]?.done) break;
    await pause(20);
  }
  await worker.stop();
}
