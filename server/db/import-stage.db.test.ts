import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyRows, createStage, lineOf, type StagedRow } from './import-stage';
import { pgQuery } from './query';
import { testDatabase, type TestDatabase } from './test-database';

let db: TestDatabase;
let client: Client;
beforeAll(async () => {
  db = await testDatabase();
  client = new Client({ connectionString: db.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await db.drop();
});

it('says what the database said when it gives a COPY up in the middle, and leaves the connection usable', async () => {
  const id = randomUUID();
  await createStage(pgQuery(client), id);
  async function* rows(): AsyncGenerator<StagedRow> {
    yield ['e', 'Order', '1', 'Placed', 'no time', '{}', null, null, null, null, null];
    // Long after the answer is here: a full disk, too, is told while rows still come.
    for (let n = 0; n < 5_000; n += 1) {
      await setImmediate();
      yield [
        'e',
        'Order',
        '1',
        'Placed',
        '2026-01-01',
        `{"long": "${'x'.repeat(1_000)}"}`,
        null,
        null,
        null,
        null,
        null,
      ];
    }
  }
  await expect(copyRows(client, id, rows())).rejects.toMatchObject({ code: '22007' });
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

const row = (payload: string): StagedRow => ['e', 'T', 'c', 'a', '2026-01-01', payload, '{}', null, null, null, null];

it('sends a long event in pieces that are bounded, and whole', async () => {
  const id = randomUUID();
  await createStage(pgQuery(client), id);
  // Pairs of surrogates at every place of a cut, and characters that COPY escapes.
  const texts = ['', 'x'].map((first) => first + '\u{1f600}\t\\n\n'.repeat(100_000));
  for (const text of texts) {
    const pieces = [...lineOf(1, row(text))];
    expect(pieces.length).toBeGreaterThan(5);
    // Escaped, each character is two at most.
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(2 * 65_536 + 100);
  }
  let turns = 0;
  async function* rows(): AsyncGenerator<StagedRow> {
    for (const text of texts) yield row(text);
    yield row('{}');
    turns = breaths;
  }
  let breaths = 0;
  const counting = new AbortController();
  const breathing = (async () => {
    for (; !counting.signal.aborted; breaths += 1) await setImmediate();
  })();
  expect(await copyRows(client, id, rows())).toBe(3);
  counting.abort();
  await breathing;
  // The event loop went round between the pieces.
  expect(turns).toBeGreaterThan(10);
  const { rows: staged } = await client.query(
    `SELECT payload, metadata FROM sagascope.import_${id.replaceAll('-', '')} ORDER BY n`,
  );
  expect(staged).toEqual([...texts, '{}'].map((payload) => ({ payload, metadata: '{}' })));
});
