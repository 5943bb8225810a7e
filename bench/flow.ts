import type { BrowserContext } from '@playwright/test';
import { Pool } from 'pg';
import type { Lifetime } from '@/scripts/lifetime';
import { type FlowFixture, insertFlow } from '@/worker/projector/events/flow.fixture';
import { newDatabase } from './bed';
import { machineToken, openConsole, signedIn } from './console';
import { ms, quantile, type Table, timed } from './table';

const SIZES = [10, 1_000, 100_000] as const;
type Size = (typeof SIZES)[number];
/** Events of other correlations that stand before and behind the flows: more than all flows have. */
const OTHERS = 500_000;
const RUNS = 100;
const WARM_UP = 20;
const PAGES = 15;
const PAGES_WARM_UP = 2;
const TYPES = 10;
const LONGEST_MS = 30_000;

const CHAIN = 'one long chain, nothing folds';

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
  [CHAIN]: (correlation, n) => ({
    correlation,
    name: `Type${n % TYPES}`,
    service: `service-${n % 4}`,
    ...(n === 0 ? {} : { cause: n - 1 }),
  }),
};

const idOf = (shape: string, size: Size): string => `${shape} ${size}`;

/** One kind of question, asked of the flow of each size; or of none (an anchor). */
interface Question {
  name: string;
  ask: (size: Size) => Promise<number>;
  isAnchor?: boolean;
}
type Times = ReadonlyMap<string, ReadonlyMap<Size, number[]>>;

/**
 * The first view of flows of 10, 1,000 and 100,000 events: at the API of a console process over HTTP, and in a real
 * browser from the start of the navigation to the painted picture.
 */
export async function flows(life: Lifetime): Promise<Table> {
  const databaseUrl = await newDatabase(life);
  const pool = new Pool({ connectionString: databaseUrl, max: 4 });
  life.onEnd(() => pool.end());
  await writeOthers(pool);
  const perSecond = await writeFlows(pool);
  await writeOthers(pool);
  await pool.query('VACUUM ANALYZE');
  const address = await openConsole(life, databaseUrl);
  const api = await apiQuestions(address, databaseUrl, pool);
  const browser = pageQuestions(await signedIn(life, address), address);
  const apiTimes = await inTurn(api, RUNS, WARM_UP);
  const pageTimes = await inTurn(browser, PAGES, PAGES_WARM_UP);
  return {
    title: 'flow: the first view of an event flow by its number of events',
    head: ['ms', ...SIZES.map((size) => `${size.toLocaleString('en-GB')} p50`), '100,000 p95', '100,000 to 10'],
    rows: [...cells(api, apiTimes), ...cells(browser, pageTimes)],
    note: `A console process over HTTP, ${RUNS} runs; a real browser, a fresh page each of ${PAGES} runs, from the start of the navigation to the frame after the first node; sizes in turn. ${(2 * OTHERS).toLocaleString('en-GB')} events of other correlations stand before and behind these flows. The projector kept ${perSecond.toFixed(0)} events a second of these flows.`,
  };
}

/** Other events behind what is there: a plan that looks for the events of a flow in all events finds them late. */
async function writeOthers(pool: Pool): Promise<void> {
  await pool.query(
    `INSERT INTO sagascope.event_index (position, event_id, aggregate_type, aggregate_id, version, event_type, event_name,
       event_version, service, correlation_id, occurred_at)
     SELECT top + n, gen_random_uuid(), 'Order', 'order-' || (top + n), 1, 'OrderPlaced', 'OrderPlaced', 1, 'orders',
       md5((top + n)::text), now()
     FROM (SELECT coalesce(max(position), 0) AS top FROM sagascope.event_index) t, generate_series(1, $1::int) n`,
    [OTHERS],
  );
}

/** Writes the flows of all shapes and sizes; answers how many events a second that took. */
async function writeFlows(pool: Pool): Promise<number> {
  let written = 0;
  const took = await timed(async () => {
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
  return written / (took / 1_000);
}

async function apiQuestions(address: string, databaseUrl: string, pool: Pool): Promise<Question[]> {
  const headers = { authorization: `Bearer ${await machineToken(databaseUrl, ['read'])}` };
  const get = async (path: string): Promise<void> => {
    const answer = await fetch(`${address}/api/${path}`, { headers });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status} ${text}`);
  };
  const flow = (shape: string, size: Size, part = ''): Promise<number> =>
    timed(() => get(`v1/flows/${encodeURIComponent(idOf(shape, size))}${part}`));
  const middles = new Map(await Promise.all(SIZES.map(async (size) => [size, await middleOf(pool, size)] as const)));
  return [
    { name: 'anchor: SELECT 1', isAnchor: true, ask: () => timed(() => pool.query('SELECT 1')) },
    { name: 'anchor: GET /api/health', isAnchor: true, ask: () => timed(() => get('health')) },
    ...Object.keys(SHAPES).map((shape) => ({
      name: `API: ${shape}`,
      ask: (size: Size) => flow(shape, size),
    })),
    {
      name: 'API: a page from the middle of the chain',
      ask: (size) => flow(CHAIN, size, `?around=${middles.get(size)}`),
    },
  ];
}

/** The position of the event in the middle of a chain. */
async function middleOf(pool: Pool, size: Size): Promise<string> {
  const { rows } = await pool.query<{ position: string }>(
    'SELECT position::text FROM sagascope.event_index WHERE correlation_id = $1 ORDER BY position OFFSET $2 LIMIT 1',
    [idOf(CHAIN, size), size / 2],
  );
  const [middle] = rows;
  if (middle === undefined) throw new Error(`no chain of ${size} events was written`);
  return middle.position;
}

function pageQuestions(context: BrowserContext, address: string): Question[] {
  return [
    {
      name: 'anchor: browser, the account page',
      isAnchor: true,
      ask: () => painted(context, `${address}/account`, 'h1'),
    },
    ...Object.keys(SHAPES).map((shape) => ({
      name: `browser: ${shape}`,
      ask: (size: Size) => painted(context, `${address}/flows/${encodeURIComponent(idOf(shape, size))}`, '[data-node]'),
    })),
  ];
}

/** Ms from the start of a navigation in a fresh page to the frame in which a first match of `selector` is painted. */
async function painted(context: BrowserContext, url: string, selector: string): Promise<number> {
  const page = await context.newPage();
  try {
    await page.goto(url, { waitUntil: 'commit' });
    return await page.evaluate(untilPainted, { selector, most: LONGEST_MS });
  } finally {
    await page.close();
  }
}

/** Runs in the page, whose clock begins with the navigation. */
function untilPainted({ selector, most }: { selector: string; most: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`nothing was painted in ${most} ms`)), most);
    const look = (): void => {
      if (document.querySelector(selector) === null) return;
      observer.disconnect();
      clearTimeout(timer);
      // The frame of this one is painted when the next begins.
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { childList: true, subtree: true });
    look();
  });
}

/** Asks each question of each size in turn, so that all meet the same moments of the machine. */
async function inTurn(questions: readonly Question[], runs: number, warmUp: number): Promise<Times> {
  const times = new Map(questions.map(({ name }) => [name, new Map(SIZES.map((size) => [size, [] as number[]]))]));
  for (let run = -warmUp; run < runs; run += 1) {
    for (const { name, ask } of questions) {
      // In another order each time, so that no size always comes first.
      for (const [n] of SIZES.entries()) {
        const size = SIZES[(n + Math.abs(run)) % SIZES.length] ?? SIZES[0];
        const took = await ask(size);
        if (run >= 0) times.get(name)?.get(size)?.push(took);
      }
    }
  }
  return times;
}

function cells(questions: readonly Question[], times: Times): string[][] {
  return questions.map(({ name, isAnchor = false }) => {
    const of = (size: Size): readonly number[] => times.get(name)?.get(size) ?? [];
    if (isAnchor) {
      const all = SIZES.flatMap(of);
      return [name, '', ms(quantile(all, 0.5)), '', ms(quantile(all, 0.95)), ''];
    }
    const medians = SIZES.map((size) => quantile(of(size), 0.5));
    const ratio = (medians[2] ?? Number.NaN) / (medians[0] ?? Number.NaN);
    return [name, ...medians.map(ms), ms(quantile(of(100_000), 0.95)), `${ratio.toFixed(2)}x`];
  });
}
