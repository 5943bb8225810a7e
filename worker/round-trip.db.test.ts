import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventExportInput } from '@/core/contract/events';
import { contextOf } from '@/server/auth/test-actors';
import {
  COPIED_KEY,
  eventHeadSelect,
  eventStoreColumns,
  IMPORT_ID_KEY,
  IMPORTED_KEY,
  type RawEventHead,
  toEventHead,
} from '@/server/db/event-store';
import { pgQuery } from '@/server/db/query';
import { servedDatabase } from '@/server/db/served-database';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { exportEvents } from '@/server/events/export-events';
import { importBytes } from '@/server/import/import.fixture';
import { startWorker } from './main';

/** A word of its own for a set of events. */
const FLOW = 'round trip';
const WORDS = { correlation_id: FLOW, saga_id: 's', trace_id: 't', service: '=order', actor: 'ann', tenant_id: 'acme' };

let db: TestDatabase;
let worker: Awaited<ReturnType<typeof startWorker>>;
beforeAll(async () => {
  db = await servedDatabase();
  worker = await startWorker({ databaseUrl: db.url, log: () => undefined });
  const given: [type: string, id: string, version: number, eventType: string, payload: string, metadata: object][] = [
    ['Order', '-8841', 0, 'OrderPlacedV2', '{"n": 9007199254740993, "p": 1.10, "s": "=1+1"}', WORDS],
    ['Order', '-8841', 1, 'CarrierCallTimedOutV1', '"text"', { ...WORDS, causation_id: randomUUID() }],
    ['', "'=odd", 7, 'Noted', '-5.50', { correlation_id: FLOW }],
    ['Order', '-8841', 2, 'Noted', 'null', { correlation_id: FLOW, note: 'a\nb' }],
    ['Log', 'c', 1, 'ShippedV2', '[1e30, "\\\\N"]', { correlation_id: FLOW, [IMPORTED_KEY]: 'log.csv' }],
  ];
  for (const [n, row] of given.entries()) {
    await db.pool.query(
      `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload, metadata, occurred_at, event_version)
       VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, timestamptz '2026-01-02T03:04:05.123456Z' + $7::int * interval '1 s', $8)`,
      [...row, n, row[3] === 'Noted' ? 3 : 1],
    );
  }
}, 60_000);
afterAll(async () => {
  await worker.stop();
  await db.drop();
});

/** The file that the console exports of the five, as soon as it knows them. */
async function exported(format: 'csv' | 'jsonl'): Promise<string> {
  const answer = () => exportEvents(contextOf(), EventExportInput.parse({ format, correlationId: FLOW }));
  await expect.poll(async () => (await answer()).headers.get('x-total-count')).toBe('5');
  return (await answer()).text();
}

/** Events as this console reads them, payloads to the last digit, without the marks of imports. */
async function eventsOf({ pool }: Pick<TestDatabase, 'pool'>) {
  const query = pgQuery(pool);
  const columns = await eventStoreColumns(query);
  const rows = await query<RawEventHead & { payload: string; rest: string; at: string }>(
    `SELECT ${eventHeadSelect(columns)}, e.payload::text AS payload, e.occurred_at::text AS at,
       (e.metadata - $1::text[])::text AS rest FROM public.event_store e ORDER BY e.position`,
    [[COPIED_KEY, IMPORT_ID_KEY]],
  );
  return rows.map((row) => {
    const { position: _, importId: __, ...head } = toEventHead(row);
    return { ...head, payload: row.payload, metadata: row.rest, at: row.at };
  });
}

describe.each(['jsonl', 'csv'] as const)('what is exported as %s', (format) => {
  it('is nothing new to the same console', async () => {
    const before = await eventsOf(db);
    const text = await exported(format);
    const report = await importBytes(db, `events.${format}`, text);
    expect(report).toMatchObject({ state: 'done', message: null, written: 0, known: 5, badLines: 0 });
    expect(await eventsOf(db)).toEqual(before);
  });

  it('is the same in an empty console, and nothing new there a second time', async () => {
    const other = await testDatabase();
    try {
      const text = await exported(format);
      const id = randomUUID();
      expect(await importBytes(other, `events.${format}`, text, {}, { id })).toMatchObject({ written: 5, badLines: 0 });
      const copies = await eventsOf(other);
      expect(copies).toEqual(await eventsOf(db));
      expect(copies.map(({ name, eventVersion }) => [name, eventVersion])).toEqual([
        ['OrderPlaced', 2],
        ['CarrierCallTimedOut', 1],
        ['Noted', 3],
        ['Noted', 3],
        // Of a log, and it stays so.
        ['ShippedV2', 1],
      ]);
      // Each is found by the import that brought it.
      const query = pgQuery(other.pool);
      const heads = await query<RawEventHead>(
        `SELECT ${eventHeadSelect(await eventStoreColumns(query))} FROM public.event_store e`,
      );
      expect(heads.map((row) => toEventHead(row).importId)).toEqual([id, id, id, id, id]);
      expect(await importBytes(other, 'again', text)).toMatchObject({ written: 0, known: 5, badLines: 0 });
    } finally {
      await other.drop();
    }
  });
});
