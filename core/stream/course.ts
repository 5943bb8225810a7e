/** What the order of a stream is judged by: an event without its payload. */
export interface CourseEvent {
  version: bigint;
  position: bigint;
  /** Without the V suffix. */
  name: string;
  eventVersion: number;
  service: string | null;
  tenantId: string | null;
}

/**
 * What stands out at an event. gap: versions `from` to `to` are not there; duplicate: its version was there already;
 * out_of_order: it was written before the event of the version below it (its position is the smaller one); schema: the
 * event before it of the same name had schema version `from`.
 */
export type Mark = OrderMark | { kind: 'schema'; from: number; to: number };
type OrderMark = { kind: 'gap'; from: bigint; to: bigint } | { kind: 'duplicate' } | { kind: 'out_of_order' };

/** Why a payload is not in the state: too large, no JSON, or the state is full (core/stream/fold.ts). */
export type LeftOut = 'oversized' | 'unreadable' | 'state_full';

/** Something wrong with a stream, by the version at which it shows; `from` and `to` of a gap. */
export interface StreamAnomaly {
  kind: 'gap' | 'duplicate' | 'out_of_order' | LeftOut;
  version: bigint;
  from: bigint | null;
  to: bigint | null;
}

/** What is known of a stream up to an event, without its payloads. */
export interface Course {
  events: number;
  first: bigint | null;
  last: bigint | null;
  lastPosition: bigint;
  /** Versions between first and last that are missing. */
  missing: bigint;
  /** The first {@link NAMED_ANOMALIES} of them, by version. */
  anomalies: StreamAnomaly[];
  anomalyCount: number;
  /** Name → how many events have it, and its schema version when it was last seen; of the first {@link NAMED_TYPES} names. */
  types: Map<string, { count: number; schema: number }>;
  /** Events of further names. */
  otherTypes: number;
  services: Set<string>;
  /** The one tenant of all events; '' where they have none, or not one and the same. */
  tenantId: string;
  mixedTenants: boolean;
}

export const NAMED_ANOMALIES = 100;
/** Names and services beyond this many are not told apart: what is kept of a stream stays small. */
export const NAMED_TYPES = 500;
const NAMED_SERVICES = 500;

export const emptyCourse = (): Course => ({
  events: 0,
  first: null,
  last: null,
  lastPosition: 0n,
  missing: 0n,
  anomalies: [],
  anomalyCount: 0,
  types: new Map(),
  otherTypes: 0,
  services: new Set(),
  tenantId: '',
  mixedTenants: false,
});

/** Takes the next event, by version and then position, into the course (which it changes); answers what stands out. */
export function follow(course: Course, event: CourseEvent): Mark[] {
  const order = orderMarks(course, event);
  for (const mark of order) {
    const [from, to] = mark.kind === 'gap' ? [mark.from, mark.to] : [null, null];
    addAnomaly(course, { kind: mark.kind, version: event.version, from, to });
    if (from !== null && course.last !== null) course.missing += event.version - from;
  }
  const tenantId = event.tenantId ?? '';
  if (course.events === 0) course.tenantId = tenantId;
  else if (course.tenantId !== tenantId) course.mixedTenants = true;
  if (course.mixedTenants) course.tenantId = '';
  course.events += 1;
  course.first ??= event.version;
  course.last = event.version;
  course.lastPosition = event.position;
  if (event.service !== null && course.services.size < NAMED_SERVICES) course.services.add(event.service);
  const before = countType(course, event);
  return before === undefined || before === event.eventVersion
    ? order
    : [...order, { kind: 'schema', from: before, to: event.eventVersion }];
}

/** Counts the event under its name; answers the schema version of the one before it of that name. */
function countType(course: Course, { name, eventVersion }: CourseEvent): number | undefined {
  const known = course.types.get(name);
  if (known === undefined) {
    if (course.types.size < NAMED_TYPES) course.types.set(name, { count: 1, schema: eventVersion });
    else course.otherTypes += 1;
    return undefined;
  }
  const before = known.schema;
  known.count += 1;
  known.schema = eventVersion;
  return before;
}

export function addAnomaly(course: Course, anomaly: StreamAnomaly): void {
  course.anomalyCount += 1;
  if (course.anomalies.length < NAMED_ANOMALIES) course.anomalies.push(anomaly);
}

/** What stands out in the order alone. Streams begin at 0 or 1: whatever is missing below a later beginning is a gap. */
function orderMarks(course: Pick<Course, 'last' | 'lastPosition'>, { version, position }: CourseEvent): OrderMark[] {
  if (course.last === null) return version > 1n ? [{ kind: 'gap', from: 1n, to: version - 1n }] : [];
  if (version === course.last) return [{ kind: 'duplicate' }];
  const marks: OrderMark[] = [];
  if (version > course.last + 1n) marks.push({ kind: 'gap', from: course.last + 1n, to: version - 1n });
  if (position < course.lastPosition) marks.push({ kind: 'out_of_order' });
  return marks;
}
