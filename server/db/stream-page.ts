import { type Course, emptyCourse, follow, type Mark } from '@/core/stream/course';
import type { NamedReducer } from '@/core/stream/reducer';
import type { EventHead } from './event-store';
import { Params } from './params';
import type { Query } from './query';
import { inStream, type Narrowing, readStreamHeads, type StreamKey, type StreamSource } from './stream-events';
import { nearestSnapshot } from './stream-snapshots';

/** A place in a stream: an event's version, and its position where a version stands there twice. */
export interface Place {
  version: bigint;
  position: bigint;
}

/** Which part of a stream: the events around a version, after a place, or before one. */
export type Part = { around: bigint } | { after: Place } | { before: Place };

export interface StreamPage {
  rows: { head: EventHead; marks: Mark[] }[];
  /** There are events before the first row, after the last one. */
  earlier: boolean;
  later: boolean;
}

export interface PageOf {
  source: StreamSource;
  key: StreamKey;
  /** Whose snapshots tell what came before the page. */
  reducer: NamedReducer | null;
  narrowing?: Narrowing;
}

const HEADS = 1_000;

/** At most `limit` events of a stream, by version and position, with what stands out at each. */
export async function readStreamPage(query: Query, of: PageOf, part: Part, limit: number): Promise<StreamPage> {
  const before = await placeBefore(query, of, part, limit);
  const range = 'before' in part ? { upTo: part.before.version } : {};
  const after = before === null ? {} : { after: before };
  const heads = await readStreamHeads(query, of.source, of.key, { ...range, ...after, limit: limit + 1 }, of.narrowing);
  const own = 'before' in part ? heads.filter((head) => isBefore(head, part.before)) : heads;
  const course = before === null ? emptyCourse() : await courseUpTo(query, of, before);
  const rows = own.slice(0, limit).map((head) => ({ head, marks: follow(course, head) }));
  return { rows, earlier: before !== null, later: 'before' in part ? true : own.length > limit };
}

const isBefore = (head: Place, place: Place): boolean =>
  head.version < place.version || (head.version === place.version && head.position < place.position);

/** The event just before the page's first; null: the page begins the stream. */
async function placeBefore(query: Query, of: PageOf, part: Part, limit: number): Promise<Place | null> {
  if ('after' in part) return part.after;
  const params = new Params();
  const conditions = [inStream(of.source, of.key, params), of.narrowing?.(params) ?? 'true'];
  if ('around' in part) conditions.push(`e.version <= ${params.add(part.around.toString())}::bigint`);
  else {
    const version = `${params.add(part.before.version.toString())}::bigint`;
    conditions.push(`e.version <= ${version}`);
    conditions.push(`(e.version, e.position) < (${version}, ${params.add(part.before.position.toString())}::bigint)`);
  }
  const back = 'around' in part ? Math.ceil(limit / 2) : limit;
  const [row] = await query<{ version: string; position: string }>(
    `SELECT e.version::text AS version, e.position::text AS position FROM public.event_store e
     WHERE ${conditions.join(' AND ')} ORDER BY e.version DESC, e.position DESC
     OFFSET ${params.add(back)}::int LIMIT 1`,
    params.values,
  );
  return row ? { version: BigInt(row.version), position: BigInt(row.position) } : null;
}

/** What is known of the stream up to and with an event, from the nearest snapshot below it. */
async function courseUpTo(query: Query, { source, key, reducer, narrowing }: PageOf, place: Place): Promise<Course> {
  const kept = narrowing ? null : await nearestSnapshot(query, source, key, place.version, reducer, 'course');
  const course = kept?.course ?? emptyCourse();
  for (;;) {
    const after = course.last === null ? {} : { after: { version: course.last, position: course.lastPosition } };
    const range = { ...after, upTo: place.version, limit: HEADS };
    const heads = await readStreamHeads(query, source, key, range, narrowing);
    for (const head of heads) if (!isBefore(place, head)) follow(course, head);
    if (heads.length < HEADS) return course;
  }
}
