import { looksSplit, takesSuffix } from '@/core/event/event-name';
import {
  type EventColumns,
  type EventHead,
  eventHeadSelect,
  isImported,
  type RawEventHead,
  toEventHead,
} from './event-store';
import { Params } from './params';
import type { Query } from './query';
import {
  inRange,
  inStream,
  type Narrowing,
  type Place,
  type StreamKey,
  type StreamRange,
  type StreamSource,
} from './stream-events';

/** An event without its payload, but for the attempt that it tells of. */
export interface StreamHead extends EventHead {
  attempt: number | null;
  /** Of how many, where it says so. */
  attempts: number | null;
  /** The event before it in the stream, whatever its type; only where types are chosen. */
  previous: Place | null;
}

type RawStreamHead = RawEventHead & {
  attempt: string | null;
  attempts: string | null;
  previous: { version: string; position: string } | null;
};

/** Which events of a stream. */
export interface OfStream {
  source: StreamSource;
  key: StreamKey;
  narrowing?: Narrowing;
  /** Names, without their V suffix; absent: all. */
  types?: readonly string[];
}

/** Larger payloads (as they are stored) are not looked into: they would have to be fetched for two numbers. */
const LOOKED_INTO = 16_384;
const COUNT = /^[1-9]\d{0,5}$/;

/** SQL of a word of the payload over alias `e`; null where it is no JSON column. */
export function payloadWord({ types }: StreamSource, ...names: string[]): string {
  if (!/^jsonb?$/.test(types.get('payload') ?? '')) return 'NULL::text';
  const words = names.map((name) => `e.payload->>'${name}'`).join(', ');
  return `CASE WHEN pg_column_size(e.payload) <= ${LOOKED_INTO} THEN coalesce(${words}) END`;
}

/** What counts attempts in a payload, and says how many there will be (contract part 1 names neither: a convention). */
export const ATTEMPT = ['attempt'];
export const ATTEMPTS = ['max_attempts', 'maxAttempts', 'attempts'];

export const countOf = (word: string | null): number | null =>
  word !== null && COUNT.test(word) ? Number(word) : null;

/** SQL that holds for the events of these names over alias `e`: what `eventName` reads from a type, said the other way round. */
export function eventNameIn(columns: EventColumns, names: readonly string[], params: Params): string {
  const imported = isImported(columns);
  const list = (some: readonly string[]): string => `${params.add(some)}::text[]`;
  const ways = [
    `e.event_type = ANY(${list(names.filter((name) => !looksSplit(name)))})`,
    `(${imported} AND e.event_type = ANY(${list(names.filter(looksSplit))}))`,
    `(NOT ${imported} AND EXISTS (SELECT FROM unnest(${list(names.filter(takesSuffix))}) n
       WHERE starts_with(e.event_type, n) AND substr(e.event_type, length(n) + 1) ~ '^V[1-9][0-9]{0,8}$'))`,
  ];
  // Opaque to the planner, which takes such conditions for rare, and would read and sort the whole stream for one page.
  return `CASE WHEN ${ways.join(' OR ')} THEN true ELSE false END`;
}

/** Heads in the order of the stream: by version, then position. */
export async function readStreamHeads(
  query: Query,
  { source, key, narrowing = () => 'true', types }: OfStream,
  range: StreamRange & { limit: number },
): Promise<StreamHead[]> {
  const params = new Params();
  const inThis = `${inStream(source, key, params)} AND ${narrowing(params)}`;
  const named = types === undefined ? '' : ` AND ${eventNameIn(source.columns, types, params)}`;
  const previous =
    types === undefined
      ? 'NULL::json'
      : `(SELECT json_build_object('version', e.version::text, 'position', e.position::text)
          FROM public.event_store e WHERE ${inThis} AND e.version <= h.sort_version
            AND (e.version, e.position) < (h.sort_version, h.sort_position)
          ORDER BY e.version DESC, e.position DESC LIMIT 1)`;
  const [answer] = await query<{ rows: string }>(
    // One value of JSON: a driver that makes an object of each row takes longer than the statement.
    `SELECT coalesce(json_agg(r ORDER BY r.sort_version, r.sort_position), '[]')::text AS rows
     FROM (SELECT h.*, ${previous} AS previous FROM (
       SELECT ${eventHeadSelect(source.columns)}, ${payloadWord(source, ...ATTEMPT)} AS attempt,
         ${payloadWord(source, ...ATTEMPTS)} AS attempts, e.version AS sort_version, e.position AS sort_position
       FROM public.event_store e WHERE ${inThis}${named}${inRange(range, params)}
       ORDER BY e.version, e.position LIMIT ${params.add(range.limit)}::int) h) r`,
    params.values,
  );
  return (JSON.parse(answer?.rows ?? '[]') as RawStreamHead[]).map(toStreamHead);
}

function toStreamHead(raw: RawStreamHead): StreamHead {
  return {
    ...toEventHead(raw),
    attempt: countOf(raw.attempt),
    attempts: countOf(raw.attempts),
    previous: raw.previous && { version: BigInt(raw.previous.version), position: BigInt(raw.previous.position) },
  };
}
