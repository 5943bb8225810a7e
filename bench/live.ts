import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { Pool } from 'pg';
import type { Lifetime } from '@/scripts/lifetime';
import { background, INSERT } from './background';
import { newDatabase } from './bed';
import { openConsole, signedIn } from './console';
import { type Reading, openClients } from './live-clients';
import { quantile, type Table, TIMES_HEAD, timesRow, timed } from './table';

const CLIENTS = 50;
const PER_SECOND = 200;
const RUNS = 100;
const WARM_UP = 5;
const PAUSE_MS = 200;
/** A row that scrolled away unseen counts as this long. */
const LONGEST_MS = 10_000;

/**
 * From a commit to the row on screen: a browser with the list of sagas open, 49 other live clients, and 200 rows a
 * second beside it; once while the others listen alone, and once while each of them reads its list as the page does.
 * Both clocks are this machine's.
 */
export async function live(life: Lifetime): Promise<Table> {
  const databaseUrl = await newDatabase(life);
  const address = await openConsole(life, databaseUrl);
  const reading: Reading = { on: false };
  const clients = await openClients(life, databaseUrl, address, CLIENTS - 1, reading);
  const page = await openPage(life, address);
  const pool = new Pool({ connectionString: databaseUrl, max: 20 });
  const others = background(pool, PER_SECOND);
  life.onEnd(async () => {
    await others.stop();
    await pool.end();
  });
  const listening = await rounds(pool, page);
  const before = clients.map(({ reads }) => reads);
  reading.on = true;
  const start = performance.now();
  const busy = await rounds(pool, page);
  const seconds = (performance.now() - start) / 1_000;
  reading.on = false;
  const perSecond = await others.stop();
  const reads = clients.reduce((sum, client, n) => sum + client.reads - (before[n] ?? 0), 0);
  const all = [...listening.commit, ...busy.commit];
  const row = (name: string, values: readonly number[]): string[] => timesRow(name, values, all);
  const messages = clients.map((client) => client.messages);
  return {
    title: `live: commit to screen, ${CLIENTS} live clients, ${perSecond.toFixed(0)} rows a second beside it`,
    head: TIMES_HEAD,
    rows: [
      row('floor: SELECT 1', [...listening.floor, ...busy.floor]),
      row('anchor: the INSERT', all),
      row('commit to the row in the browser, the others listen', listening.screen),
      row('the same, each of the others reads its list too', busy.screen),
    ],
    note: `A console process, a real browser on /sagas, ${clients.length} other streams of which the slowest heard ${Math.min(...messages)} messages and the middle one ${quantile(messages, 0.5)}; reading, they asked for ${(reads / seconds).toFixed(0)} lists a second.`,
  };
}

async function rounds(pool: Pool, page: Page): Promise<Record<'floor' | 'commit' | 'screen', number[]>> {
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
  return times;
}

/** Runs in the page: when (epoch ms) a link to the saga was first painted, or given up. */
function untilOnScreen({ sagaId, most }: { sagaId: string; most: number }): Promise<number> {
  return new Promise((resolve) => {
    const end = (): void => {
      observer.disconnect();
      clearTimeout(timer);
      resolve(performance.timeOrigin + performance.now());
    };
    const timer = setTimeout(end, most);
    const look = (): void => {
      if (document.querySelector(`a[href$="${sagaId}"]`) === null) return;
      requestAnimationFrame(end);
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['href'] });
    look();
  });
}

async function openPage(life: Lifetime, address: string): Promise<Page> {
  const page = await (await signedIn(life, address)).newPage();
  await page.goto(`${address}/sagas`);
  await page.getByText('Live', { exact: true }).first().waitFor();
  return page;
}
