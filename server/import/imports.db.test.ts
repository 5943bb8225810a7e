import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StartImportInput } from '@/core/contract/imports';
import type { Actor } from '@/server/auth/actor';
import { ADMIN_EVERYWHERE, contextOf, machineWith, personWith } from '@/server/auth/test-actors';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { cancelImport } from './cancel-import';
import { getImport, listImports } from './list-imports';
import { startImport } from './start-import';

let db: TestDatabase;
beforeAll(async () => {
  db = await servedDatabase();
});
afterAll(() => db.drop());

const ACME = personWith('engineer', { tenants: ['acme'] });
const CSV = 'case,activity,time\nc,a,2026-01-01\nc,b,2026-01-02\nc,nothing\n';

const start = (text: string, options: Record<string, unknown> = {}, actor: Actor = ADMIN_EVERYWHERE) =>
  startImport(
    contextOf(actor),
    StartImportInput.parse({
      id: randomUUID(),
      file: 'log.csv',
      size: text.length,
      document: new Blob([text]).stream(),
      ...options,
    }),
  );

/** A file of which no more comes. */
const stalled = () => new ReadableStream<Uint8Array>({ start: (to) => to.enqueue(Buffer.from(CSV)) });

/** An event as a console exports it. */
const line = (eventId: string, version: number): string =>
  JSON.stringify({
    eventId,
    aggregateType: 'owned',
    aggregateId: 'c',
    version,
    eventType: 'a',
    occurredAt: '2026-01-01',
    payload: '{}',
  });

describe('an import over HTTP', () => {
  it('answers what was written, is listed, and adds nothing a second time', async () => {
    const answer = await start(CSV, { aggregateType: 'http' });
    expect(answer).toMatchObject({
      state: 'done',
      phase: 'ended',
      written: 2,
      known: 0,
      cases: 1,
      badLines: 1,
      bad: [{ at: 'line 4', message: 'has 2 columns, the header line 3' }],
      bytesRead: CSV.length,
      bytesTotal: CSV.length,
      startedBy: ADMIN_EVERYWHERE.name,
      tenantId: null,
    });
    expect(await getImport(contextOf(), { id: answer.id })).toEqual(answer);
    expect((await listImports(contextOf())).items[0]).toEqual(answer);
    expect(await start(CSV, { aggregateType: 'http' })).toMatchObject({ written: 0, known: 2 });
    await expect(start(CSV, { id: answer.id })).rejects.toMatchObject({ code: 'duplicate' });
  });

  it('says why it failed, and keeps the record of it', async () => {
    const id = randomUUID();
    await expect(start('x,y\n1,2', { id })).rejects.toMatchObject({
      code: 'invalid',
      detail: expect.stringContaining('Which column is the case?'),
    });
    expect(await getImport(contextOf(), { id })).toMatchObject({ state: 'failed', written: 0 });
    await expect(start(CSV, { size: 1_000 })).rejects.toMatchObject({
      detail: expect.stringContaining('bytes arrived'),
    });
    expect(await cancelImport(contextOf(), { id })).toMatchObject({ state: 'failed' });
  });

  it('is stopped by another request, and by three that run already', async () => {
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    const running = ids.map((id) => start(CSV, { id, document: stalled(), aggregateType: id }));
    for (const id of ids) await expect.poll(() => stateOf(id)).toBe('running');
    await expect(start(CSV)).rejects.toMatchObject({ code: 'rate_limited' });
    for (const id of ids) await cancelImport(contextOf(), { id });
    for (const one of await Promise.all(running)) {
      expect(one).toMatchObject({
        state: 'cancelled',
        written: 0,
        message: expect.stringContaining(ADMIN_EVERYWHERE.name),
      });
    }
  }, 60_000);

  it('of five at the same moment three run', async () => {
    const ids = Array.from({ length: 5 }, () => randomUUID());
    const answers = ids.map((id) =>
      start(CSV, { id, document: stalled(), aggregateType: id }).then(
        ({ state }) => state,
        (error: { code?: string }) => error.code,
      ),
    );
    // Those that run do so until they are stopped: whoever answers before was refused.
    const refused = new Set<number>();
    for (const [n, answer] of answers.entries()) void answer.then(() => refused.add(n));
    await expect.poll(() => refused.size, { timeout: 20_000 }).toBe(2);
    const running = ids.filter((_, n) => !refused.has(n));
    for (const id of running) await expect.poll(() => stateOf(id)).toBe('running');
    for (const id of running) await cancelImport(contextOf(), { id });
    expect((await Promise.all(answers)).toSorted()).toEqual([
      'cancelled',
      'cancelled',
      'cancelled',
      'rate_limited',
      'rate_limited',
    ]);
    const listed = (await listImports(contextOf())).items.map(({ id }) => id);
    expect(ids.filter((id) => listed.includes(id))).toEqual(running);
  }, 60_000);

  it('is for engineers and administrators, within their tenants', async () => {
    for (const actor of [personWith('operator'), personWith('viewer'), machineWith(['ingest'])]) {
      await expect(start(CSV, {}, actor)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(listImports(contextOf(actor))).rejects.toMatchObject({ code: 'forbidden' });
    }
    await expect(start(CSV, {}, ACME)).rejects.toMatchObject({
      code: 'forbidden',
      detail: expect.stringContaining('say which'),
    });
    await expect(start(CSV, { tenant: 'other' }, ACME)).rejects.toMatchObject({ code: 'forbidden' });
    const mine = await start(CSV, { tenant: 'acme', aggregateType: 'tenants' }, ACME);
    const { rows } = await db.pool.query(
      `SELECT metadata->>'tenant_id' AS tenant FROM event_store WHERE aggregate_type = 'tenants'`,
    );
    expect(rows).toEqual([{ tenant: 'acme' }, { tenant: 'acme' }]);
    const theirs = await start(CSV, { tenant: 'other', aggregateType: 'others' });
    expect((await listImports(contextOf(ACME))).items.map(({ id }) => id)).toEqual([mine.id]);
    await expect(getImport(contextOf(ACME), { id: theirs.id })).rejects.toMatchObject({ code: 'not_found' });
    await expect(cancelImport(contextOf(ACME), { id: theirs.id })).rejects.toMatchObject({ code: 'not_found' });
    // The streams of another tenant stay theirs.
    const more = `${CSV}c,c,2026-01-03\n`;
    await expect(start(more, { tenant: 'acme', aggregateType: 'others' }, ACME)).rejects.toMatchObject({
      detail: 'The stream others/c cannot be appended to here. Nothing was written; choose another aggregate type.',
    });
    expect((await db.pool.query(`SELECT FROM event_store WHERE aggregate_type = 'others'`)).rowCount).toBe(2);
  }, 60_000);

  it('says of events that are there for another tenant whose they are, to those who see all tenants', async () => {
    await start(CSV, { tenant: 'acme', aggregateType: 'elsewhere' });
    const again = await start(CSV, { tenant: 'acme', aggregateType: 'elsewhere' });
    expect(again).toMatchObject({ written: 0, known: 2, message: null });
    const other = await start(`${CSV}c,c,2026-01-03\n`, { tenant: 'beta', aggregateType: 'elsewhere' });
    expect(other).toMatchObject({
      written: 1,
      known: 2,
      message:
        '2 events of the file belong to tenant acme already, and not to tenant beta: they were left as they are.',
    });
    const none = await start(`${CSV}c,c,2026-01-03\n`, { aggregateType: 'elsewhere' });
    expect(none).toMatchObject({
      known: 3,
      message:
        '3 events of the file belong to tenant acme and 1 other already, and this import names no tenant: they were left as they are.',
    });
    const beta = contextOf(personWith('engineer', { tenants: ['beta'] }));
    expect(await getImport(beta, { id: other.id })).toEqual({ ...other, message: null });
    expect((await listImports(beta)).items).toEqual([{ ...other, message: null }]);
  }, 60_000);

  it('says it of events with ids of their own, too', async () => {
    const ids = [randomUUID(), randomUUID()];
    const text = ids.map((id, n) => `${line(id, n + 1)}\n`).join('');
    expect(await start(text, { tenant: 'acme', file: 'own.jsonl' })).toMatchObject({ written: 2, message: null });
    expect(await start(text, { tenant: 'beta', file: 'own.jsonl' })).toMatchObject({
      written: 0,
      known: 2,
      message:
        '2 events of the file belong to tenant acme already, and not to tenant beta: they were left as they are.',
    });
  });
});

const stateOf = async (id: string): Promise<string | undefined> =>
  (await listImports(contextOf())).items.find((one) => one.id === id)?.state;
