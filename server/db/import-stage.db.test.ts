import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyRows, createStage, type StagedRow } from './import-stage';
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
