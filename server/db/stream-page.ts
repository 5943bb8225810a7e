import { attemptsOf, type AttemptWords } from '@/core/stream/attempts';
import { type Course, emptyCourse, follow, type Mark } from '@/core/stream/course';
import type { NamedReducer } from '@/core/stream/reducer';
import { readAttempts } from './stream-attempts';
import { Params } from './params';
import type { Query } from './query';
import { inStream, type Place, readCourseEvents } from './stream-events';
import { eventNameIn, type OfStream, readStreamHeads, type StreamHead } from './stream-heads';
import { dropSnapshots, snapshotOf, snapshotSql } from './stream-snapshots';

/** Which part of a stream: the events around a version, after a place, or before one. */
export type Part = { around: bigint } | { after: Place } | { before: Place };

export interface StreamPage {
  rows: { head: StreamHead; marks: Mark[]; attempt: AttemptWords | null }[];
  /** There are events before the first row, after the last one. */
  earlier: boolean;
  later: boolean;
}

export interface PageOf extends OfStream {
  /** Whose snapshots tell what came before the page. */
  reducer: NamedReducer | null;
}

const COURSE_EVENTS = 2_000;

/** At most `limit` events of a stream, by version and position, with what stands out at each in the whole stream. */
export async function readStreamPage(query: Query, of: PageOf, part: Part, limit: number): Promise<StreamPage> {
  const before = await placeBefore(query, of, part, limit);
  const heads = readStreamHeads(query, of, {
    ...('before' in part ? { upTo: part.before.version } : {}),
    ...(before === null ? {} : { after: before }),
    limit: limit + 1,
  });
  const [read, course] = await Promise.all([
    heads,
    before === null || of.types !== undefined ? emptyCourse() : courseUpTo(query, of, before),
  ]);
  const own = 'before' in part ? read.filter((head) => isBefore(head, part.before)) : read;
  const shown = own.slice(0, limit);
  const marks =
    of.types === undefined ? shown.map((head) => follow(course, head)) : await chosenMarks(query, of, shown);
  const attempts = await attemptsAt(query, of, shown);
  return {
    rows: shown.map((head, n) => ({ head, marks: marks[n] ?? [], attempt: attempts.get(head.position) ?? null })),
    earlier: before !== null,
    later: 'before' in part ? true : own.length > limit,
  };
}

const isBefore = (head: Place, place: Place): boolean =>
  head.version < place.version || (head.version === place.version && head.position < place.position);

/** The event just before the page's first, of the types that are chosen; null: the page begins the stream. */
async function placeBefore(query: Query, of: PageOf, part: Part, limit: number): Promise<Place | null> {
  if ('after' in part) return part.after;
  const params = new Params();
  const conditions = [inStream(of.source, of.key, params), of.narrowing?.(params) ?? 'true'];
  if (of.types !== undefined) conditions.push(eventNameIn(of.source.columns, of.types, params));
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

/** Of chosen types: the order is judged by the event before each, the schema by the one before it of its type. */
async function chosenMarks(query: Query, of: PageOf, heads: readonly StreamHead[]): Promise<Mark[][]> {
  const start = heads[0]?.previous;
  const course = start ? await courseUpTo(query, of, start) : emptyCourse();
  return heads.map((head) => {
    course.last = head.previous?.version ?? null;
    course.lastPosition = head.previous?.position ?? 0n;
    return follow(course, head);
  });
}

/** What is known of the stream up to and with an event, from the nearest snapshot below it. */
export async function courseUpTo(query: Query, of: PageOf, place: Place): Promise<Course> {
  const { source, key, narrowing } = of;
  const course = narrowing ? emptyCourse() : await keptCourse(query, of, place.version);
  for (;;) {
    const after = course.last === null ? {} : { after: { version: course.last, position: course.lastPosition } };
    const range = { ...after, upTo: place.version, limit: COURSE_EVENTS };
    const events = await readCourseEvents(query, source, key, range, narrowing);
    for (const event of events) if (!isBefore(place, event)) follow(course, event);
    if (events.length < COURSE_EVENTS) return course;
  }
}

/** Of the nearest snapshot, by the reducer or by merge, whichever is there: a course is the same in both. */
async function keptCourse(query: Query, { source, key, reducer }: PageOf, below: bigint): Promise<Course> {
  const params = new Params();
  const version = `${params.add(below.toString())}::bigint`;
  const kept = (by: NamedReducer | null) =>
    snapshotSql({ source, key, reducer: by, below: version, part: 'course' }, params);
  const [row] = await query<{ found: string | null }>(
    `SELECT ${reducer === null ? kept(null) : `coalesce(${kept(reducer)}, ${kept(null)})`} AS found`,
    params.values,
  );
  const found = snapshotOf(row?.found ?? null);
  if (found === 'outrun') await dropSnapshots(query, key);
  return found === null || found === 'outrun' ? emptyCourse() : found.course;
}

/** Behind which of the rows an attempt is said; only where one of them tells of any is the stream around them looked at. */
async function attemptsAt(query: Query, of: PageOf, heads: readonly StreamHead[]): Promise<Map<bigint, AttemptWords>> {
  const first = heads.find(({ attempt }) => attempt !== null);
  const last = heads.findLast(({ attempt }) => attempt !== null);
  if (first === undefined || last === undefined) return new Map();
  return attemptsOf(await readAttempts(query, of, first, last));
}
