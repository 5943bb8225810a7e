import { Client } from 'pg';
import { to } from 'pg-copy-streams';
import type { Lifetime } from '@/scripts/lifetime';
import { type Actor, everywhere } from '@/server/auth/actor';
import { createContext } from '@/server/http/context';
import { primary } from '@/server/db/prisma';
import { exportEvents } from '@/server/events/export-events';
import { listEvents } from '@/server/events/list-events';
import { newDatabase } from './bed';
import { ms, quantile, type Table, timed } from './table';

const SIZES = (process.env.BENCH_EVENTS ?? '10000,100000,1000000').split(',').map(Number);
const PAGES = 30;

const engineer: Actor = {
  kind: 'person',
  id: 'bench',
  name: 'bench',
  grants: [everywhere('engineer')],
  origin: 'bench',
};

/**
 * Exports of 10,000 to 1,000,000 events: rows a second, and how much memory more than before it takes, beside COPY of
 * the same rows; and what a page of the list costs in each store.
 */
export async function exporting(life: Lifetime): Promise<Table> {
  const rows: string[][] = [];
  for (const size of SIZES) rows.push(...(await measure(life, size)));
  return {
    title: 'export: all events of a store, and a page of 50',
    head: ['', 'events', 'seconds', 'events a second', 'MB', 'most memory more, MB', 'page p50, ms'],
    rows,
    note: 'The use case in this process, its stream read to the end. COPY: the same columns by PostgreSQL alone, as the anchor.',
  };
}

async function measure(life: Lifetime, size: number): Promise<string[][]> {
  const databaseUrl = await newDatabase(life);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await build(client, size);
  process.env.DATABASE_URL = databaseUrl;
  const ctx = createContext(engineer);
  await listEvents(ctx, { limit: 50, match: 'prefix' });
  const copied = await copy(client);
  const rows = [['anchor: COPY', size, copied.ms, copied.bytes, Number.NaN, Number.NaN]];
  for (const format of ['jsonl', 'csv'] as const) {
    const { took, bytes, more } = await drain(() => exportEvents(ctx, { format, match: 'prefix' }));
    rows.push([format === 'csv' ? 'CSV' : 'JSON Lines', size, took, bytes, more, Number.NaN]);
  }
  const pages: number[] = [];
  for (let page = 0; page < PAGES; page += 1) {
    pages.push(await timed(() => listEvents(ctx, { limit: 50, match: 'prefix' })));
  }
  rows.push(['page of 50', size, Number.NaN, Number.NaN, Number.NaN, quantile(pages, 0.5)]);
  await client.end();
  await primary().$disconnect();
  return rows.map(([name, events, took, bytes, more, page]) => words(String(name), [events, took, bytes, more, page]));
}

function words(name: string, figures: (string | number | undefined)[]): string[] {
  const [events = 0, took = 0, bytes = 0, more = 0, page = 0] = figures.map(Number);
  const or = (value: number, text: (value: number) => string): string => (Number.isNaN(value) ? '' : text(value));
  const mega = (value: number): string => (value / 1_000_000).toFixed(1);
  return [
    name,
    events.toLocaleString('en'),
    or(took, (value) => (value / 1_000).toFixed(2)),
    or(took, (value) => Math.round(events / (value / 1_000)).toLocaleString('en')),
    or(bytes, mega),
    or(more, mega),
    or(page, ms),
  ];
}

async function drain(start: () => Promise<Response>): Promise<{ took: number; bytes: number; more: number }> {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let bytes = 0;
  let most = before;
  const took = await timed(async () => {
    const reader = (await start()).body?.getReader();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      bytes += part.value.byteLength;
      most = Math.max(most, process.memoryUsage().rss);
    }
  });
  return { took, bytes, more: most - before };
}

async function copy(client: Client): Promise<{ ms: number; bytes: number }> {
  let bytes = 0;
  const took = await timed(async () => {
    const sql = `COPY (SELECT i.*, e.payload, e.metadata FROM sagascope.event_index i JOIN public.event_store e USING (position) ORDER BY position) TO STDOUT`;
    for await (const chunk of client.query(to(sql))) bytes += (chunk as Buffer).byteLength;
  });
  return { ms: took, bytes };
}

async function build(client: Client, size: number): Promise<void> {
  await client.query('set synchronous_commit = off');
  await client.query(
    `insert into event_store (aggregate_type, aggregate_id, version, event_type, payload, metadata, occurred_at)
     select 'Order', 'order-' || n / 10, n % 10, 'OrderPlacedV1',
       jsonb_build_object('order_id', 'order-' || n / 10, 'customer_id', 'C-' || n % 1000, 'total', n * 1.1, 'status', 'PLACED',
         'lines', jsonb_build_array(jsonb_build_object('sku', 'SKU-' || n % 100, 'qty', 2))),
       jsonb_build_object('correlation_id', 'flow-' || n / 10, 'tenant_id', 'acme', 'service', 'order'),
       now() - (${size} - n) * interval '1 second' from generate_series(0, ${size - 1}) n`,
  );
  await client.query(
    `insert into sagascope.event_index (tenant_id, position, event_id, aggregate_type, aggregate_id, version, event_type, event_name,
       event_version, service, correlation_id, occurred_at, words)
     select 'acme', position, event_id, aggregate_type, aggregate_id, version, event_type, 'OrderPlaced', 1, 'order',
       metadata->>'correlation_id', occurred_at, sagascope.payload_words(payload) from event_store`,
  );
  await client.query('vacuum analyze');
}
