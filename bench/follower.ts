import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { from } from 'pg-copy-streams';
import { SagaDefinition } from '@/core/definition/definition';
import { DEFINITION } from '@/demo/definition';
import type { Lifetime } from '@/scripts/lifetime';
import { putDefinition } from '@/server/db/definitions';
import { pgQuery } from '@/server/db/query';
import { startWorker } from '@/worker/main';
import { newDatabase } from './bed';
import { quantile, type Table, timed } from './table';

const ROWS = 100_000;
const ROUNDS = 3;
/** Of one saga: a whole order, start and end of each step. */
const STEPS = ['reserve_inventory', 'authorize_payment', 'create_shipment', 'confirm_order', 'notify_customer'];
const CONTEXT = '{"order_id": "order-1", "lines": [{"sku": "SKU-1042", "qty": 2}], "amount": {"eur": 184.90}}';

/** How fast follower and projector catch up, beside the rate at which COPY fills the log. */
export async function follower(life: Lifetime): Promise<Table> {
  const databaseUrl = await newDatabase(life);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  life.onEnd(() => client.end());
  const { orchestrator: _, ...body } = SagaDefinition.parse(DEFINITION);
  await putDefinition(pgQuery(client), { body, source: 'declared', createdBy: 'bench' });
  const copied: number[] = [];
  const followed: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    copied.push(await timed(() => copyRows(client)));
    followed.push(await timed(() => catchUp(databaseUrl, client)));
  }
  const rate = (times: readonly number[], share: number): number => (ROWS / quantile(times, share)) * 1_000;
  const anchor = rate(copied, 0.5);
  const row = (name: string, times: readonly number[]): string[] => [
    name,
    String(times.length),
    rate(times, 0.5).toFixed(0),
    rate(times, 1).toFixed(0),
    `${(rate(times, 0.5) / anchor).toFixed(2)}x`,
  ];
  return {
    title: `follower: catching up with ${ROWS.toLocaleString('en')} rows of ${(ROWS / STEPS.length / 2).toLocaleString('en')} sagas`,
    head: ['rows a second', 'rounds', 'middle', 'slowest', 'to anchor'],
    rows: [row('anchor: COPY into saga_log', copied), row('follower and projector', followed)],
    note: 'Rounds alternate, each on top of the rows of those before; the follower starts with each.',
  };
}

async function copyRows(client: Client): Promise<void> {
  const target = 'COPY saga_log (saga_id, step_name, status, saga_type, phase, context, service) FROM STDIN';
  await pipeline(Readable.from(lines()), client.query(from(target)));
}

function* lines(): Generator<string> {
  for (let written = 0; written < ROWS;) {
    const sagaId = randomUUID();
    let chunk = '';
    for (const [n, step] of STEPS.entries()) {
      for (const status of ['PENDING', 'SUCCESS']) {
        chunk += `${sagaId}\t${step}\t${status}\torder_fulfilment\tACTION\t${n === 0 ? CONTEXT : '\\N'}\tshop\n`;
      }
    }
    written += STEPS.length * 2;
    yield chunk;
  }
}

async function catchUp(databaseUrl: string, client: Client): Promise<void> {
  const worker = await startWorker({ databaseUrl, log: () => undefined, dispatch: false });
  for (;;) {
    const { rows } = await client.query<{ done: boolean }>(
      `select last_id >= (select max(id) from saga_log) as done from sagascope.checkpoint where log = 'saga_log'`,
    );
    if (rows[0]?.done) break;
    await pause(20);
  }
  await worker.stop();
}
