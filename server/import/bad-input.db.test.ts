import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askToCancel, readJobs } from '@/server/db/import-job';
import { sweepImports } from '@/server/db/import-record';
import { pgQuery } from '@/server/db/query';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { importBytes } from './import.fixture';
import { ITEM_CHARACTERS } from './row';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

const count = async (type: string): Promise<number> =>
  (await db.pool.query('SELECT FROM event_store WHERE aggregate_type = $1', [type])).rowCount ?? 0;
const stages = async (): Promise<number> =>
  (await db.pool.query(`SELECT FROM pg_class WHERE relname ~ '^import_[0-9a-f]{32}'`)).rowCount ?? 0;

const CSV = 'case,activity,time\n';
const JSON_LINE = '{"case": "c", "activity": "a", "time": "2026-01-01"}';
const XES = (inside: string) => `<log><trace><string key="concept:name" value="c"/>${inside}</trace></log>`;
const EVENT =
  '<event><string key="concept:name" value="a"/><date key="time:timestamp" value="2026-01-01T00:00:00Z"/></event>';
const BOMB = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "${'&lol;'.repeat(10)}"><!ENTITY lol2 "${'&lol1;'.repeat(10)}">]>
  <log><trace><string key="concept:name" value="&lol2;"/>${EVENT}</trace></log>`;
const EXTERNAL = `<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]><log><trace><string key="concept:name" value="&x;"/></trace></log>`;
const cut = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, Math.floor(bytes.byteLength * 0.7));
const noise = (lines: number): string =>
  CSV + Array.from({ length: lines }, () => `${randomBytes(12).toString('hex')},a,2026-01-01`).join('\n');

describe('a file that cannot be imported writes nothing and says why', () => {
  it.each([
    ['an empty one', 'a.csv', '', 'The file is empty.'],
    [
      'a header alone without the columns',
      'a.csv',
      'x,y\n1,2',
      'Which column is the case? Name it in the form, or with --case COLUMN. The columns are x, y.',
    ],
    [
      'a quote that is never closed',
      'a.csv',
      `${CSV}c,a,2026-01-01\n"c,a,2026-01-01\nc,a,2026-01-01\n`,
      'A quote is opened and never closed',
    ],
    ['a column twice', 'a.csv', 'case,case,activity,time\n', 'The column case stands twice'],
    ['a truncated gzip', 'a.csv.gz', cut(gzipSync(noise(5_000))), 'ends in the middle: it was cut off'],
    [
      'a damaged gzip',
      'a.csv.gz',
      Buffer.concat([gzipSync(noise(500)).subarray(0, 500), randomBytes(500)]),
      'The gzip file is damaged',
    ],
    [
      'a gzip bomb',
      'a.csv.gz',
      gzipSync(`case,activity,time,note\n${`c,a,2026-01-01,${'x'.repeat(2_000)}\n`.repeat(10_000)}`),
      'it is refused as a bomb',
    ],
    ['a JSON array that ends early', 'a.json', `[${JSON_LINE}, ${JSON_LINE}`, 'The JSON document ends in the middle'],
    ['a JSON array with something else in it', 'a.json', `[${JSON_LINE}} ]`, 'does not belong there'],
    ['a JSON document that is cut inside a string', 'a.json', `[{"events": "`, 'The JSON document ends in the middle'],
    [
      'OCEL without a type of object',
      'a.json',
      '{"ocel:events": {}, "ocel:objects": {"1": {"ocel:type": "order"}}}',
      'or with --object-type TYPE. The file has order.',
    ],
    ['XML that is no log', 'a.xml', '<html><body/></html>', 'it begins with <html>'],
    ['XML that ends early', 'a.xes', XES(EVENT).slice(0, -10), 'Nothing was written.'],
    ['XML that is wrong', 'a.xes', XES('<event></evnt>'), 'The file is not XML'],
    ['an XML bomb', 'a.xes', BOMB, 'A document type declaration is refused'],
    ['XML with an external entity', 'a.xes', EXTERNAL, 'A document type declaration is refused'],
    [
      'XML that is nested without end',
      'a.xes',
      `<log><trace>${'<list key="a">'.repeat(200)}`,
      'is nested deeper than 100 levels',
    ],
    ['wrong characters', 'a.csv', Buffer.concat([Buffer.from(CSV), Buffer.from([0xc3, 0x28])]), 'is not UTF-8 text'],
    ['a gzip inside a gzip', 'a.csv.gz', gzipSync(gzipSync(noise(5))), 'The file is a gzip inside a gzip.'],
    ['a ZIP archive', 'a.csv', Buffer.concat([Buffer.from('PK\u0003\u0004'), randomBytes(300)]), 'is a ZIP archive.'],
    ['a binary file', 'a.csv', Buffer.alloc(4_000), 'The file is binary, not text.'],
    ['an unknown encoding', 'a.xes', '<?xml version="1.0" encoding="nope"?><log/>', 'its encoding is nope'],
  ])(
    '%s',
    async (_, file, bytes, words) => {
      const aggregateType = randomUUID();
      const report = await importBytes(db, file, bytes, { aggregateType });
      expect(report).toMatchObject({ state: 'failed', written: 0, message: expect.stringContaining(words) });
      expect(await count(aggregateType)).toBe(0);
      expect(await stages()).toBe(0);
    },
    60_000,
  );

  it('one that is taken for another format', async () => {
    const report = await importBytes(db, 'a.csv', XES(EVENT), { aggregateType: 'taken', format: 'csv' });
    expect(report).toMatchObject({
      state: 'failed',
      message: 'The file begins as XES, not as CSV. Nothing was written; choose XES.',
    });
    expect(await importBytes(db, 'a.csv', XES(EVENT), { aggregateType: 'taken' })).toMatchObject({ written: 1 });
  });

  it('an upload that breaks off between two lines', async () => {
    const report = await importBytes(
      db,
      'a.csv',
      `${CSV}c,a,2026-01-01\n`,
      { aggregateType: 'broken' },
      { size: 1_000 },
    );
    expect(report).toMatchObject({ state: 'failed', message: expect.stringContaining('of 1,000 bytes arrived') });
    expect(await count('broken')).toBe(0);
  });

  it('one whose reading fails', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${CSV}c,a,2026-01-01\n`);
      throw new Error('the disk went away');
    }
    const report = await importBytes(db, 'a.csv', broken(), { aggregateType: 'broken' });
    expect(report).toMatchObject({ state: 'failed', message: expect.stringContaining('the disk went away') });
    expect(await stages()).toBe(0);
  });
});

describe('a bad line is told with its number and does not stop the rest', () => {
  it.each([
    [
      'CSV',
      'a.csv',
      `${CSV}c,a,2026-01-01\nc,a\nc,a,yesterday\n,a,2026-01-01\nc,a"x,2026-01-01\nc,a\0,2026-01-01\nc,a,2026-02-30`,
      ['line 3', 'line 4', 'line 5', 'line 7', 'line 8'],
    ],
    [
      'JSON Lines',
      'a.jsonl',
      [
        JSON_LINE,
        '{nope',
        '[1]',
        JSON_LINE.replace('"c"', '"\\u0000"'),
        JSON_LINE.replace('2026', '26'),
        '{"case": "c", "activity": "b", "time": "2026-01-01"}',
      ].join('\n'),
      ['line 2', 'line 3', 'line 4', 'line 5'],
    ],
    [
      'a JSON array',
      'a.json',
      `[${JSON_LINE}, {"case": "c", "activity": tru}, {"x": {}}, ${JSON_LINE.replace('"a"', '"b"')}]`,
      ['event 2', 'event 3'],
    ],
    [
      'CloudEvents',
      'ce.jsonl',
      '{"specversion":"1.0","id":"1","source":"s","type":"a","time":"2026-01-01T00:00:00Z"}\n{"specversion":"1.0","id":"2","type":"a"}\n{"specversion":"1.0","id":"3","source":"s","type":"b","time":"2026-01-01T00:00:00Z"}',
      ['line 2'],
    ],
    [
      'XES',
      'a.xes',
      XES(`${EVENT}\n<event/>\n<event><string key="concept:name" value="a"/></event>\n${EVENT.replace('"a"', '"b"')}`),
      ['line 2', 'line 3'],
    ],
  ])('%s', async (_, file, text, places) => {
    const aggregateType = randomUUID();
    const report = await importBytes(db, file, text, { aggregateType });
    expect(report).toMatchObject({ state: 'done', written: 2, badLines: places.length });
    expect(report.bad.map(({ at }) => at).toSorted()).toEqual(places);
    for (const { message } of report.bad) expect(message).not.toBe('');
    expect(await count(aggregateType)).toBe(2);
  });

  it('keeps a hundred of twenty thousand, and counts them all', async () => {
    const report = await importBytes(db, 'a.csv', `${CSV}c,a,2026-01-01\n${'nothing\n'.repeat(20_000)}`, {
      aggregateType: 'bad',
    });
    expect(report).toMatchObject({ state: 'done', written: 1, badLines: 20_000 });
    expect(report.bad).toHaveLength(100);
  });
});

describe('size', () => {
  it('a payload of 10 MB is written whole', async () => {
    const note = 'x'.repeat(10 * 1024 * 1024);
    for (const [file, text] of [
      ['a.csv', `case,activity,time,note\nc,a,2026-01-01,${note}\n`],
      ['a.jsonl', `{"case": "c", "activity": "a", "time": "2026-01-01", "note": "${note}"}`],
      ['a.json', `[{"case": "c", "activity": "a", "time": "2026-01-01", "note": "${note}"}]`],
      ['a.xes', XES(EVENT.replace('<event>', `<event><string key="note" value="${note}"/>`))],
    ] as const) {
      const aggregateType = randomUUID();
      expect(await importBytes(db, file, text, { aggregateType })).toMatchObject({ state: 'done', written: 1 });
      const { rows } = await db.pool.query(
        `SELECT length(payload->>'note') AS n FROM event_store WHERE aggregate_type = $1`,
        [aggregateType],
      );
      expect(rows).toEqual([{ n: note.length }]);
    }
  }, 300_000);

  /** Lines without an end, as long as somebody reads. */
  async function* endless(begin: string, megabytes: number, end = ''): AsyncGenerator<Uint8Array> {
    yield Buffer.from(begin);
    for (let n = 0; n < megabytes * 16; n += 1) yield Buffer.alloc(64 * 1024, 'x');
    yield Buffer.from(end);
  }

  it.each([
    ['a line of CSV', 'a.csv', `${CSV}c,a,`, 'is longer than 16 MB'],
    ['a quoted field', 'a.csv', `${CSV}c,a,"`, 'is longer than 16 MB'],
    ['an attribute of XML', 'a.xes', '<log><trace><string key="', 'one value is longer than 16 MB'],
    ['a text of XML', 'a.xes', '<log><trace>', 'one value is longer than 16 MB'],
    ['a comment of XML', 'a.xes', '<log><!-- ', 'one value is longer than 16 MB'],
    ['a declaration of XML', 'a.xes', '<!DOCTYPE log [', 'Nothing was written'],
  ])(
    '%s without end is refused within bounded memory',
    async (_, file, begin, words) => {
      const before = process.memoryUsage.rss();
      const report = await importBytes(db, file, endless(begin, 400), { aggregateType: 'endless' });
      expect(report).toMatchObject({ state: 'failed', message: expect.stringContaining(words) });
      expect(process.memoryUsage.rss() - before).toBeLessThan(300 * 1024 * 1024);
    },
    120_000,
  );

  it.each([
    ['JSON Lines', 'a.jsonl', `${JSON_LINE}\n"`, `"\n${JSON_LINE}`, 'line 2'],
    ['a JSON array', 'a.json', `[${JSON_LINE}, "`, `", ${JSON_LINE}]`, 'event 2'],
  ])(
    '%s goes on behind an item of 200 MB, which it does not hold',
    async (_, file, begin, end, at) => {
      const before = process.memoryUsage.rss();
      const report = await importBytes(db, file, endless(begin, 200, end), { aggregateType: `long ${file}` });
      expect(report).toMatchObject({ state: 'done', written: 2, bad: [{ at, message: 'is longer than 16 MB' }] });
      expect(process.memoryUsage.rss() - before).toBeLessThan(300 * 1024 * 1024);
      expect(ITEM_CHARACTERS).toBe(16 * 1024 * 1024);
    },
    120_000,
  );
});

describe('an import that is stopped leaves nothing', () => {
  async function* lines(stalled: () => void): AsyncGenerator<Uint8Array> {
    yield Buffer.from(CSV);
    for (let n = 0; n < 3_000; n += 1) yield Buffer.from(`c${n},a,2026-01-01\n`.repeat(10));
    stalled();
    await new Promise(() => undefined);
  }

  it('by the person who looks at it', async () => {
    const id = randomUUID();
    let stalled: () => void = () => undefined;
    const isStalled = new Promise<void>((resolve) => {
      stalled = resolve;
    });
    const importing = importBytes(db, 'a.csv', lines(stalled), { aggregateType: 'stopped' }, { id });
    await isStalled;
    await askToCancel(pgQuery(db.pool), id, 'eve@example.org');
    expect(await importing).toMatchObject({
      state: 'cancelled',
      message: 'Cancelled by eve@example.org. Nothing was written.',
    });
    expect([await count('stopped'), await stages()]).toEqual([0, 0]);
    expect(await readJobs(pgQuery(db.pool), 'j.id = $1::uuid', [id], 1)).toMatchObject([{ state: 'cancelled' }]);
  });

  it('by the end of the upload', async () => {
    const stop = new AbortController();
    const importing = importBytes(
      db,
      'a.csv',
      lines(() => stop.abort()),
      { aggregateType: 'stopped' },
      { signal: stop.signal },
    );
    expect(await importing).toMatchObject({ state: 'cancelled', message: 'Cancelled. Nothing was written.' });
    expect([await count('stopped'), await stages()]).toEqual([0, 0]);
  });

  it('by kill -9: the next import, or the next look, clears up behind it', async () => {
    const id = randomUUID();
    const script = path.join(import.meta.dirname, 'stalled-import.fixture.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', script, db.url, id], { stdio: 'ignore' });
    const query = pgQuery(db.pool);
    for (;;) {
      const [job] = await readJobs(query, 'j.id = $1::uuid', [id], 1);
      if (job && job.events > 0) break;
      await pause(50);
    }
    child.kill('SIGKILL');
    expect(await stages()).toBe(2);
    await sweepImports(db.pool);
    // It may still live, as far as anybody knows.
    expect(await stages()).toBe(2);
    await db.pool.query(`UPDATE sagascope.import_job SET heartbeat_at = now() - interval '31 seconds' WHERE id = $1`, [
      id,
    ]);
    expect(await readJobs(query, 'j.id = $1::uuid', [id], 1)).toMatchObject([
      { state: 'failed', message: expect.stringContaining('The process that ran it ended') },
    ]);
    await importBytes(db, 'a.csv', `${CSV}c,a,2026-01-01`, { aggregateType: 'next' });
    expect(await stages()).toBe(0);
    expect([await count('next'), await count('stalled')]).toEqual([1, 0]);
  }, 60_000);
});

it('says what an event_store lacks before it reads anything', async () => {
  const own = await testDatabase();
  await own.pool.query('ALTER TABLE event_store DROP COLUMN metadata');
  expect(await importBytes(own, 'a.csv', CSV)).toMatchObject({
    state: 'failed',
    message: 'This event_store has no column metadata: its owner has to add it first.',
  });
  await own.drop();
});
