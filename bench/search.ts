import { Client } from 'pg';
import { identifiersIn } from '@/core/search/identifiers';
import { eventKeys, sagaKeys } from '@/core/search/keys';
import type { Lifetime } from '@/scripts/lifetime';
import type { Actor } from '@/server/auth/actor';
import { everywhere } from '@/server/auth/actor';
import { createContext } from '@/server/http/context';
import { primary } from '@/server/db/prisma';
import { search } from '@/server/search/search';
import { newDatabase } from './bed';
import { ms, quantile, type Table, timed } from './table';

const SIZES = (process.env.BENCH_EVENTS ?? '100000,5000000').split(',').map(Number);
const RUNS = 200;
const WARM_UP = 20;
const PER_STREAM = 10;
const TENANTS = 5;

const everyone: Actor = {
  kind: 'person',
  id: 'bench',
  name: 'bench',
  grants: [everywhere('viewer')],
  origin: 'bench',
};
const ofOneTenant: Actor = { ...everyone, grants: [{ ...everywhere('viewer'), tenants: ['t3'] }] };

/** A text that differs from run to run, for a store of so many streams. */
type Asked = (run: number, streams: number) => string;
const at: Asked = (run, streams) => String((run * 7_919) % streams);
const uuid = (kind: string, n: string): string => `${kind}${n.padStart(7, '0')}-0000-4000-8000-${n.padStart(12, '0')}`;

const QUESTIONS: readonly [name: string, q: Asked, actor: Actor][] = [
  ['saga id', (run, streams) => uuid('a', at(run, streams)), everyone],
  ['business key: order-8841', (run, streams) => `order-${at(run, streams)}`, everyone],
  ['the number alone: 8841', at, everyone],
  ['trace id', (run, streams) => `trace-${at(run, streams)}`, everyone],
  ['event id', (run, streams) => uuid('e', at(run, streams)), everyone],
  ['beginning of an event id', (run, streams) => uuid('e', at(run, streams)).slice(0, 6), everyone],
  ['e-mail, in fifty streams', (run, streams) => `c${Number(at(run, streams)) % (streams / 50)}@example.org`, everyone],
  ['beginning: order-8', (run) => `order-${run % 10}`, everyone],
  ['beginning: o', () => 'o', everyone],
  ['beginning: o, people of one tenant', () => 'o', ofOneTenant],
  ['nothing found', (run) => `nothing-${run}`, everyone],
];

/** How long a search takes, in stores of several sizes. BENCH_EVENTS=100000,5000000 names others. */
export async function searching(life: Lifetime): Promise<Table> {
  const columns: { times: number[][]; keys: string; built: number }[] = [];
  for (const size of SIZES) columns.push(await measure(life, size));
  const [least] = columns;
  const rows = ['anchor: SELECT 1', ...QUESTIONS.map(([name]) => name)].map((name, row) => {
    const cells = columns.flatMap(({ times }) => [
      ms(quantile(times[row] ?? [], 0.5)),
      ms(quantile(times[row] ?? [], 0.95)),
    ]);
    const last = quantile(columns.at(-1)?.times[row] ?? [], 0.5);
    return [name, ...cells, `${(last / quantile(least?.times[row] ?? [], 0.5)).toFixed(1)}x`];
  });
  return {
    title: `search: ${RUNS} questions each, ms`,
    head: ['', ...SIZES.flatMap((size) => [`${size.toLocaleString('en')} p50`, 'p95']), 'to first'],
    rows,
    note: `The use case in this process, over a pool. ${columns.map(({ keys, built }, n) => `${(SIZES[n] ?? 0).toLocaleString('en')} events: ${keys} keys, built in ${(built / 1_000).toFixed(0)} s`).join('; ')}.`,
  };
}

async function measure(life: Lifetime, events: number): Promise<{ times: number[][]; keys: string; built: number }> {
  const databaseUrl = await newDatabase(life);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const streams = events / PER_STREAM;
  const built = await timed(() => build(client, events));
  const { rows } = await client.query<{ keys: string }>(
    `select to_char(count(*), 'FM999,999,999') as keys from sagascope.search_key`,
  );
  await client.end();
  process.env.DATABASE_URL = databaseUrl;
  const times = [await repeated(async () => createContext(everyone).db.replica('select 1'))];
  for (const [, q, actor] of QUESTIONS) {
    times.push(await repeated((run) => search(createContext(actor), { q: q(run, streams) })));
  }
  await primary().$disconnect();
  return { times, keys: rows[0]?.keys ?? '', built };
}

async function repeated(ask: (run: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let run = -WARM_UP; run < RUNS; run += 1) {
    const took = await timed(() => ask(Math.abs(run)));
    if (run >= 0) times.push(took);
  }
  return times;
}

/**
 * The read models as the projectors leave them, without the two logs: the keys of one order by the rules that the
 * projectors go by, its numbers filled in by the database for each other order.
 */
async function build(client: Client, events: number): Promise<void> {
  const streams = events / PER_STREAM;
  const tenant = `'t' || n % ${TENANTS}`;
  await client.query(`set synchronous_commit = off; set maintenance_work_mem = '256MB'`);
  const indexes = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
     where indrelid in ('sagascope.search_key'::regclass, 'sagascope.event_index'::regclass, 'sagascope.saga'::regclass) and not indisprimary`,
  );
  for (const { name } of indexes.rows) await client.query(`drop index ${name}`);
  await client.query('alter table sagascope.search_key drop constraint search_key_pkey');
  const filled = (text: string): string =>
    text === SAGA_ID
      ? uuidSql('a')
      : `replace(replace('${text}', '${NUMBER}', n::text), '${CUSTOMER}', (n % ${Math.max(1, streams / 50)})::text)`;
  for (const key of exampleKeys()) {
    await client.query(
      `insert into sagascope.search_key (tenant_id, kind, value, target_type, target, field)
       select distinct on (1, 2, 3, 4, 5) ${tenant}, '${key.kind}', ${filled(key.value)}, '${key.targetType}',
         ${filled(key.target)}, '${key.field}' from generate_series(0, ${streams - 1}) n`,
    );
  }
  await client.query(
    `insert into sagascope.saga (tenant_id, saga_id, saga_type, status, business_key, correlation_id, steps, step_names, headline,
       outstanding, in_doubt, going_back, started_at, updated_at, first_log_id, last_log_id, row_count)
     select ${tenant}, (${uuidSql('a')})::uuid, 'order_fulfilment', 'COMPLETED', 'order-' || n, 'flow-' || n, '[]', '{}', '', 0, 0, false,
       now(), now() - n * interval '1 second', n, n, 10 from generate_series(0, ${streams - 1}) n`,
  );
  await client.query(
    `insert into sagascope.event_index (tenant_id, position, event_id, aggregate_type, aggregate_id, version, event_type, event_name,
       event_version, service, correlation_id, occurred_at)
     select ${tenant}, n, (${uuidSql('e')})::uuid, 'Order', 'order-' || n / ${PER_STREAM}, n % ${PER_STREAM}, 'OrderPlacedV1', 'OrderPlaced', 1,
       'shop', 'flow-' || n / ${PER_STREAM}, now() from generate_series(0, ${events - 1}) n`,
  );
  await client.query('alter table sagascope.search_key add primary key (tenant_id, kind, value, target_type, target)');
  // What other pages read is not asked here.
  const read = ['search_key', 'event_id', 'saga_id_key'];
  for (const { name, definition } of indexes.rows) {
    if (read.some((part) => name.includes(part))) await client.query(definition);
  }
  await client.query('vacuum analyze');
}

/** Stand for the number of an order, of its customer, and the id of its saga in the keys of one order. */
const NUMBER = '7777777';
const CUSTOMER = '5555555';
const SAGA_ID = 'aaaaaaaa-0000-4000-8000-aaaaaaaaaaaa';
const uuidSql = (kind: string): string =>
  `'${kind}' || lpad(n::text, 7, '0') || '-0000-4000-8000-' || lpad(n::text, 12, '0')`;

function exampleKeys() {
  const email = `c${CUSTOMER}@example.org`;
  const payload = identifiersIn({ customerId: `cust-${CUSTOMER}0`, email, paymentRef: `PAY-${NUMBER}0` });
  const order = `order-${NUMBER}`;
  const ids = { correlationId: `flow-${NUMBER}`, traceId: `trace-${NUMBER}` };
  return [
    ...eventKeys({ aggregateType: 'Order', aggregateId: order, ...ids }, payload),
    ...sagaKeys({ sagaId: SAGA_ID, businessKey: order, ...ids }, payload),
  ];
}
