import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportOptions } from '@/core/contract/imports';
import { IMPORTED_KEY } from '@/server/db/event-store';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { type Answers, answersOf, importBytes, sorted } from './import.fixture';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

interface LogEvent {
  caseId: string;
  activity: string;
  transition: string;
  time: number;
  note: string;
}

/** Names that a careless writer of CSV, XML, JSON or COPY would break. */
const ACTIVITIES = [
  'plain',
  'with, comma',
  'a "quoted" one',
  'Tab\there',
  'back\\slash \\N',
  'ünïcödé 漢字 🚚',
  'LooksLikeV2',
  '\\.',
];
const NOTES = ['', '\\.', 'line\nbreak', '<&>"\'', '9007199254740993', '{"a": 1.10}', 'x'.repeat(5_000)];

/** Small numbers that repeat from run to run; cases are mixed, a third of the events comes late, many at one time. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    yield state >> 8;
  }
}

function generated(events: number, seed: number): LogEvent[] {
  const source = numbers(seed);
  const next = (below: number): number => (source.next().value ?? 0) % below;
  return Array.from({ length: events }, (_, n) => ({
    caseId: `case ${next(events / 12)}`,
    activity: ACTIVITIES[next(ACTIVITIES.length)] ?? '',
    transition: next(2) === 0 ? 'start' : 'complete',
    time: 1_700_000_000_000 + (next(3) === 0 ? n - next(200) : n) * 1_000 - (n % 4) * 1_000,
    note: NOTES[next(NOTES.length)] ?? '',
  }));
}

/** The answers by plain loops. */
function bruteForce(
  events: readonly LogEvent[],
  { order, lifecycle }: { order: 'file' | 'time'; lifecycle: boolean },
): Answers {
  const cases = new Map<string, LogEvent[]>();
  for (const event of events) cases.set(event.caseId, [...(cases.get(event.caseId) ?? []), event]);
  const name = (event: LogEvent | undefined): string =>
    event === undefined ? '' : lifecycle ? `${event.activity}+${event.transition}` : event.activity;
  const count = (names: string[]): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const one of names) counts[one] = (counts[one] ?? 0) + 1;
    return counts;
  };
  const paths = [...cases.values()].map((of) => (order === 'time' ? of.toSorted((a, b) => a.time - b.time) : of));
  const pairs = count(
    paths.flatMap((path) => path.slice(1).map((event, n) => JSON.stringify([name(path[n]), name(event)]))),
  );
  const times = events.map(({ time }) => time);
  const iso = (time: number): string => `${new Date(time).toISOString().slice(0, -1)}000`;
  return {
    cases: cases.size,
    events: events.length,
    activities: count(events.map(name)),
    first: iso(Math.min(...times)),
    last: iso(Math.max(...times)),
    variants: new Set(paths.map((path) => JSON.stringify(path.map(name)))).size,
    starts: count(paths.map((path) => name(path[0]))),
    ends: count(paths.map((path) => name(path.at(-1)))),
    follows: sorted(
      Object.entries(pairs).map(([pair, n]): [string, string, number] => {
        const [from, to] = JSON.parse(pair) as [string, string];
        return [from, to, n];
      }),
    ),
  };
}

const iso = (time: number): string => new Date(time).toISOString();
const csvField = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const csv = (events: readonly LogEvent[], delimiter: string, newline: string): string =>
  [
    ['case', 'activity', 'lifecycle:transition', 'timestamp', 'note'].join(delimiter),
    ...events.map(({ caseId, activity, transition, time, note }) =>
      [caseId, activity, transition, iso(time), note].map(csvField).join(delimiter),
    ),
  ].join(newline);
const fieldsOf = (event: LogEvent): object => ({
  case: event.caseId,
  activity: event.activity,
  transition: event.transition,
  time: iso(event.time),
  note: event.note,
});
const xmlText = (text: string): string =>
  text.replaceAll(/[<>&"'\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);

/** XES wants the events of a case together, in the order of the file. */
function xes(events: readonly LogEvent[]): string {
  const traces = new Map<string, string>();
  for (const { caseId, activity, transition, time, note } of events) {
    const event = `<event><string key="concept:name" value="${xmlText(activity)}"/><date key="time:timestamp" value="${iso(time)}"/>
      <string key="lifecycle:transition" value="${transition}"><string key="concept:name" value="inner"/></string><string key="note" value="${xmlText(note)}"/></event>`;
    traces.set(caseId, (traces.get(caseId) ?? '') + event);
  }
  const body = [...traces].map(
    ([caseId, inner]) => `<trace><string key="concept:name" value="${xmlText(caseId)}"/>${inner}</trace>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?><!-- a log --><log xmlns="http://www.xes-standard.org/"><global scope="event">
    <string key="concept:name" value="__INVALID__"/></global>${body.join('\n')}</log>`;
}

/** Each event relates to its case, to one object of another type, and to its case once more. */
const ocel = (events: readonly LogEvent[], isLate: boolean): string => {
  const objects = [...new Set(events.map(({ caseId }) => caseId))].map((id) => ({ id, type: 'case' }));
  const parts = {
    objects: [...objects, { id: 'the shop', type: 'shop' }],
    events: events.map(({ caseId, activity, time, note }, n) => ({
      id: `e${n}`,
      type: activity,
      time: iso(time),
      attributes: [{ name: 'note', value: note }],
      relationships: [caseId, 'the shop', caseId].map((objectId) => ({ objectId, qualifier: 'is' })),
    })),
  };
  const { objects: first, events: second } = parts;
  return JSON.stringify(
    isLate ? { eventTypes: [], events: second, objects: first } : { objectTypes: [], objects: first, events: second },
  );
};

const ocel1 = (events: readonly LogEvent[]): string =>
  JSON.stringify({
    'ocel:global-log': { 'ocel:version': '1.0' },
    'ocel:events': Object.fromEntries(
      events.map(({ caseId, activity, time, note }, n) => [
        `e${n}`,
        { 'ocel:activity': activity, 'ocel:timestamp': iso(time), 'ocel:omap': [caseId], 'ocel:vmap': { note } },
      ]),
    ),
    'ocel:objects': Object.fromEntries(events.map(({ caseId }) => [caseId, { 'ocel:type': 'case', 'ocel:ovmap': {} }])),
  });

type Options = Partial<ImportOptions>;
const FORMS: Record<
  string,
  { write: (events: readonly LogEvent[]) => string; options?: Options; noLifecycle?: boolean }
> = {
  'log.csv': { write: (events) => csv(events, ',', '\n') },
  'log.semicolon.csv': { write: (events) => `\ufeff${csv(events, ';', '\r\n')}` },
  'log.jsonl': { write: (events) => events.map((event) => JSON.stringify(fieldsOf(event))).join('\n\n') },
  'log.json': { write: (events) => JSON.stringify(events.map(fieldsOf), null, 1) },
  'log.xes': { write: xes },
  'log.jsonocel': { write: (events) => ocel(events, false), options: { objectType: 'case' }, noLifecycle: true },
  'late.jsonocel': { write: (events) => ocel(events, true), options: { objectType: 'case' }, noLifecycle: true },
  'old.jsonocel': { write: ocel1, options: { objectType: 'case' }, noLifecycle: true },
};

describe('a generated log', () => {
  const events = generated(1_200, 42);

  it.each(Object.entries(FORMS))(
    'as %s has the answers that plain loops give',
    async (file, form) => {
      for (const order of ['file', 'time'] as const) {
        for (const lifecycle of form.noLifecycle === true ? [false] : [false, true]) {
          const type = `${file} ${order} ${lifecycle}`;
          const options = { ...form.options, aggregateType: type, order, lifecycle: lifecycle ? '1' : '0' } as const;
          const text = form.write(events);
          const report = await importBytes(db, file, order === 'file' ? text : gzipSync(text), options);
          expect(report).toMatchObject({ state: 'done', message: null, written: events.length, badLines: 0 });
          expect(await answersOf(db, type)).toEqual(bruteForce(events, { order, lifecycle }));
        }
      }
      const tables = await db.pool.query(`SELECT FROM pg_class WHERE relname ~ '^import_[0-9a-f]{32}'`);
      expect(tables.rowCount).toBe(0);
    },
    60_000,
  );

  it('is the same log in every form: one after the other adds nothing', async () => {
    const shuffled = Object.entries(FORMS).filter(([, { noLifecycle }]) => noLifecycle !== true);
    for (const [n, [file, { write }]] of shuffled.entries()) {
      const report = await importBytes(db, file, write(events), { aggregateType: 'every form' });
      expect(report).toMatchObject({ written: n === 0 ? 1_200 : 0, known: n === 0 ? 0 : 1_200 });
    }
  });

  it('goes on where it grew: new events get the next versions', async () => {
    const options = { aggregateType: 'grown' };
    await importBytes(db, 'a.csv', csv(events.slice(0, 800), ',', '\n'), options);
    expect(await importBytes(db, 'a.csv', csv(events, ',', '\n'), options)).toMatchObject({ written: 400, known: 800 });
    expect(await answersOf(db, 'grown')).toEqual(bruteForce(events, { order: 'file', lifecycle: false }));
  });

  it('is written once where it is imported twice at the same time', async () => {
    const text = csv(events, ',', '\n');
    const both = await Promise.all([0, 1].map(() => importBytes(db, 'a.csv', text, { aggregateType: 'twice' })));
    expect(both.map(({ written }) => written).toSorted((a, b) => a - b)).toEqual([0, 1_200]);
  });

  it('keeps every digit and character of an event, its name whole, and says where it came from', async () => {
    const line = `{"case": "c", "activity": "ShippedV2", "time": "2026-01-02T03:04:05.123456+01:00", "n": 9007199254740993, "p": 1.10}`;
    await importBytes(db, 'folder.jsonl.gz', gzipSync(line), { tenant: 'acme' });
    const { rows } = await db.pool.query(
      `SELECT event_type, payload::text AS payload, metadata, version::int AS version, occurred_at::text AS at
       FROM event_store WHERE aggregate_type = 'folder' AND aggregate_id = 'c'`,
    );
    expect(rows).toMatchObject([
      { event_type: 'ShippedV2', version: 1, metadata: { [IMPORTED_KEY]: 'folder.jsonl.gz', tenant_id: 'acme' } },
    ]);
    expect(rows[0]?.payload).toContain('9007199254740993');
    expect(rows[0]?.payload).toContain('1.10');
    expect(rows[0]?.at).toContain('05.123456');
  });

  it('reads CloudEvents and events of our own API, each in the stream that it names', async () => {
    const cloud = (id: number) =>
      `{"specversion":"1.0","id":"${id}","source":"/orders","type":"OrderPlaced","subject":"o-${id % 2}","time":"2026-01-02T03:04:0${id}Z","data":{"n":1.10}}`;
    const lines = await importBytes(db, 'ce.jsonl', [1, 2, 3].map(cloud).join('\n'));
    expect(lines).toMatchObject({ state: 'done', written: 3, cases: 2 });
    expect(await importBytes(db, 'ce.json', `[${[1, 2, 3].map(cloud).join(',\n')}]`)).toMatchObject({ known: 3 });
    expect(await answersOf(db, '/orders')).toMatchObject({ events: 3, cases: 2 });
    const own = `{"aggregateType": "Own", "aggregateId": "1", "eventType": "E", "occurredAt": "2026-01-02T03:04:05Z", "payload": "{\\"n\\": 1.10}", "metadata": {"service": "s"}}`;
    await importBytes(db, 'own.jsonl', own);
    const { rows } = await db.pool.query(
      `SELECT payload::text AS payload, metadata FROM event_store WHERE aggregate_type = 'Own'`,
    );
    expect(rows).toMatchObject([{ payload: '{"n": 1.10}', metadata: { service: 's', [IMPORTED_KEY]: 'own.jsonl' } }]);
  });
});
