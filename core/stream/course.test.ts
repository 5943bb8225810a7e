import { expect, test } from 'vitest';
import { type CourseEvent, emptyCourse, follow, NAMED_ANOMALIES, NAMED_TYPES } from './course';

const head = (version: number, position = version, more: Partial<CourseEvent> = {}): CourseEvent => ({
  version: BigInt(version),
  position: BigInt(position),
  name: 'OrderChanged',
  eventVersion: 1,
  service: null,
  tenantId: 'acme',
  ...more,
});
const courseOf = (events: readonly CourseEvent[]) => {
  const course = emptyCourse();
  return { course, marks: events.map((event) => follow(course, event).map(({ kind }) => kind)) };
};

test.each([[[0, 1, 2]], [[1, 2, 3]]])('versions %j have no fault: a stream begins at 0 or at 1', (versions) => {
  const { course, marks } = courseOf(versions.map((version) => head(version)));
  expect(marks.flat()).toEqual([]);
  expect(course).toMatchObject({ events: 3, anomalyCount: 0, missing: 0n });
});

test('a gap names the versions that are missing, at the beginning too', () => {
  const { course } = courseOf([head(3), head(4), head(9)]);
  expect(course.anomalies).toEqual([
    { kind: 'gap', version: 3n, from: 1n, to: 2n },
    { kind: 'gap', version: 9n, from: 5n, to: 8n },
  ]);
  expect(course.missing).toBe(4n);
});

test('a version that is there twice is a duplicate, one written before its predecessor is out of order', () => {
  const { marks } = courseOf([head(1, 10), head(2, 20), head(2, 21), head(3, 15), head(4, 16)]);
  expect(marks).toEqual([[], [], ['duplicate'], ['out_of_order'], []]);
});

test('versions of 64 bits are told apart', () => {
  const course = emptyCourse();
  for (const version of [9_223_372_036_854_775_805n, 9_223_372_036_854_775_806n])
    follow(course, { ...head(1), version, position: version });
  expect(course.anomalies).toMatchObject([{ kind: 'gap', from: 1n, to: 9_223_372_036_854_775_804n }]);
});

test('a change of schema is marked where it happens, by name of the event', () => {
  const { course, marks } = courseOf([
    head(1),
    head(2, 2, { name: 'Other', eventVersion: 7 }),
    head(3, 3, { eventVersion: 2 }),
    head(4, 4, { eventVersion: 2 }),
  ]);
  expect(marks).toEqual([[], [], ['schema'], []]);
  expect(course.anomalyCount).toBe(0);
});

test('events of two tenants, or of none beside one, are of no tenant', () => {
  expect(courseOf([head(1), head(2)]).course).toMatchObject({ tenantId: 'acme', mixedTenants: false });
  expect(courseOf([head(1), head(2, 2, { tenantId: null }), head(3)]).course).toMatchObject({
    tenantId: '',
    mixedTenants: true,
  });
});

test('a stream of gaps names the first and counts all', () => {
  const { course } = courseOf(Array.from({ length: 1_000 }, (_, n) => head(n * 10 + 1)));
  expect(course.anomalyCount).toBe(999);
  expect(course.anomalies).toHaveLength(NAMED_ANOMALIES);
});

test('events are counted by their names; beyond the names that are told apart, together', () => {
  const named = courseOf([head(1), head(2, 2, { name: 'Other' }), head(3)]).course;
  expect([...named.types].map(([name, { count }]) => [name, count])).toEqual([
    ['OrderChanged', 2],
    ['Other', 1],
  ]);
  const many = Array.from({ length: NAMED_TYPES + 3 }, (_, n) => head(n + 1, n + 1, { name: `Type${n}` }));
  const { course } = courseOf(many);
  expect([course.types.size, course.otherTypes]).toEqual([NAMED_TYPES, 3]);
});
