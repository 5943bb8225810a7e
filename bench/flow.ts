import { Pool } from 'pg';
import { FlowInput } from '@/core/contract/flows';
import { type Actor, everywhere } from '@/server/auth/actor';
import { primary } from '@/server/db/prisma';
import { getFlow } from '@/server/flows/get-flow';
import { createContext } from '@/server/http/context';
import { toJson } from '@/server/http/json-text';
import type { Lifetime } from '@/scripts/lifetime';
import { type FlowFixture, insertFlow } from '@/worker/projector/events/flow.fixture';
import { newDatabase } from './bed';
import { ms, quantile, type Table, timed } from './table';

const SIZES = [10, 1_000, 100_000] as const;
const RUNS = 200;
const WARM_UP = 20;
const TYPES = 10;

const engineer: Actor = {
  kind: 'person',
  id: 'bench',
  name: 'bench',
  grants: [everywhere('engineer')],
  origin: 'bench',
};

/** How the events of a flow hang together, by the number of the event. */
const SHAPES: Readonly<Record<string, (correlation: string, n: number) => FlowFixture>> = {
  // As an order with many lines: few types, each caused by one of the type before.
  'repeats of ten types': (correlation, n) => ({
    correlation,
    name: `Type${n % TYPES}`,
    service: `service-${n % 4}`,
    ...(n < TYPES ? (n === 0 ? {} : { cause: n - 1 }) : { cause: n % TYPES === 0 ? n - TYPES : n - 1 }),
  }),
  'children of one event': (correlation, n) => ({
    correlation,
    name: n === 0 ? 'Placed' : `Done${n % 9}`,
    service: `service-${n % 4}`,
    ...(n === 0 ? {} : { cause: 0 }),
  }),
  'one long chain, nothing folds': (correlation, n) => ({
    correlation,
    name: `Type${n % TYPES}`,
    service: `service-${n % 4}`,
    ...(n === 0 ? {} : { cause: n - 1 }),
  }),
};

const idOf = (shape: string, size: number): string => `${shape} ${size}`;
const ask = async (correlationId: string, more: object = {}): Promise<string> =>
  toJson((await getFlow(createContext(engineer), FlowInput.parse({ correlationId, ...more }))).flow);

/** The first view of flows of 10, 1,000 and 100,000 events, and the page of one in their middle. */
export async function flows(life: Lifetime): Promise<Table> {
  const databaseUrl = await newDatabase(life);
  const pool = new Pool({ connectionString: databaseUrl, max: 4 });
  life.onEnd(() => pool.end());
  process.env.DATABASE_URL = databaseUrl;
  life.onEnd(() => primary().$disconnect());
  let written = 0;
  const writing = await timed(async () => {
    for (const [shape, eventOf] of Object.entries(SHAPES)) {
      for (const size of SIZES) {
        await insertFlow(
          pool,
          Array.from({ length: size }, (_, n) => eventOf(idOf(shape, size), n)),
        );
        written += size;
      }
    }
  });
  await pool.query('VACUUM ANALYZE');

  const questions = Object.keys(SHAPES).flatMap((shape) => [
    { name: shape, at: (size: number) => ask(idOf(shape, size)) },
    ...(shape.startsWith('one long')
      ? [
          {
            name: `${shape}: a page from its middle`,
            at: (size: number) => ask(idOf(shape, size), { around: '100000' }),
          },
        ]
      : []),
  ]);
  const anchor: number[] = [];
  const times = new Map(questions.map(({ name }) => [name, new Map(SIZES.map((size) => [size, [] as number[]]))]));
  for (let run = -WARM_UP; run < RUNS; run += 1) {
    const floor = await timed(() => createContext(engineer).db.replica('select 1'));
    if (run >= 0) anchor.push(floor);
    for (const { name, at } of questions) {
      // In another order each time, so that no size always comes first.
      for (const [n] of SIZES.entries()) {
        const size = SIZES[(n + Math.abs(run)) % SIZES.length] ?? SIZES[0];
        const took = await timed(() => at(size));
        if (run >= 0) times.get(name)?.get(size)?.push(took);
      }
    }
  }
  const cells = (name: string): string[] => {
    const medians = SIZES.map((size) => quantile(times.get(name)?.get(size) ?? [], 0.5));
    const p95 = quantile(times.get(name)?.get(100_000) ?? [], 0.95);
    return [name, ...medians.map(ms), ms(p95), `${((medians[2] ?? 0) / (medians[0] ?? 1)).toFixed(2)}x`];
  };
  return {
    title: 'flow: the first view of an event flow by its number of events, with its JSON',
    head: ['ms', ...SIZES.map((size) => `${size.toLocaleString('en-GB')} p50`), '100,000 p95', '100,000 to 10'],
    rows: [
      ['anchor: SELECT 1', '', ms(quantile(anchor, 0.5)), '', ms(quantile(anchor, 0.95)), ''],
      ...questions.map(({ name }) => cells(name)),
    ],
    note: `Use case and JSON in this process, ${RUNS} runs, sizes in turn. The projector kept ${(written / (writing / 1_000)).toFixed(0)} events a second of these flows.`,
  };
}
