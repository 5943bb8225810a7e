import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium, type Page } from '@playwright/test';
import { Client, Pool } from 'pg';
import { findBrowser } from '@/scripts/browser';
import { spawnNode } from '@/scripts/child';
import type { Lifetime } from '@/scripts/lifetime';
import { freePort } from '@/scripts/postgres/cluster';
import { newToken } from '@/server/auth/token';
import { background, INSERT } from './background';
import { newDatabase } from './bed';
import { quantile, type Table, TIMES_HEAD, timesRow, timed } from './table';

const CLIENTS = 50;
const PER_SECOND = 200;
const RUNS = 100;
const WARM_UP = 5;
const PAUSE_MS = 200;
const LONGEST_MS = 30_000;
const PEOPLE = { email: 'bench@example.com', password: 'bench-of-the-console' };

/**
 * From a commit to the row on screen: a browser with the list of sagas open, 49 other live streams, and 200 rows a second
 * beside it. Both clocks are this machine's.
 */
export async function live(life: Lifetime): Promise<Table> {
  const databaseUrl = await newDatabase(life);
  const address = await openConsole(life, databaseUrl);
  const streams = await openStreams(life, databaseUrl, address);
  const page = await openPage(life, address);
  const pool = new Pool({ connectionString: databaseUrl, max: 20 });
  life.onEnd(() => pool.end());
  const others = background(pool, PER_SECOND);
  const times: Record<'floor' | 'commit' | 'screen', number[]> = { floor: [], commit: [], screen: [] };
  for (let run = -WARM_UP; run < RUNS; run += 1) {
    const sagaId = randomUUID();
    const floor = await timed(() => pool.query('select 1'));
    const seen = page.evaluate(untilOnScreen, { sagaId, most: LONGEST_MS });
    const commit = await timed(() => pool.query(INSERT, [sagaId, 'charge_card', 'PENDING']));
    const committed = performance.timeOrigin + performance.now();
    const shown = (await seen) - committed;
    if (run >= 0) {
      times.floor.push(floor);
      times.commit.push(commit);
      times.screen.push(shown);
    }
    await pause(PAUSE_MS * Math.random());
  }
  const perSecond = await others.stop();
  const row = (name: string, values: readonly number[]): string[] => timesRow(name, values, times.commit);
  const messages = streams.map(({ heard }) => heard());
  return {
    title: `live: commit to screen, ${CLIENTS} live clients, ${perSecond.toFixed(0)} rows a second beside it`,
    head: TIMES_HEAD,
    rows: [
      row('floor: SELECT 1', times.floor),
      row('anchor: the INSERT', times.commit),
      row('commit to the row in the browser', times.screen),
    ],
    note: `A console process, a real browser on /sagas, ${streams.length} other streams of which the slowest heard ${Math.min(...messages)} messages and the middle one ${quantile(messages, 0.5)}.`,
  };
}

/** Runs in the page: when (epoch ms) a link to the saga was first painted. */
function untilOnScreen({ sagaId, most }: { sagaId: string; most: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('a row was not shown in time')), most);
    const look = (): void => {
      if (document.querySelector(`a[href$="${sagaId}"]`) === null) return;
      observer.disconnect();
      clearTimeout(timer);
      requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['href'] });
    look();
  });
}

async function openConsole(life: Lifetime, databaseUrl: string): Promise<string> {
  const address = `http://127.0.0.1:${await freePort()}`;
  const events = new EventEmitter();
  const isReady = once(events, 'ready');
  const { exited } = spawnNode(life, ['scripts/run.mjs', 'start'], {
    env: {
      DATABASE_URL: databaseUrl,
      PORT: new URL(address).port,
      HOST: '127.0.0.1',
      SAGASCOPE_ADMIN_EMAIL: PEOPLE.email,
      SAGASCOPE_ADMIN_PASSWORD: PEOPLE.password,
    },
    line: (text) => {
      if (/ready: http/.test(text)) events.emit('ready');
    },
  });
  const died = exited.then((how) => {
    throw new Error(`The console did not start: ${how}`);
  });
  await Promise.race([isReady, died]);
  died.catch(() => undefined); // it also ends when it is stopped
  return address;
}

/** Streams of machines, each with a token of its own: one person may not have so many. */
async function openStreams(life: Lifetime, databaseUrl: string, address: string): Promise<{ heard: () => number }[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const streams: { heard: () => number }[] = [];
  for (let n = 1; n < CLIENTS; n += 1) {
    const { token, hash, prefix } = newToken();
    await client.query(
      `INSERT INTO sagascope.api_token (id, name, token_hash, prefix, scopes, created_by) VALUES ($1, $2, $3, $4, '{read}', 'bench')`,
      [randomUUID(), `stream ${n}`, hash, prefix],
    );
    const abort = new AbortController();
    life.onEnd(async () => abort.abort());
    const response = await fetch(`${address}/api/v1/live`, {
      headers: { authorization: `Bearer ${token}` },
      signal: abort.signal,
    });
    if (!response.ok || response.body === null) throw new Error(`a stream was refused: ${response.status}`);
    let heard = 0;
    const read = async (body: ReadableStream<Uint8Array>): Promise<void> => {
      for await (const chunk of body) heard += Buffer.from(chunk).toString('utf8').split('event: keys').length - 1;
    };
    // It ends when it is aborted, at the end of the benchmark.
    read(response.body).catch(() => undefined);
    streams.push({ heard: () => heard });
  }
  await client.end();
  return streams;
}

async function openPage(life: Lifetime, address: string): Promise<Page> {
  const browser = await chromium.launch({
    executablePath: await findBrowser((text) => console.log(text)),
    args: ['--no-sandbox'],
  });
  life.onEnd(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const signIn = await context.request.post(`${address}/api/auth/sign-in/email`, {
    headers: { origin: address },
    data: PEOPLE,
  });
  if (!signIn.ok()) throw new Error(`signing in failed: ${signIn.status()} ${await signIn.text()}`);
  const page = await context.newPage();
  // The loader of TypeScript names functions by a helper that a page does not have.
  await page.addInitScript('globalThis.__name = (named) => named');
  await page.goto(`${address}/sagas`);
  await page.getByText('Live', { exact: true }).first().waitFor();
  return page;
}
