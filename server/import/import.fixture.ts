import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { ImportOptions } from '@/core/contract/imports';
import type { TestDatabase } from '@/server/db/test-database';
import { type ImportReport, type ImportRequest, runImport } from './run-import';

/** For tests: imports bytes or text as a file. */
export function importBytes(
  db: Pick<TestDatabase, 'url'>,
  file: string,
  bytes: Uint8Array | string | AsyncIterable<Uint8Array>,
  options: Partial<ImportOptions> = {},
  rest: Partial<ImportRequest> = {},
): Promise<ImportReport> {
  const whole = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  return runImport({
    id: randomUUID(),
    databaseUrl: db.url,
    file,
    bytes: whole instanceof Uint8Array ? Readable.from(pieces(whole)) : whole,
    size: whole instanceof Uint8Array ? whole.byteLength : null,
    options: ImportOptions.parse(options),
    hand: { actor: 'a test', role: 'admin', origin: 'a test' },
    ...rest,
  });
}

/** Pieces of an odd size: whatever falls on an edge. */
function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 4_093) yield bytes.subarray(at, at + 4_093);
}

/** What process mining says of a log: the answers that the real logs come with. */
export interface Answers {
  cases: number;
  events: number;
  activities: Record<string, number>;
  first: string | null;
  last: string | null;
  variants: number;
  starts: Record<string, number>;
  ends: Record<string, number>;
  /** [from, to, count], by name. */
  follows: [string, string, number][];
}

const byName = (rows: readonly { name: string; n: number }[]): Record<string, number> =>
  Object.fromEntries(rows.map(({ name, n }) => [name, n]));

/** The answers for one aggregate type, by SQL over event_store alone. */
export async function answersOf({ pool }: TestDatabase, type: string): Promise<Answers> {
  const one = async <Row extends object>(sql: string): Promise<Row[]> => (await pool.query<Row>(sql, [type])).rows;
  const EVENTS = 'FROM event_store WHERE aggregate_type = $1';
  const [total] = await one<{ cases: number; events: number; first: string; last: string }>(
    `SELECT count(DISTINCT aggregate_id)::int AS cases, count(*)::int AS events,
       to_char(min(occurred_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS first,
       to_char(max(occurred_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS last ${EVENTS}`,
  );
  const count = (name: string, from: string): string => `SELECT ${name} AS name, count(*)::int AS n ${from} GROUP BY 1`;
  const variants = await one<{ n: number }>(
    `SELECT count(DISTINCT path)::int AS n FROM (SELECT array_agg(event_type ORDER BY version) AS path ${EVENTS} GROUP BY aggregate_id) p`,
  );
  const ended = (order: string): string =>
    `FROM (SELECT DISTINCT ON (aggregate_id) event_type ${EVENTS} ORDER BY aggregate_id, version ${order}) e`;
  const follows = await one<{ a: string; b: string; n: number }>(
    `SELECT a, b, count(*)::int AS n FROM (SELECT event_type AS a,
       lead(event_type) OVER (PARTITION BY aggregate_id ORDER BY version) AS b ${EVENTS}) f WHERE b IS NOT NULL GROUP BY 1, 2`,
  );
  return {
    cases: total?.cases ?? 0,
    events: total?.events ?? 0,
    first: total?.first ?? null,
    last: total?.last ?? null,
    activities: byName(await one(count('event_type', EVENTS))),
    variants: variants[0]?.n ?? 0,
    starts: byName(await one(count('event_type', ended('ASC')))),
    ends: byName(await one(count('event_type', ended('DESC')))),
    follows: sorted(follows.map(({ a, b, n }): [string, string, number] => [a, b, n])),
  };
}

/** Pairs in one order, whatever the collation. */
export const sorted = <Row extends readonly [string, string, number]>(pairs: readonly Row[]): Row[] =>
  pairs.toSorted((x, y) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1));
