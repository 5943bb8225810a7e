import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { csvRow, EXPORT_LINE_END } from './export-stream';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

type Row = [string | null, string | null];

async function written(rows: readonly Row[]): Promise<string> {
  const found = await db.pool.query<{ text: string }>(
    `select string_agg(${csvRow(['r.a', 'r.b'])}, ${EXPORT_LINE_END.csv} order by r.n) as text
     from unnest($1::text[], $2::text[]) with ordinality as r(a, b, n)`,
    [rows.map(([a]) => a), rows.map(([, b]) => b)],
  );
  return found.rows[0]?.text ?? '';
}

it('writes CSV that reads back as it was, formulas aside', async () => {
  const characters = fc.constantFrom('a', ' ', ',', ';', '"', "'", '\r', '\n', '\t', '=', '-', '\\', 'é', '💶', '＝');
  const field = fc.option(fc.string({ unit: characters, maxLength: 6 }));
  const safe = (value: string | null): string =>
    value === null ? '' : /^[-=+@\t\r＋－＝＠]/.test(value) ? `'${value}` : value;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 50 }), async (rows) => {
      const read = parse(await written(rows), { record_delimiter: '\r\n' });
      expect(read).toEqual(rows.map((row) => row.map(safe)));
    }),
  );
});

it('quotes only what has to be', async () => {
  expect(
    await written([
      ['1', 'plain'],
      ['a,b', 'say "so"'],
      [null, '=1+1'],
    ]),
  ).toBe('1,plain\r\n"a,b","say ""so"""\r\n,\'=1+1');
});
