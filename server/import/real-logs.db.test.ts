import { createReadStream, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { answersOf, importBytes, sorted } from './import.fixture';

// Real logs that process mining tools have given answers for; their licences keep them out of this project.
const FOLDER = path.resolve(import.meta.dirname, '../..', process.env.SAGASCOPE_LOGS ?? '../shared/data', 'logs');
const isThere = existsSync(FOLDER);
const file = (name: string): string => path.join(FOLDER, name);

const Counts = z.record(z.string(), z.number());
const Pair = z.object({ from: z.string(), to: z.string(), count: z.number() });
const Order = z.object({
  variants: z.number(),
  df_edges: z.number(),
  df_total: z.number(),
  start_activities: Counts,
  end_activities: Counts,
  /** Or the words that it is the same in both orders. */
  df_top30: z.union([z.array(Pair), z.literal('same as order_time')]),
});
const Truth = z.object({
  cases: z.number(),
  events: z.number(),
  activities: z.number(),
  activities_with_lifecycle: z.number(),
  first_timestamp: z.string(),
  last_timestamp: z.string(),
  activity_counts: Counts,
  activity_lifecycle_counts: Counts.nullable(),
  order_file: Order,
  order_time: Order,
  order_time_with_lifecycle: Order.partial().nullish(),
  df_all_time_order: z.array(z.tuple([z.string(), z.string(), z.number()])),
});
const Flattened = z.object({
  objects_with_events: z.number(),
  flattened_events: z.number(),
  variants: z.number(),
  df_edges: z.number(),
  df_total: z.number(),
  df_top20: z.array(z.tuple([z.string(), z.string(), z.number()])),
  top5_variants: z.array(z.tuple([z.number(), z.array(z.string())])),
});
const OcelTruth = z.object({ flattened: z.record(z.string(), Flattened) });

const truthOf = <Schema extends z.ZodType>(schema: Schema, name: string): z.output<Schema> =>
  schema.parse(JSON.parse(readFileSync(file(`${name}.truth.json`), 'utf8')));
const total = (pairs: readonly (readonly [string, string, number])[]): number =>
  pairs.reduce((sum, [, , count]) => sum + count, 0);
const instant = (text: string | null): number => Date.parse(`${text}Z`);

const LOGS: Record<string, Record<string, string>> = {
  'running-example.csv': {},
  'running-example.xes': {},
  'patients.csv.gz': { case: 'patient', activity: 'handling', time: 'time' },
  'repairExample.xes.gz': {},
  'teleclaims.xes.gz': {},
};
const OCEL: Record<string, string[]> = {
  'ocel_order_simulated.csv.gz': ['items', 'orders', 'packages'],
  'order_process.jsonocel.gz': ['delivery', 'item', 'order'],
};

describe.skipIf(!isThere)('a real log', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase();
  });
  afterAll(() => db.drop());
  const read = (name: string, aggregateType: string, options: Record<string, string>) =>
    importBytes(db, name, createReadStream(file(name)), { ...options, aggregateType });

  it.each(Object.entries(LOGS))('%s has the known answers, in both orders', async (name, columns) => {
    const truth = truthOf(Truth, name);
    for (const order of ['file', 'time'] as const) {
      const type = `${name} ${order}`;
      const report = await read(name, type, { ...columns, order });
      expect(report).toMatchObject({ state: 'done', written: truth.events, known: 0, cases: truth.cases, badLines: 0 });
      const answers = await answersOf(db, type);
      expect(answers).toMatchObject({ cases: truth.cases, events: truth.events, activities: truth.activity_counts });
      expect(Object.keys(answers.activities)).toHaveLength(truth.activities);
      expect(instant(answers.first)).toBe(Date.parse(truth.first_timestamp));
      expect(instant(answers.last)).toBe(Date.parse(truth.last_timestamp));
      const known = truth[`order_${order}`];
      expect(answers.variants).toBe(known.variants);
      expect(answers.starts).toEqual(known.start_activities);
      expect(answers.ends).toEqual(known.end_activities);
      expect(answers.follows).toHaveLength(known.df_edges);
      expect(total(answers.follows)).toBe(known.df_total);
      const top = typeof known.df_top30 === 'string' ? truth.order_time.df_top30 : known.df_top30;
      if (typeof top === 'string') throw new Error('the answers name no pairs');
      for (const { from, to, count } of top) expect(answers.follows).toContainEqual([from, to, count]);
      if (order === 'time') expect(answers.follows).toEqual(sorted(truth.df_all_time_order));
    }
  });

  it.each(Object.entries(LOGS))('%s has the known life cycle, where it has one', async (name, columns) => {
    const truth = truthOf(Truth, name);
    if (truth.activity_lifecycle_counts === null) return expect(truth.activities_with_lifecycle).toBe(truth.activities);
    const type = `${name} life cycle`;
    await read(name, type, { ...columns, lifecycle: '1', order: 'time' });
    const answers = await answersOf(db, type);
    expect(answers.activities).toEqual(truth.activity_lifecycle_counts);
    const known = truth.order_time_with_lifecycle;
    if (known?.variants !== undefined) expect(answers.variants).toBe(known.variants);
    if (known?.df_edges !== undefined) expect(answers.follows).toHaveLength(known.df_edges);
    if (typeof known?.df_top30 === 'string') throw new Error('the answers name no pairs');
    for (const { from, to, count } of known?.df_top30 ?? []) expect(answers.follows).toContainEqual([from, to, count]);
  });

  it.each(Object.entries(OCEL))('%s has the known answers on each type of object', async (name, types) => {
    const { flattened } = truthOf(OcelTruth, name);
    expect(Object.keys(flattened).toSorted()).toEqual(types);
    for (const [objectType, known] of Object.entries(flattened)) {
      const type = `${name} ${objectType}`;
      const report = await read(name, type, { objectType, order: 'time' });
      expect(report).toMatchObject({
        state: 'done',
        written: known.flattened_events,
        cases: known.objects_with_events,
        badLines: 0,
      });
      const answers = await answersOf(db, type);
      expect(answers.variants).toBe(known.variants);
      expect(answers.follows).toHaveLength(known.df_edges);
      expect(total(answers.follows)).toBe(known.df_total);
      for (const pair of known.df_top20) expect(answers.follows).toContainEqual(pair);
      const { rows } = await db.pool.query<{ n: number; path: string[] }>(
        `SELECT count(*)::int AS n, path FROM (SELECT array_agg(event_type ORDER BY version) AS path FROM event_store
           WHERE aggregate_type = $1 GROUP BY aggregate_id) p GROUP BY path`,
        [type],
      );
      for (const [n, path] of known.top5_variants) expect(rows).toContainEqual({ n, path });
    }
  });

  it('the example of the OCEL 2.0 specification has what a plain reading of it has', async () => {
    const Ocel = z.object({
      objects: z.array(z.object({ id: z.string(), type: z.string() })),
      events: z.array(z.object({ type: z.string(), relationships: z.array(z.object({ objectId: z.string() })) })),
    });
    const ocel = Ocel.parse(JSON.parse(readFileSync(file('ocel20_example.jsonocel'), 'utf8')));
    expect(ocel.events).toHaveLength(13);
    for (const objectType of new Set(ocel.objects.map(({ type }) => type))) {
      const ids = new Set(ocel.objects.filter(({ type }) => type === objectType).map(({ id }) => id));
      const expected = ocel.events.flatMap((event) =>
        [...new Set(event.relationships.map(({ objectId }) => objectId))].filter((id) => ids.has(id)),
      );
      await read('ocel20_example.jsonocel', `spec ${objectType}`, { objectType });
      const answers = await answersOf(db, `spec ${objectType}`);
      expect([answers.events, answers.cases]).toEqual([expected.length, new Set(expected).size]);
    }
  });

  it('adds nothing when it is imported again, plain or compressed, as XES or as CSV', async () => {
    const plain = gunzipSync(readFileSync(file('repairExample.xes.gz')));
    const first = await importBytes(db, 'a.xes', plain, { aggregateType: 'again' });
    expect(first).toMatchObject({ written: 11_855, known: 0 });
    expect(await read('repairExample.xes.gz', 'again', {})).toMatchObject({ written: 0, known: 11_855 });
    await read('running-example.csv', 'both', {});
    expect(await read('running-example.xes', 'both', { order: 'time' })).toMatchObject({ written: 0, known: 42 });
  });
});
