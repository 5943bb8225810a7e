import { z } from 'zod';
import type { Course } from './course';
import type { StreamFold } from './fold';
import { jsonText, parseJson } from './json';

/** A fold as three texts, as it is kept: what is read back goes on exactly as if it had never been written. */
export interface SnapshotText {
  /** JSON; null: there is no state yet. */
  state: string | null;
  /** [[path, version], …] */
  blame: string;
  course: string;
}

const Whole = z
  .string()
  .regex(/^-?\d+$/)
  .transform(BigInt);
const Anomaly = z.object({
  kind: z.enum(['gap', 'duplicate', 'out_of_order', 'oversized', 'unreadable', 'state_full']),
  version: Whole,
  from: Whole.nullable(),
  to: Whole.nullable(),
});
const CourseText = z.object({
  size: z.number(),
  full: z.boolean(),
  events: z.int(),
  first: Whole.nullable(),
  last: Whole.nullable(),
  lastPosition: Whole,
  missing: Whole,
  anomalies: z.array(Anomaly),
  anomalyCount: z.int(),
  types: z.array(z.tuple([z.string(), z.int(), z.int()])),
  otherTypes: z.int(),
  services: z.array(z.string()),
  tenantId: z.string(),
  mixedTenants: z.boolean(),
});
const Blame = z.array(z.tuple([z.string(), Whole]));

export function writeSnapshot({ state, blame, size, full, course }: StreamFold): SnapshotText {
  const { types: byName, services, ...rest } = course;
  const types = [...byName].map(([name, { count, schema }]) => [name, count, schema]);
  return {
    state: state === undefined ? null : jsonText(state),
    blame: JSON.stringify([...blame].map(([path, version]) => [path, version.toString()])),
    course: JSON.stringify({ size, full, ...rest, types, services: [...services] }, (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    ),
  };
}

/** What {@link writeSnapshot} wrote; throws for anything else. */
export function readSnapshot(text: SnapshotText): StreamFold {
  const { size, full, types, services, ...course } = CourseText.parse(JSON.parse(text.course));
  return {
    state: text.state === null ? undefined : parseJson(text.state),
    blame: new Map(Blame.parse(JSON.parse(text.blame))),
    size,
    full,
    course: {
      ...course,
      types: new Map(types.map(([name, count, schema]) => [name, { count, schema }])),
      services: new Set(services),
    } satisfies Course,
  };
}
