import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditInput } from '@/core/contract/interventions';
import { EventExportInput, EventList, EventListInput } from '@/core/contract/events';
import { listAudit } from '@/server/audit/list-audit';
import type { Actor } from '@/server/auth/actor';
import { contextOf, personWith } from '@/server/auth/test-actors';
import { sweepImports } from '@/server/db/import-record';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { exportEvents } from '@/server/events/export-events';
import { listEvents } from '@/server/events/list-events';
import { toJson } from '@/server/http/json-text';
import { startWorker } from './main';
import { importBytes } from '@/server/import/import.fixture';

let db: TestDatabase;
let worker: Awaited<ReturnType<typeof startWorker>>;
beforeAll(async () => {
  db = await servedDatabase();
  worker = await startWorker({ databaseUrl: db.url, log: () => undefined });
});
afterAll(async () => {
  await worker.stop();
  await db.drop();
});

const line = (n: number): string => `case ${n},done,2026-01-01T00:00:${String(n % 60).padStart(2, '0')}Z`;
const csv = (from: number, to: number): string =>
  ['case,activity,time', ...Array.from({ length: to - from }, (_, n) => line(from + n))].join('\n');

/** The cases that GET /events?import= answers, and their number as it says it. */
async function brought(id: string, actor?: Actor) {
  const input = EventListInput.parse({ import: id, limit: 200 });
  const { items, count } = EventList.parse(JSON.parse(toJson(await listEvents(contextOf(actor), input))));
  return { count: count.value, cases: items.map(({ aggregateId }) => aggregateId).toSorted() };
}

describe('what an import brought', () => {
  it('is listed, counted and exported by its id: the new events, and not those that were there', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    const type = randomUUID();
    await db.pool.query(
      `INSERT INTO event_store (aggregate_type, aggregate_id, version, event_type, payload) VALUES ($1, 'of a service', 1, 'E', '{}')`,
      [type],
    );
    await importBytes(db, 'a.csv', csv(0, 5), { aggregateType: type }, { id: first });
    expect(await importBytes(db, 'b.csv', csv(3, 9), { aggregateType: type }, { id: second })).toMatchObject({
      written: 4,
      known: 2,
    });
    await expect.poll(async () => (await brought(second)).count).toBe(4);
    expect((await brought(second)).cases).toEqual(['case 5', 'case 6', 'case 7', 'case 8']);
    expect(await brought(first.toUpperCase())).toEqual({
      count: 5,
      cases: ['case 0', 'case 1', 'case 2', 'case 3', 'case 4'],
    });
    expect(await brought(randomUUID())).toEqual({ count: 0, cases: [] });
    const file = await exportEvents(contextOf(), EventExportInput.parse({ import: second }));
    expect(file.headers.get('x-total-count')).toBe('4');
    expect((await file.text()).trim().split('\n')).toHaveLength(4);
    // Who may not see the events of a tenant learns nothing from an id.
    expect(await brought(second, personWith('viewer', { tenants: ['acme'] }))).toEqual({ count: 0, cases: [] });
  });
});

describe('the journal', () => {
  const said = async (actor?: Actor) =>
    (await listAudit(contextOf(actor), AuditInput.parse({ limit: 200 }))).items.map(({ text }) => text);

  it('says who imported what and what came of it, to those who see its tenant', async () => {
    const name = randomUUID();
    await importBytes(db, `${name}.csv`, `${csv(0, 1)}\nbad`, { aggregateType: name, tenant: 'acme' });
    await importBytes(db, `${name}.csv`, 'x,y\n1,2', {});
    const stop = AbortSignal.abort();
    await importBytes(db, `${name}.csv`, csv(0, 1), {}, { signal: stop });
    const of = async (actor?: Actor) => (await said(actor)).filter((text) => text.includes(name)).toReversed();
    expect(await of()).toEqual([
      `a test began to import ${name}.csv.`,
      `a test imported ${name}.csv: 1 event of 1 case written. 1 line was left out.`,
      `a test began to import ${name}.csv.`,
      expect.stringContaining(`The import of ${name}.csv by a test failed: Which column is the case?`),
      `a test began to import ${name}.csv.`,
      `The import of ${name}.csv by a test was cancelled. Nothing was written.`,
    ]);
    expect(await of(personWith('viewer', { tenants: ['acme'] }))).toHaveLength(2);
    expect(await of(personWith('viewer', { tenants: ['other'] }))).toEqual([]);
  });

  it('says that the process of an import ended', async () => {
    const id = randomUUID();
    await db.pool.query(
      `INSERT INTO sagascope.import_job (id, file, started_by, heartbeat_at) VALUES ($1, $2, 'ana', now() - interval '1 hour')`,
      [id, `${id}.csv`],
    );
    await Promise.all([sweepImports(db.pool), sweepImports(db.pool)]);
    expect((await said()).filter((text) => text.includes(id))).toEqual([
      `The import of ${id}.csv by ana failed: The process that ran it ended. Nothing was written; import the file again.`,
    ]);
  });
});
