import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'pg';
import { z } from 'zod';
import { WorkerProcess } from '@/e2e/faults/worker-process';
import type { Lifetime } from '@/scripts/lifetime';
import { background, INSERT } from './background';
import { newDatabase, openApi } from './bed';
import { type Table, timed, TIMES_HEAD, timesRow } from './table';

const RUNS = 100;
const WARM_UP = 5;
const BACKGROUND_PER_SECOND = 200;
const LOOK_MS = 4;
const Listed = z.object({ items: z.array(z.unknown()) });

/** From a plain INSERT to the list that shows it, while others write. */
export async function shown(life: Lifetime): Promise<Table> {
  const databaseUrl = await newDatabase(life);
  const pool = new Pool({ connectionString: databaseUrl, max: 20 });
  life.onEnd(() => pool.end());
  const worker = new WorkerProcess(databaseUrl);
  worker.start();
  life.onEnd(() => worker.kill());
  process.env.DATABASE_URL = databaseUrl;
  const api = await openApi(life, databaseUrl);
  const isListed = async (sagaId: string): Promise<boolean> =>
    Listed.parse(await api.listSagas(`?q=${sagaId}`)).items.length > 0;
  const times: Record<'floor' | 'insert' | 'list' | 'shown', number[]> = { floor: [], insert: [], list: [], shown: [] };
  const others = background(pool, BACKGROUND_PER_SECOND);
  for (let run = -WARM_UP; run < RUNS; run += 1) {
    const sagaId = randomUUID();
    const floor = await timed(() => pool.query('select 1'));
    const list = await timed(() => isListed(sagaId));
    const start = performance.now();
    const insert = await timed(() => pool.query(INSERT, [sagaId, 'charge_card', 'PENDING']));
    while (!(await isListed(sagaId))) {
      if (performance.now() - start > 60_000) throw new Error('a row was not shown within a minute');
      await pause(LOOK_MS);
    }
    if (run < 0) continue;
    times.shown.push(performance.now() - start);
    times.floor.push(floor);
    times.insert.push(insert);
    times.list.push(list);
  }
  const perSecond = await others.stop();
  const row = (name: string, values: readonly number[]): string[] => timesRow(name, values, times.list);
  return {
    title: `shown: INSERT to GET /api/v1/sagas, ${perSecond.toFixed(0)} rows a second beside it`,
    head: TIMES_HEAD,
    rows: [
      row('floor: SELECT 1', times.floor),
      row('the INSERT', times.insert),
      row('anchor: GET that finds nothing', times.list),
      row('INSERT to shown', times.shown),
    ],
    note: `Through ${api.where}, asked again ${LOOK_MS} ms after each answer; the worker is a process of its own.`,
  };
}
