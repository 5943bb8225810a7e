import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COPIED_KEY, IMPORTED_KEY } from '@/server/db/event-store';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { importBytes } from './import.fixture';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

const line = (aggregateId: string, rest: Record<string, unknown> = {}): string =>
  JSON.stringify({
    eventId: randomUUID(),
    aggregateType: 'Order',
    aggregateId,
    version: '1',
    eventType: 'OrderPlacedV1',
    eventVersion: 1,
    occurredAt: '2026-01-02T03:04:05Z',
    payload: { n: 1 },
    ...rest,
  });
const lines = (...of: string[]): string => of.join('\n');
const stream = async (aggregateId: string) =>
  (
    await db.pool.query(
      `SELECT event_id, version::int AS version, event_type, payload::text AS payload, metadata FROM event_store
       WHERE aggregate_id = $1 ORDER BY version`,
      [aggregateId],
    )
  ).rows;

describe('a line that names its event id', () => {
  it('is known by it, whichever way payload and version are written', async () => {
    const [id, eventId] = [randomUUID(), randomUUID()];
    expect(await importBytes(db, 'a.jsonl', line(id, { eventId }))).toMatchObject({ written: 1 });
    const again = [{ version: 1 }, { version: undefined }, { payload: '{"n": 1}' }, { eventId: eventId.toUpperCase() }];
    const text = lines(...again.map((rest) => line(id, { eventId, ...rest })));
    expect(await importBytes(db, 'b.jsonl', text)).toMatchObject({ written: 0, known: 4, badLines: 0 });
    expect(await stream(id)).toMatchObject([{ event_id: eventId, version: 1 }]);
  });

  it('is left out where its id or its place is another event’s, and says so', async () => {
    const [id, eventId, other] = [randomUUID(), randomUUID(), randomUUID()];
    await importBytes(db, 'a.jsonl', line(id, { eventId }));
    const text = lines(
      line(id, { eventId, payload: { n: 1.1 } }),
      line(id),
      line(id, { version: '2' }),
      line(id, { version: '2' }),
      line(id, { eventId: other, version: '3' }),
      line(id, { eventId: other, version: '3' }),
      line(id, { eventId: other, version: '4' }),
    );
    expect(await importBytes(db, 'b.jsonl', text)).toMatchObject({
      state: 'done',
      events: 3,
      written: 2,
      known: 1,
      badLines: 4,
      bad: [
        { at: 'line 1', message: `event ${eventId} is there already with other content` },
        { at: 'line 2', message: `version 1 of Order/${id} is another event` },
        { at: 'line 4', message: `version 2 of Order/${id} is another event, in an earlier line` },
        { at: 'line 7', message: `event ${other} stands in an earlier line with other content` },
      ],
    });
    expect((await stream(id)).map(({ version }) => version)).toEqual([1, 2, 3]);
  });

  it('keeps its version, and one without a version follows the last', async () => {
    const id = randomUUID();
    const text = lines(line(id, { version: null }), line(id, { version: '5' }), line(id, { version: null }));
    expect(await importBytes(db, 'a.jsonl', text)).toMatchObject({ written: 3 });
    expect((await stream(id)).map(({ version }) => version)).toEqual([5, 6, 7]);
  });

  it('reads as the original would; a line without an id, or told to another type, is of a log', async () => {
    const [id, eventId] = [randomUUID(), randomUUID()];
    const text = lines(line(id, { eventId }), line(id, { eventId: undefined }), line(id, { eventId: 'e-17' }));
    expect(await importBytes(db, 'a.jsonl', text)).toMatchObject({ written: 3 });
    const [own, ...logged] = await stream(id);
    expect(own).toMatchObject({ event_id: eventId, metadata: { [COPIED_KEY]: 'a.jsonl' } });
    expect(own?.metadata).not.toHaveProperty(IMPORTED_KEY);
    for (const one of logged) expect(one.metadata).toMatchObject({ [IMPORTED_KEY]: 'a.jsonl' });
    expect(await importBytes(db, 'a.jsonl', text)).toMatchObject({ written: 0, known: 3 });
    expect(await importBytes(db, 'a.jsonl', text, { aggregateType: 'Copy' })).toMatchObject({ written: 3 });
  });

  it.each([
    [{ version: '1.5' }, 'version 1.5 is no whole number of 64 bits'],
    [{ version: '9223372036854775807' }, 'is no whole number of 64 bits'],
    [{ eventVersion: 0 }, 'eventVersion 0 is no schema version'],
    [{ occurredAt: null }, 'has no time'],
  ])('is left out with %j', async (rest, words) => {
    const report = await importBytes(db, 'a.jsonl', line(randomUUID(), rest));
    expect(report).toMatchObject({ written: 0, bad: [{ at: 'line 1', message: expect.stringContaining(words) }] });
  });

  it('is written once where two imports bring it at the same time', async () => {
    const text = lines(...Array.from({ length: 200 }, (_, n) => line('at once', { version: String(n) })));
    const both = await Promise.all(['a.jsonl', 'b.jsonl'].map((file) => importBytes(db, file, text)));
    expect(both.map(({ written, known }) => [written, known]).toSorted()).toEqual([
      [0, 200],
      [200, 0],
    ]);
  });
});
