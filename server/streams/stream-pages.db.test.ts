import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Stream, StreamVersions } from '@/core/contract/streams';
import { contextOf, personWith } from '@/server/auth/test-actors';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { getStream } from './get-stream';
import { listStreamVersions } from './list-stream-versions';
import { append as appendTo, type NewEvent, TENANT } from './streams.fixture';

let db: TestDatabase;
beforeAll(async () => {
  db = await servedDatabase();
});
afterAll(() => db.drop());

const append = (aggregateType: string, aggregateId: string, events: readonly NewEvent[]): Promise<void> =>
  appendTo(db, aggregateType, aggregateId, events);
const stream = async (aggregateType: string, aggregateId: string, at?: string) =>
  Stream.parse(await getStream(contextOf(), { aggregateType, aggregateId, at }));

describe('pages of versions', () => {
  test('around a version, then back and on: every event once, marks as from the start', async () => {
    const id = randomUUID();
    await db.pool.query(
      `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload)
       SELECT 'Paged', $1, v, CASE WHEN v = 5 THEN 'ChangedV1' ELSE 'ChangedV2' END, '{}' FROM generate_series(1, 1000) v WHERE v % 100 <> 50`,
      [id],
    );
    const middle = await stream('Paged', id, '500');
    expect(middle.versions.length).toBe(100);
    expect(middle.versions.map(({ version }) => version)).toContain('500');
    const seen = [...middle.versions];
    const page = async (cursor: string) =>
      StreamVersions.parse(
        await listStreamVersions(contextOf(), {
          aggregateType: 'Paged',
          aggregateId: id,
          cursor,
          limit: 73,
          types: [],
        }),
      );
    for (let cursor = middle.next; cursor !== null;) {
      const { versions, next } = await page(cursor);
      seen.push(...versions);
      cursor = next;
    }
    for (let cursor = middle.previous; cursor !== null;) {
      const { versions, previous } = await page(cursor);
      seen.unshift(...versions);
      cursor = previous;
    }
    expect(seen.map(({ version }) => Number(version))).toEqual(
      Array.from({ length: 1_000 }, (_, n) => n + 1).filter((v) => v % 100 !== 50),
    );
    const marked = seen.filter(({ marks }) => marks.length > 0).map(({ version }) => Number(version));
    expect(marked).toEqual([5, 6, 51, 151, 251, 351, 451, 551, 651, 751, 851, 951]);
  });

  test('of some types only: each of them once, with its marks of the whole stream', async () => {
    const id = randomUUID();
    await db.pool.query(
      `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload, metadata)
       SELECT 'Typed', $1, v, CASE v % 5 WHEN 0 THEN 'RareV' || (1 + v / 500) WHEN 1 THEN 'Plain' ELSE 'OftenV1' END, '{}',
         CASE WHEN v = 10 THEN '{"imported_from": "a.csv"}' ELSE '{}' END::jsonb FROM generate_series(1, 1000) v WHERE v % 100 <> 99`,
      [id],
    );
    const whole = await stream('Typed', id, '500');
    expect(whole.types).toEqual([
      { name: 'Often', count: 590 },
      { name: 'Plain', count: 200 },
      { name: 'Rare', count: 199 },
      // Imported: its name is never split.
      { name: 'RareV1', count: 1 },
    ]);
    const list = async (types: string[], more: object) =>
      StreamVersions.parse(
        await listStreamVersions(contextOf(), { aggregateType: 'Typed', aggregateId: id, limit: 30, types, ...more }),
      );
    const middle = await list(['Rare'], { around: '500' });
    const seen = [...middle.versions];
    for (let cursor = middle.next; cursor !== null;) {
      const page = await list(['Rare'], { cursor });
      seen.push(...page.versions);
      cursor = page.next;
    }
    for (let cursor = middle.previous; cursor !== null;) {
      const page = await list(['Rare'], { cursor });
      seen.unshift(...page.versions);
      cursor = page.previous;
    }
    const fives = Array.from({ length: 200 }, (_, n) => (n + 1) * 5);
    expect(seen.map(({ version }) => Number(version))).toEqual(fives.filter((v) => v !== 10));
    const marked = (versions: typeof seen) =>
      versions.filter(({ marks }) => marks.length > 0).map(({ version, marks }) => [Number(version), marks[0]?.kind]);
    expect(marked(seen)).toEqual([
      ...[100, 200, 300, 400].map((v) => [v, 'gap']),
      [500, 'gap'],
      ...[600, 700, 800, 900].map((v) => [v, 'gap']),
      [1_000, 'gap'],
    ]);
    expect(seen.find(({ version }) => version === '500')?.marks.map(({ kind }) => kind)).toEqual(['gap', 'schema']);
    expect((await list(['RareV1'], {})).versions.map(({ version }) => version)).toEqual(['10']);
    expect((await list(['Rare', 'RareV1'], { around: '10' })).versions.slice(0, 2).map(({ name }) => name)).toEqual([
      'Rare',
      'RareV1',
    ]);
    expect(await list(['Absent'], {})).toEqual({ versions: [], previous: null, next: null });
  });

  test('attempts are counted over the borders of pages', async () => {
    const id = randomUUID();
    const metadata = { tenant_id: TENANT, correlation_id: 'order-1' };
    const tries = ['{"attempt":1}', '{"attempt":2}', '{"attempt":3}', '{}', '{"attempt":1,"max_attempts":4}'];
    await append('Shipment', id, [
      ...tries.map((payload, n) => ({ version: n + 1, payload, type: n === 2 ? 'Failed' : 'TimedOut', metadata })),
      { version: 6, payload: '{"attempt":"many"}' },
    ]);
    const told = async (cursor: string | undefined, types: string[] = []) =>
      (
        await listStreamVersions(contextOf(), {
          aggregateType: 'Shipment',
          aggregateId: id,
          limit: 2,
          types,
          ...(cursor === undefined ? { around: '1' } : { cursor }),
        })
      ).versions.map(({ attempt }) => attempt && `${attempt.number} of ${attempt.of}`);
    const { versions } = await stream('Shipment', id);
    const after = (n: number) => `after.${versions[n]?.version}.${versions[n]?.position}`;
    expect(versions.map(({ attempt }) => attempt && `${attempt.number} of ${attempt.of}`)).toEqual([
      '1 of 3',
      '2 of 3',
      '3 of 3',
      null,
      '1 of 4',
      null,
    ]);
    expect(await told(undefined)).toEqual(['1 of 3', '2 of 3']);
    expect(await told(after(1))).toEqual(['3 of 3', null]);
    expect(await told(undefined, ['Failed'])).toEqual(['3 of 3']);
  });

  test('a cursor that no answer has given is refused', async () => {
    for (const cursor of ['', 'after.x.1', 'after.99999999999999999999.1', 'after.9223372036854775808.1'])
      await expect(
        listStreamVersions(contextOf(), { aggregateType: 'Paged', aggregateId: 'x', cursor, limit: 10, types: [] }),
      ).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('who sees a page', () => {
  const support = contextOf(personWith('support', { tenants: [TENANT] }));
  const list = async (aggregateId: string, types: string[] = []) =>
    (
      await listStreamVersions(support, { aggregateType: 'Order', aggregateId, around: '2', limit: 10, types })
    ).versions.map(({ version, marks }) => [version, ...marks.map(({ kind }) => kind)]);

  test('all of a stream of their tenant, nothing of another’s, and of a mixed one their own events', async () => {
    const [mine, theirs, both] = [randomUUID(), randomUUID(), randomUUID()];
    const other = { metadata: { tenant_id: 'globex' } };
    await append(
      'Order',
      mine,
      [1, 2, 4].map((version) => ({ version, payload: '{}' })),
    );
    await append('Order', theirs, [{ version: 1, payload: '{}', ...other }]);
    await append('Order', both, [
      { version: 1, payload: '{}' },
      { version: 2, payload: '{}', type: 'Secret', ...other },
      { version: 3, payload: '{}' },
    ]);
    expect(await list(mine)).toEqual([['1'], ['2'], ['4', 'gap']]);
    await expect(list(theirs)).rejects.toMatchObject({ code: 'not_found' });
    expect((await list(both)).map(([version]) => version)).toEqual(['1', '3']);
    expect(await list(both, ['Secret'])).toEqual([]);
    const seen = await getStream(support, { aggregateType: 'Order', aggregateId: both });
    expect(seen.types).toEqual([{ name: 'OrderChanged', count: 2 }]);
  });
});
