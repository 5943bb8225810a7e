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

/** Where a page begins: behind which event, and what the nearest snapshot below that knows of the stream. */
interface Begin {
  before: Place | null;
  course: Course;
}

/** At most `limit` events of a stream, by version and position, with what stands out at each in the whole stream. */
export async function readStreamPage(query: Query, of: PageOf, part: Part, limit: number): Promise<StreamPage> {
  const { before, course } = await beginOf(query, of, part, limit);
  const heads = readStreamHeads(query, of, {
    ...('before' in part ? { upTo: part.before.version } : {}),
    ...(before === null ? {} : { after: before }),
    limit: limit + 1,
  });
  const [read] = await Promise.all([
    heads,
    before === null || of.types !== undefined ? null : followUpTo(query, of, course, before),
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

/** Of the types that are chosen; without an event before it the page begins the stream. */
async function beginOf(query: Query, of: PageOf, part: Part, limit: number): Promise<Begin> {
  const params = new Params();
  const place = 'after' in part ? givenPlace(part.after, params) : placeBefore(of, part, limit, params);
  const needsCourse = of.types === undefined && of.narrowing === undefined;
  const [row] = await query<{ version: string; position: string; found: string | null }>(
    `SELECT p.version::text AS version, p.position::text AS position,
       ${needsCourse ? keptCourseSql(of, 'p.version', params) : 'NULL::text'} AS found
     FROM (${place}) p`,
    params.values,
  );
  if (row === undefined) return { before: null, course: emptyCourse() };
  const before = { version: BigInt(row.version), position: BigInt(row.position) };
  return { before, course: await courseOf(query, of, row.found) };
}

const givenPlace = ({ version, position }: Place, params: Params): string =>
  `SELECT ${params.add(version.toString())}::bigint AS version, ${params.add(position.toString())}::bigint AS position`;

/** SQL of the event just before the page's first. */
function placeBefore(of: PageOf, part: Exclude<Part, { after: Place }>, limit: number, params: Params): string {
  const conditions = [inStream(of.source, of.key, params), of.narrowing?.(params) ?? 'true'];
  if (of.types !== undefined) conditions.push(eventNameIn(of.source.columns, of.types, params));
  if ('around' in part) conditions.push(`e.version <= ${params.add(part.around.toString())}::bigint`);
  else {
    const version = `${params.add(part.before.version.toString())}::bigint`;
    conditions.push(`e.version <= ${version}`);
    conditions.push(`(e.version, e.position) < (${version}, ${params.add(part.before.position.toString())}::bigint)`);
  }
  const back = 'around' in part ? Math.ceil(limit / 2) : limit;
  return `SELECT e.version, e.position FROM public.event_store e WHERE ${conditions.join(' AND ')}
    ORDER BY e.version DESC, e.position DESC OFFSET ${params.add(back)}::int LIMIT 1`;
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
  const course = of.narrowing ? emptyCourse() : await keptCourse(query, of, place.version);
  await followUpTo(query, of, course, place);
  return course;
}

async function followUpTo(query: Query, { source, key, narrowing }: PageOf, course: Course, place: Place) {
  for (;;) {
    const after = course.last === null ? {} : { after: { version: course.last, position: course.lastPosition } };
    const range = { ...after, upTo: place.version, limit: COURSE_EVENTS };
    const events = await readCourseEvents(query, source, key, range, narrowing);
    for (const event of events) if (!isBefore(place, event)) follow(course, event);
    if (events.length < COURSE_EVENTS) return;
  }
}

async function keptCourse(query: Query, of: PageOf, below: bigint): Promise<Course> {
  const params = new Params();
  const sql = keptCourseSql(of, `${params.add(below.toString())}::bigint`, params);
  const [row] = await query<{ found: string | null }>(`SELECT ${sql} AS found`, params.values);
  return courseOf(query, of, row?.found ?? null);
}

/** Of the nearest snapshot, by the reducer or by merge, whichever is there: a course is the same in both. */
function keptCourseSql({ source, key, reducer }: PageOf, below: string, params: Params): string {
  const kept = (by: NamedReducer | null) => snapshotSql({ source, key, reducer: by, below, part: 'course' }, params);
  return reducer === null ? kept(null) : `coalesce(${kept(reducer)}, ${kept(null)})`;
}

async function courseOf(query: Query, { key }: PageOf, kept: string | null): Promise<Course> {
  const found = snapshotOf(kept);
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
