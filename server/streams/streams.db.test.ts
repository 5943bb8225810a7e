import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Stream } from '@/core/contract/streams';
import { writeSnapshot } from '@/core/stream/snapshot';
import { contextOf, personWith } from '@/server/auth/test-actors';
import { pgQuery } from '@/server/db/query';
import { servedDatabase } from '@/server/db/served-database';
import { streamSource } from '@/server/db/stream-events';
import { foldStream, StillFolding } from '@/server/db/stream-fold';
import type { TestDatabase } from '@/server/db/test-database';
import { getStream } from './get-stream';
import { append as appendTo, type NewEvent, TENANT } from './streams.fixture';

let db: TestDatabase;
let reducers: string;
beforeAll(async () => {
  db = await servedDatabase();
  reducers = await mkdtemp(path.join(os.tmpdir(), 'sagascope-reducers-'));
  process.env.SAGASCOPE_REDUCERS = reducers;
});
afterAll(async () => {
  delete process.env.SAGASCOPE_REDUCERS;
  await rm(reducers, { recursive: true, force: true });
  await db.drop();
});

const append = (aggregateType: string, aggregateId: string, events: readonly NewEvent[]): Promise<void> =>
  appendTo(db, aggregateType, aggregateId, events);
/** Appends versions 1 to `count` whose payloads `payload` (SQL over v) makes. */
const appendMany = (aggregateType: string, aggregateId: string, count: number, payload: string) =>
  db.pool.query(
    `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload, metadata)
     SELECT $1, $2, v, 'CounterMovedV1', ${payload}, '{"tenant_id": "acme", "service": "counter"}' FROM generate_series(1, ${count}) v`,
    [aggregateType, aggregateId],
  );
const stream = async (aggregateType: string, aggregateId: string, at?: string, ctx = contextOf()) =>
  Stream.parse(await getStream(ctx, { aggregateType, aggregateId, at }));
const snapshots = async (aggregateId: string) =>
  (
    await db.pool.query<{ version: string; reducer: string; tenant_id: string; gapless: boolean }>(
      'SELECT version::text, reducer, tenant_id, gapless FROM sagascope.stream_snapshot WHERE aggregate_id = $1 ORDER BY stream_snapshot.version',
      [aggregateId],
    )
  ).rows;
/** Runs `work` as if a stream had no snapshots. */
async function hidden(aggregateId: string, work: () => Promise<unknown>): Promise<void> {
  const move = (from: string, to: string) =>
    db.pool.query(`UPDATE sagascope.stream_snapshot SET reducer = $2 WHERE aggregate_id = $1 AND reducer = $3`, [
      aggregateId,
      to,
      from,
    ]);
  await move('merge:2', 'hidden');
  await work();
  await db.pool.query(`DELETE FROM sagascope.stream_snapshot WHERE aggregate_id = $1 AND reducer = 'merge:2'`, [
    aggregateId,
  ]);
  await move('hidden', 'merge:2');
}
const values = ({ fields }: Stream) => Object.fromEntries(fields.map((f) => [f.path, [f.value, f.before, f.setBy]]));

describe('a stream at a version', () => {
  const id = randomUUID();
  beforeAll(async () => {
    await append('Order', id, [
      {
        version: 1,
        type: 'OrderPlacedV2',
        payload: '{"order_id":"8841","total":184.90,"big":9007199254740993,"payment":{"status":"NONE"}}',
        metadata: {
          tenant_id: TENANT,
          service: 'orders',
          saga_id: randomUUID(),
          correlation_id: 'c-1',
          trace_id: 't-1',
        },
      },
      { version: 2, type: 'PaymentAuthorizedV1', payload: '{"payment":{"status":"AUTHORIZED","held":184.90}}' },
      { version: 3, type: 'PaymentVoidedV1', payload: '{"payment":{"status":"VOIDED","held":0.00}}' },
      { version: 4, type: 'NoteAddedV1', payload: '{"note":"later"}' },
    ]);
  });

  test('has its state, the diff from the version before, and who set each field; numbers as written', async () => {
    const at3 = await stream('Order', id, '3');
    expect(at3).toMatchObject({ first: '1', last: '4', at: '3', total: 4, changed: 2, fieldsTotal: 5, anomalies: [] });
    expect(JSON.parse(at3.state ?? '')).toMatchObject({ payment: { status: 'VOIDED' } });
    expect(at3.state).toContain('"total":184.90');
    expect(at3.state).toContain('"big":9007199254740993');
    expect(values(at3)).toEqual({
      big: ['9007199254740993', null, '1'],
      total: ['184.90', null, '1'],
      order_id: ['"8841"', null, '1'],
      'payment.held': ['0.00', '184.90', '3'],
      'payment.status': ['"VOIDED"', '"AUTHORIZED"', '3'],
    });
    expect(at3.event).toMatchObject({ version: '3', name: 'PaymentVoided', schemaVersion: 1, payloadCut: null });
    expect(at3.versions.map(({ version }) => version)).toEqual(['1', '2', '3', '4']);
    expect(at3).toMatchObject({ previous: null, next: null, services: ['orders'] });
  });

  test('is the latest unless told; a version that is not there reads as the one below, or the first', async () => {
    expect((await stream('Order', id)).at).toBe('4');
    expect((await stream('Order', id, '99')).at).toBe('4');
    expect((await stream('Order', id, '-5')).at).toBe('1');
    expect((await stream('Order', id, '1')).event).toMatchObject({ correlationId: 'c-1', traceId: 't-1' });
  });

  test('the empty type is written ~; what does not exist is not found', async () => {
    const plain = randomUUID();
    await append('', plain, [{ version: 0, payload: '{"a":1}' }]);
    expect(await stream('~', plain)).toMatchObject({ aggregateType: '', first: '0', at: '0', anomalies: [] });
    await expect(stream('Order', randomUUID())).rejects.toMatchObject({ code: 'not_found' });
    await expect(stream('Other', id)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('payloads that are no objects, the deepest keys and 64-bit versions are taken as they are', async () => {
    const odd = randomUUID();
    await append('Odd', odd, [
      { version: '9223372036854775805', payload: '[1,2]' },
      { version: '9223372036854775806', payload: '{"__proto__":{"a.b":1}}' },
      { version: '9223372036854775807', payload: '"end"' },
    ]);
    const end = await stream('Odd', odd);
    expect(end).toMatchObject({ at: '9223372036854775807', state: '"end"' });
    expect(values(end)).toEqual({
      '': ['"end"', null, '9223372036854775807'],
      '__proto__["a.b"]': [null, '1', '9223372036854775807'],
    });
  });

  test('a payload of 10 MB is left out of the state, cut where it is shown, and said', async () => {
    const big = randomUUID();
    await append('Big', big, [{ version: 1, payload: '{"a":1}' }]);
    await db.pool.query(
      `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload, metadata)
       VALUES ('Big', $1, 2, 'FileStoredV1', jsonb_build_object('file', (SELECT string_agg(md5(n::text), '') FROM generate_series(1, 330000) n)), '{}')`,
      [big],
    );
    await append('Big', big, [{ version: 3, payload: '{"b":2}' }]);
    const at2 = await stream('Big', big, '2');
    expect(at2.event.payload).toHaveLength(65_536);
    expect(at2.event.payloadCut).toBeGreaterThan(10_000_000);
    expect(at2.state).toBe('{"a":1}');
    const whole = await stream('Big', big);
    expect(whole.state).toBe('{"a":1,"b":2}');
    expect(whole.anomalies).toEqual([{ kind: 'oversized', version: '2', from: null, to: null }]);
    expect(JSON.stringify(whole).length).toBeLessThan(10_000);
  });

  test('gaps, out-of-order versions and changes of schema stand at the event where they show', async () => {
    const faulty = randomUUID();
    await append('Faulty', faulty, [
      { version: 1, payload: '{}', position: 9_000_010 },
      { version: 2, payload: '{}', position: 9_000_005, type: 'OrderChangedV2' },
      { version: 7, payload: '{}', position: 9_000_011, type: 'OrderChangedV2' },
    ]);
    const { versions, anomalies, anomaliesTotal } = await stream('Faulty', faulty, '1');
    expect(versions.map(({ marks }) => marks)).toEqual([
      [],
      [
        { kind: 'out_of_order', from: null, to: null },
        { kind: 'schema', from: '1', to: '2' },
      ],
      [{ kind: 'gap', from: '3', to: '6' }],
    ]);
    expect(anomalies.map(({ kind, version }) => [kind, version])).toEqual([
      ['out_of_order', '2'],
      ['gap', '7'],
    ]);
    expect(anomaliesTotal).toBe(2);
  });
});

describe('who sees a stream', () => {
  const mine = randomUUID();
  const theirs = randomUUID();
  const both = randomUUID();
  beforeAll(async () => {
    await append('Order', mine, [{ version: 1, payload: '{"a":1}' }]);
    await append('Order', theirs, [{ version: 1, payload: '{"a":1}', metadata: { tenantId: 'globex' } }]);
    await append('Order', both, [
      { version: 1, payload: '{"a":1}' },
      { version: 2, payload: '{"secret":1}', metadata: { tenant_id: 'globex' } },
      { version: 3, payload: '{"none":1}', metadata: {} },
      { version: 4, payload: '{"b":2}' },
    ]);
  });
  const support = contextOf(personWith('support', { tenants: [TENANT] }));

  test('a stream of another tenant is not found, with the sentence of one that does not exist', async () => {
    expect((await stream('Order', mine, undefined, support)).state).toBe('{"a":1}');
    const foreign = await getStream(support, { aggregateType: 'Order', aggregateId: theirs }).catch(
      (error: unknown) => error,
    );
    const absent = randomUUID();
    const missing = await getStream(support, { aggregateType: 'Order', aggregateId: absent }).catch(
      (error: unknown) => error,
    );
    expect(foreign).toMatchObject({ code: 'not_found' });
    expect(String(Reflect.get(Object(foreign), 'detail')).replace(theirs, '')).toBe(
      String(Reflect.get(Object(missing), 'detail')).replace(absent, ''),
    );
  });

  test('of a stream of two tenants each sees their own events; none of the others’ fields, counts or marks of theirs', async () => {
    const seen = await stream('Order', both, undefined, support);
    expect(seen).toMatchObject({ state: '{"a":1,"b":2}', total: 2, at: '4' });
    expect(seen.versions.map(({ version }) => version)).toEqual(['1', '4']);
    expect(await stream('Order', both, '2', support)).toMatchObject({ at: '1', state: '{"a":1}' });
    expect(await stream('Order', both)).toMatchObject({ total: 4, state: '{"a":1,"secret":1,"none":1,"b":2}' });
  });

  test('the tenant chosen in the top bar narrows what a person of all tenants sees', async () => {
    const chosen = contextOf(undefined, 'globex');
    expect((await stream('Order', theirs, undefined, chosen)).total).toBe(1);
    await expect(stream('Order', mine, undefined, chosen)).rejects.toMatchObject({ code: 'not_found' });
    expect(await stream('Order', both, undefined, chosen)).toMatchObject({ state: '{"secret":1}', total: 1 });
  });
});

describe('snapshots', () => {
  const SUM = `jsonb_build_object('n', v, 'k' || v % 7, v)`;

  test('are kept on the way, used, and give what a fold from the start gives, at any version', async () => {
    const id = randomUUID();
    await appendMany('Counter', id, 2_000, SUM);
    const fresh = await stream('Counter', id);
    const kept = await snapshots(id);
    expect(kept.length).toBeGreaterThanOrEqual(12);
    expect(kept[0]).toMatchObject({ version: '128', reducer: 'merge:2', tenant_id: TENANT, gapless: true });
    expect(await stream('Counter', id)).toEqual(fresh);
    for (const at of ['1', '127', '128', '129', '1000', '1999']) {
      const by = await stream('Counter', id, at);
      await db.pool.query('DELETE FROM sagascope.stream_snapshot WHERE aggregate_id = $1', [id]);
      expect(await stream('Counter', id, at)).toEqual(by);
    }
  });

  test('one that was changed is used as it is: a state is read from it, not folded again', async () => {
    const id = randomUUID();
    await appendMany('Counter', id, 600, SUM);
    await stream('Counter', id);
    await db.pool.query(`UPDATE sagascope.stream_snapshot SET state = '{"planted":true}' WHERE aggregate_id = $1`, [
      id,
    ]);
    expect((await stream('Counter', id)).state).toContain('planted');
  });

  test('do not outlive what they were made of: an event that commits late in a gap, and one before the first', async () => {
    const id = randomUUID();
    await appendMany('Counter', id, 600, SUM);
    await db.pool.query(`ALTER TABLE event_store DISABLE TRIGGER ALL`);
    await db.pool.query('DELETE FROM event_store WHERE aggregate_id = $1 AND version IN (1, 100)', [id]);
    await db.pool.query(`ALTER TABLE event_store ENABLE TRIGGER ALL`);
    expect(await stream('Counter', id)).toMatchObject({ total: 598, anomaliesTotal: 2 });
    expect((await snapshots(id))[0]).toMatchObject({ gapless: false });
    await append('Counter', id, [{ version: 100, payload: '{"late":true}' }]);
    const late = await stream('Counter', id);
    expect(late).toMatchObject({ total: 599 });
    expect(late.state).toContain('"late":true');
    await append('Counter', id, [{ version: 0, payload: '{"first":true}' }]);
    expect(await stream('Counter', id)).toMatchObject({ total: 600, first: '0' });
  });

  test('are forgotten when an event comes late in one of more gaps than are named', async () => {
    const id = randomUUID();
    await db.pool.query(
      `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload)
       SELECT 'Gappy', $1, v * 10, 'ChangedV1', '{"n": 1}' FROM generate_series(1, 300) v`,
      [id],
    );
    expect(await stream('Gappy', id)).toMatchObject({ total: 300, anomaliesTotal: 300, state: '{"n":1}' });
    expect((await snapshots(id)).length).toBeGreaterThan(0);
    await append('Gappy', id, [{ version: 2_001, payload: '{"late":true}' }]);
    expect(await stream('Gappy', id)).toMatchObject({ total: 301, state: '{"n":1,"late":true}' });
  });

  test('let a long stream be folded piece by piece: each call goes on where the last one stopped', async () => {
    const id = randomUUID();
    await appendMany('Counter', id, 2_000, SUM);
    const query = pgQuery(db.pool);
    const source = await streamSource(query);
    if (source === null) throw new Error('no event_store');
    const of = { source, key: { aggregateType: 'Counter', aggregateId: id }, upTo: 2_000n, reducer: null };
    const stops: bigint[] = [];
    let folded: Awaited<ReturnType<typeof foldStream>> | undefined;
    while (folded === undefined) {
      try {
        folded = await foldStream(query, { ...of, patienceMs: -1 });
      } catch (error) {
        if (!(error instanceof StillFolding)) throw error;
        stops.push(error.version);
      }
    }
    expect(stops.length).toBeGreaterThan(5);
    expect(stops).toEqual([...new Set(stops)].toSorted((a, b) => Number(a - b)));
    const byPieces = writeSnapshot(folded.fold);
    await db.pool.query('DELETE FROM sagascope.stream_snapshot WHERE aggregate_id = $1', [id]);
    expect(byPieces).toEqual(writeSnapshot((await foldStream(query, of)).fold));
  });

  test('equal a replay for random streams, opened at random versions in between', async () => {
    const payload = fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.oneof(
        fc.constant(null),
        fc.integer({ min: 0, max: 3 }),
        fc.dictionary(fc.constantFrom('x', 'y'), fc.boolean()),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(payload, { minLength: 1, maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
        async (payloads, opened) => {
          const id = randomUUID();
          // The payloads in turn, until snapshots are due.
          await db.pool.query(
            `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload)
             SELECT 'Random', $1, v, 'ChangedV1', $2::jsonb -> ((v * 7) % jsonb_array_length($2::jsonb))::int FROM generate_series(1, 700) v`,
            [id, JSON.stringify(payloads)],
          );
          for (const at of opened) {
            const used = await stream('Random', id, String(at));
            await hidden(id, async () => expect(await stream('Random', id, String(at))).toEqual(used));
          }
        },
      ),
      { numRuns: 8 },
    );
  });
});

const write = (name: string, body: string) => writeFile(path.join(reducers, `${name}.ts`), body);

describe('a reducer in a file', () => {
  const id = randomUUID();
  beforeAll(() => appendMany('Tally', id, 600, `jsonb_build_object('add', v)`));
  beforeEach(() => db.pool.query('DELETE FROM sagascope.stream_snapshot WHERE aggregate_id = $1', [id]));

  test('makes the state, and its change makes it again: a snapshot is of one source only', async () => {
    await write(
      'Tally',
      'export default (state: any, event: any) => ({ sum: (state.sum ?? 0) + Number(event.payload.add) });',
    );
    const sum = await stream('Tally', id);
    expect(sum).toMatchObject({ state: '{"sum":180300}', reducer: { file: 'reducers/Tally.ts', error: null } });
    expect(values(sum)).toEqual({ sum: ['180300', '179700', '600'] });
    const by = (await snapshots(id)).map(({ reducer }) => reducer);
    expect(new Set(by).size).toBe(1);
    await write(
      'Tally',
      'export default (state: any, event: any) => ({ twice: (state.twice ?? 0) + 2 * event.payload.add });',
    );
    expect(await stream('Tally', id)).toMatchObject({ state: '{"twice":360600}' });
    expect((await snapshots(id)).map(({ reducer }) => reducer)).not.toContain(by[0]);
  });

  test('that fails, does not load or has no default is named, and the payloads are merged', async () => {
    await write(
      'Tally',
      `export default (_: unknown, e: { version: bigint }) => { if (e.version > 300n) throw new Error('no such thing'); return {}; };`,
    );
    expect(await stream('Tally', id)).toMatchObject({
      state: '{"add":600}',
      reducer: { file: 'reducers/Tally.ts', error: 'no such thing', version: '301' },
    });
    await write('Tally', 'export default (');
    expect(await stream('Tally', id)).toMatchObject({ state: '{"add":600}', reducer: { version: null } });
    await write('Tally', 'export const reduce = 1;');
    expect((await stream('Tally', id)).reducer?.error).toMatch(/no default export/);
  });

  test('is found by its exact name only', async () => {
    await write('Tally', 'export default () => ({ by: "reducer" });');
    const other = randomUUID();
    for (const type of ['tally', '../Tally', 'Tally/']) {
      await append(type, other, [{ version: 1, payload: '{"merged":true}' }]);
      expect(await stream(type, other)).toMatchObject({ state: '{"merged":true}', reducer: null });
    }
  });
});

describe('a table that others made', () => {
  let adopted: TestDatabase;
  beforeAll(async () => {
    await db.pool.query('ALTER TABLE public.event_store RENAME TO event_store_ours');
    adopted = db;
  });
  afterAll(async () => {
    await adopted.pool.query('DROP TABLE public.event_store');
    await adopted.pool.query('ALTER TABLE public.event_store_ours RENAME TO event_store');
  });
  const made = async (columns: string, rows: readonly unknown[][]) => {
    await adopted.pool.query('DROP TABLE IF EXISTS public.event_store');
    await adopted.pool.query(`CREATE TABLE public.event_store (${columns})`);
    for (const row of rows)
      await adopted.pool.query(
        'INSERT INTO public.event_store (position, aggregate_id, version, event_type, payload) VALUES ($1, $2, $3, $4, $5)',
        row,
      );
  };

  test('with the five required columns, no index, text payloads, and versions that stand there twice', async () => {
    await made('position bigint, aggregate_id varchar(20), version int, event_type text, payload text', [
      [1, 'a-1', 0, 'Opened', '{"n": 1}'],
      [2, 'a-1', 1, 'Moved', '{"n": 2, "m": 2}'],
      [3, 'a-1', 1, 'Moved', '{"n": 3}'],
      [4, 'a-1', 2, 'Broken', 'no json'],
    ]);
    const at1 = await stream('~', 'a-1', '1');
    expect(at1).toMatchObject({ state: '{"n":3,"m":2}', total: 4, changed: 2 });
    expect(values(at1)).toEqual({ n: ['3', '1', '1'], m: ['2', null, '1'] });
    expect(at1.event).toMatchObject({ position: '3', occurredAt: null, service: null });
    const end = await stream('~', 'a-1');
    expect(end.state).toBe('{"n":3,"m":2}');
    expect(end.anomalies.map(({ kind }) => kind)).toEqual(['duplicate', 'unreadable']);
    await expect(stream('Order', 'a-1')).rejects.toMatchObject({ code: 'not_found' });
    await expect(stream('~', 'a-1 longer than the column')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('with ids that are uuids or numbers: another text is not found, not an error', async () => {
    const id = randomUUID();
    await made('position bigint, aggregate_id uuid, version bigint, event_type text, payload json', [
      [1, id, 1, 'A', '{"a": 1.10}'],
    ]);
    expect((await stream('~', id)).state).toBe('{"a":1.10}');
    await expect(stream('~', 'no-uuid')).rejects.toMatchObject({ code: 'not_found' });
    await made('position bigint, aggregate_id int, version bigint, event_type text, payload jsonb', [
      [1, 7, 1, 'A', '{}'],
    ]);
    expect((await stream('~', '7')).total).toBe(1);
    await expect(stream('~', 'seven')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('without a column that is required there is no stream', async () => {
    await adopted.pool.query('ALTER TABLE public.event_store DROP COLUMN payload');
    await expect(stream('~', '7')).rejects.toMatchObject({ code: 'not_found' });
  });
});
