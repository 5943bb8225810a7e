import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LIVE_CHANNEL, type LiveMessage } from '@/core/contract/live';
import { idOfPosition } from '@/server/db/event-store';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { runFollower } from '@/worker/follower/run';
import type { FollowerOptions } from '@/worker/follower/source';
import { startWorker } from '@/worker/main';
import { rebuild } from '@/worker/rebuild';
import { verify } from '@/worker/verify';
import type { EventProjection } from './projections';
import { EventProjector } from './source';

let db: TestDatabase;
const stops: (() => Promise<void>)[] = [];
beforeEach(async () => {
  db = await testDatabase();
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await db.drop();
});

async function work(options: Partial<FollowerOptions> = {}) {
  const said: string[] = [];
  const worker = await startWorker({ databaseUrl: db.url, log: (line) => said.push(line), follower: options });
  stops.push(() => worker.stop());
  return { said, stop: () => worker.stop() };
}

/** A follower of events alone, with projections of the test. */
function follow(projections: Record<string, EventProjection>) {
  const said: string[] = [];
  const stopping = new AbortController();
  const source = new EventProjector((line) => said.push(line), projections);
  const done = runFollower({ databaseUrl: db.url, source, say: (line) => said.push(line), signal: stopping.signal });
  stops.push(() => {
    stopping.abort();
    return done;
  });
  return said;
}

async function until(holds: () => Promise<boolean>, what: string, ms = 30_000): Promise<void> {
  for (const end = Date.now() + ms; !(await holds()); await sleep(10)) {
    if (Date.now() > end) throw new Error(`still not after ${ms} ms: ${what}`);
  }
}

const caughtUp = () =>
  until(async () => {
    const { rows } = await db.pool.query(
      `SELECT (SELECT count(*) FROM event_store)::int AS rows,
        coalesce((SELECT rows_applied FROM sagascope.checkpoint WHERE log = 'event_store'), 0)::int AS applied,
        (SELECT count(*) FROM sagascope.open_gap WHERE log = 'event_store')::int AS gaps,
        (SELECT count(*) FROM saga_log)::int AS sagas,
        coalesce((SELECT rows_applied FROM sagascope.checkpoint WHERE log = 'saga_log'), 0)::int AS folded`,
    );
    const { rows: written, applied, gaps, sagas, folded } = rows[0];
    return written === applied && gaps === 0 && sagas === folded;
  }, 'all events are applied once');
const differences = async () => (await verify({ databaseUrl: db.url, log: () => undefined })).differences;
const index = async (columns = '*') =>
  (await db.pool.query(`SELECT ${columns} FROM sagascope.event_index ORDER BY position`)).rows;
const insert = (events: Record<string, unknown>[]) =>
  db.pool.query(
    `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload, metadata, occurred_at)
     SELECT coalesce(aggregate_type, 'Order'), coalesce(aggregate_id, gen_random_uuid()::text), coalesce(version, 1),
       coalesce(event_type, 'OrderPlaced'), coalesce(payload, '{}'), coalesce(metadata, '{}'), coalesce(occurred_at, now())
     FROM json_to_recordset($1::json) AS r(aggregate_type text, aggregate_id text, version bigint, event_type text,
       payload jsonb, metadata jsonb, occurred_at timestamptz)`,
    [JSON.stringify(events)],
  );

describe('event_index', () => {
  test('has every event, its name split, its metadata in any spelling, and no tenant as none', async () => {
    await insert([
      {
        aggregate_id: 'order-1',
        event_type: 'OrderPlacedV3',
        metadata: {
          correlation_id: 'c1',
          tenantId: 't1',
          $causationId: 'x',
          service: 'shop',
          saga_id: 's',
          trace_id: 't',
        },
        occurred_at: '2011-03-04T05:06:07.089Z',
      },
      { aggregate_id: 'order-2', event_type: 'Gate V8', metadata: { imported_from: 'file.xes' } },
      { aggregate_id: 'x'.repeat(700), aggregate_type: '', metadata: [1], occurred_at: 'infinity' },
    ]);
    await work();
    await caughtUp();
    const rows = await index();
    expect(rows[0]).toMatchObject({
      tenant_id: 't1',
      event_type: 'OrderPlacedV3',
      event_name: 'OrderPlaced',
      event_version: 3,
      correlation_id: 'c1',
      causation_id: 'x',
      service: 'shop',
      saga_id: 's',
      trace_id: 't',
      occurred_at: new Date('2011-03-04T05:06:07.089Z'),
    });
    expect(rows[1]).toMatchObject({ tenant_id: '', event_name: 'Gate V8', event_version: 1, correlation_id: null });
    expect(rows[2]).toMatchObject({ tenant_id: '', aggregate_type: '', service: null });
    expect(rows[2].aggregate_id).toHaveLength(500);
    expect(await differences()).toEqual([]);
  });

  test('follows a table that others made and that may only be read, with the five required columns', async () => {
    await db.pool.query(`DROP TABLE event_store; CREATE TABLE public.event_store (position bigserial PRIMARY KEY,
      aggregate_id text, version bigint, event_type text, payload jsonb);
      INSERT INTO event_store (aggregate_id, version, event_type, payload) VALUES ('a', 0, 'BeganV2', '{}'), (null, null, null, null)`);
    const name = `reader_${randomUUID().replaceAll('-', '')}`;
    const url = new URL(db.url);
    await db.pool.query(`CREATE ROLE ${name} LOGIN PASSWORD 'reader'; GRANT USAGE ON SCHEMA public TO ${name};
      GRANT SELECT ON event_store, saga_log TO ${name}; GRANT ALL ON SCHEMA sagascope TO ${name};
      GRANT ALL ON ALL TABLES IN SCHEMA sagascope TO ${name}`);
    Object.assign(url, { username: name, password: 'reader' });
    const stopping = new AbortController();
    const source = new EventProjector(() => undefined);
    const done = runFollower({ databaseUrl: url.href, source, say: () => undefined, signal: stopping.signal });
    stops.push(async () => {
      stopping.abort();
      await done;
      await db.pool.query(`DROP OWNED BY ${name}; DROP ROLE ${name}`);
    });
    await caughtUp();
    const before = await index();
    expect(before).toMatchObject([
      { event_id: idOfPosition(1n), aggregate_type: '', aggregate_id: 'a', event_name: 'Began', event_version: 2 },
      { event_id: idOfPosition(2n), aggregate_id: '', event_type: '' },
    ]);
    expect(Math.abs(before[0].occurred_at.getTime() - Date.now())).toBeLessThan(60_000);
    stopping.abort();
    await done;
    await rebuild({ databaseUrl: db.url, log: () => undefined });
    expect(await index()).toEqual(before);
    expect(await differences()).toEqual([]);
  });

  test('is the same after a rebuild, and verify names what is not', async () => {
    await insert(Array.from({ length: 300 }, (_, n) => ({ metadata: { correlation_id: `c${n % 7}` } })));
    await work();
    await caughtUp();
    const before = await index();
    await db.pool.query(`UPDATE sagascope.event_index SET event_name = 'Other' WHERE position = 7;
      DELETE FROM sagascope.event_index WHERE position = 9`);
    const ofEvents = (await differences()).filter((line) => line.startsWith('Event '));
    expect(ofEvents).toEqual(['Event 7 differs in event_name.', 'Event 9 is in event_store but not in event_index.']);
    await rebuild({ databaseUrl: db.url, log: () => undefined });
    expect(await index()).toEqual(before);
    expect(await differences()).toEqual([]);
  });

  test('holds rows that commit late, in batches of three', async () => {
    await work({ batch: 3, passAfter: 20 });
    const slow = await db.pool.connect();
    await slow.query('BEGIN');
    await slow.query(
      `INSERT INTO event_store (aggregate_id, version, event_type, payload) VALUES ('late', 1, 'E', '{}')`,
    );
    await insert(Array.from({ length: 10 }, () => ({})));
    await until(async () => (await index('position')).length === 10, 'the others are there');
    await slow.query('COMMIT');
    slow.release();
    await caughtUp();
    expect(await differences()).toEqual([]);
    expect((await index('position')).map(({ position }) => Number(position))).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    ]);
  });
});

describe('projections', () => {
  test('get each event once, in log order, in the transaction of the checkpoint', async () => {
    await db.pool.query('CREATE TABLE public.told (n bigserial, position bigint UNIQUE, late boolean)');
    follow({
      told: async (query, events, late) => {
        await query('INSERT INTO public.told (position, late) SELECT p, $2 FROM unnest($1::bigint[]) p', [
          events.map(({ position }) => position.toString()),
          late,
        ]);
      },
    });
    await insert(Array.from({ length: 50 }, () => ({})));
    await caughtUp();
    const { rows } = await db.pool.query('SELECT position::int, late FROM public.told ORDER BY n');
    expect(rows.map(({ position }) => position)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
    expect(rows.every(({ late }) => !late)).toBe(true);
  });

  test('one that refuses an event leaves it out by name, and nothing else', async () => {
    await db.pool.query('CREATE TABLE public.told (position bigint UNIQUE CHECK (position <> 5))');
    const said = follow({
      told: async (query, events) => {
        await query('INSERT INTO public.told SELECT p FROM unnest($1::bigint[]) p', [
          events.map(({ position }) => position.toString()),
        ]);
      },
    });
    await insert(Array.from({ length: 9 }, () => ({})));
    await caughtUp();
    const { rows } = await db.pool.query('SELECT position::int FROM public.told ORDER BY 1');
    expect(rows.map(({ position }) => position)).toEqual([1, 2, 3, 4, 6, 7, 8, 9]);
    expect(await index('position')).toHaveLength(9);
    expect(said.filter((line) => line.includes('left out'))).toEqual([
      expect.stringContaining('Event 5 of event_store is left out of told'),
    ]);
  });
});

test('tells live streams which flows and streams changed, and all of them when there are many or their names are long', async () => {
  const client = new Client({ connectionString: db.url });
  const heard: string[] = [];
  client.on('notification', ({ payload }) => {
    const { keys, groups = [] }: LiveMessage = JSON.parse(payload ?? '{"keys":[]}');
    heard.push(...keys, ...groups.flatMap(({ tenant, keys: of }) => of.map((key) => `${tenant}|${key}`)));
  });
  await client.connect();
  await client.query(`LISTEN ${LIVE_CHANNEL}`);
  await work();
  await insert([{ aggregate_type: '', aggregate_id: 'a/b', metadata: { correlation_id: 'c 1', tenant_id: 't' } }]);
  await until(async () => heard.includes('t|flow:c%201'), 'the flow is told');
  expect(heard).toEqual(['events', 't|flow:c%201', 't|stream:~/a%2Fb']);
  await insert(Array.from({ length: 60 }, (_, n) => ({ metadata: { correlation_id: `c${n}` } })));
  await until(async () => heard.includes('|flow:*') && heard.includes('|stream:*'), 'all are told');
  await insert([{ aggregate_id: 'ü'.repeat(400) }]);
  await caughtUp();
  await client.end();
  expect(await index('position')).toHaveLength(62);
});
