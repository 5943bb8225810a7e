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
export type Mark =
  | { kind: 'gap'; from: bigint; to: bigint }
  | { kind: 'duplicate' }
  | { kind: 'out_of_order' }
  | { kind: 'schema'; from: number; to: number };

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
  /** Name → its schema version when it was last seen. */
  schemas: Map<string, number>;
  services: Set<string>;
  /** The one tenant of all events; '' where they have none, or not one and the same. */
  tenantId: string;
  mixedTenants: boolean;
}

export const NAMED_ANOMALIES = 100;
const NAMED = 500;

export const emptyCourse = (): Course => ({
  events: 0,
  first: null,
  last: null,
  lastPosition: 0n,
  missing: 0n,
  anomalies: [],
  anomalyCount: 0,
  schemas: new Map(),
  services: new Set(),
  tenantId: '',
  mixedTenants: false,
});

/** Takes the next event, by version and then position, into the course (which it changes); answers what stands out. */
export function follow(course: Course, event: CourseEvent): Mark[] {
  const marks = [...orderMarks(course, event), ...schemaMarks(course, event)];
  for (const mark of marks) {
    if (mark.kind === 'schema') continue;
    const [from, to] = mark.kind === 'gap' ? [mark.from, mark.to] : [null, null];
    addAnomaly(course, { kind: mark.kind, version: event.version, from, to });
  }
  const tenantId = event.tenantId ?? '';
  if (course.events === 0) course.tenantId = tenantId;
  else if (course.tenantId !== tenantId) course.mixedTenants = true;
  if (course.mixedTenants) course.tenantId = '';
  course.events += 1;
  course.first ??= event.version;
  course.last = event.version;
  course.lastPosition = event.position;
  if (course.schemas.has(event.name) || course.schemas.size < NAMED) course.schemas.set(event.name, event.eventVersion);
  if (event.service !== null && course.services.size < NAMED) course.services.add(event.service);
  return marks;
}

export function addAnomaly(course: Course, anomaly: StreamAnomaly): void {
  course.anomalyCount += 1;
  if (course.anomalies.length < NAMED_ANOMALIES) course.anomalies.push(anomaly);
}

/** Streams begin at 0 or 1: whatever is missing below a later beginning is a gap like any other. */
function orderMarks(course: Course, { version, position }: CourseEvent): Mark[] {
  if (course.last === null) return version > 1n ? [{ kind: 'gap', from: 1n, to: version - 1n }] : [];
  const marks: Mark[] = [];
  if (version === course.last) marks.push({ kind: 'duplicate' });
  else if (version > course.last + 1n) {
    marks.push({ kind: 'gap', from: course.last + 1n, to: version - 1n });
    course.missing += version - course.last - 1n;
  }
  if (version !== course.last && position < course.lastPosition) marks.push({ kind: 'out_of_order' });
  return marks;
}

function schemaMarks(course: Course, { name, eventVersion }: CourseEvent): Mark[] {
  const before = course.schemas.get(name);
  return before === undefined || before === eventVersion ? [] : [{ kind: 'schema', from: before, to: eventVersion }];
}
