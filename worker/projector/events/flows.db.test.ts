import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventTone } from '@/core/event/event-tone';
import type { FlowCause } from '@/core/flow/group';
import { withEvents } from '@/core/flow/ticks';
import type { EventHead } from '@/server/db/event-store';
import { pgQuery, type Query } from '@/server/db/query';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { saveEvents } from './event-table';
import { flowIdOf, groupIdOf } from './flow-ids';
import { projectFlows } from './flows';
import { verifyFlows } from '@/worker/verify-flows';

let db: TestDatabase;
let query: Query;
beforeAll(async () => {
  db = await testDatabase();
  query = pgQuery(db.pool);
});
afterAll(() => db.drop());
const empty = () =>
  db.pool.query(
    'TRUNCATE sagascope.event_index, sagascope.flow, sagascope.flow_service, sagascope.flow_group, sagascope.flow_event',
  );
beforeEach(empty);

type Dated = EventHead & { occurredAt: number };
const idOf = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

interface Given {
  id: number;
  cause: number | null;
  name?: string;
  service?: string;
  tenant?: string;
  flow?: string;
  at?: number;
}

const event = (given: Given, position: number): Dated => ({
  position: BigInt(position),
  eventId: idOf(given.id),
  aggregateType: 'Order',
  aggregateId: 'o-1',
  version: BigInt(position),
  eventType: given.name ?? 'OrderPlaced',
  name: given.name ?? 'OrderPlaced',
  eventVersion: 1,
  occurredAt: 1_780_000_000_000 + (given.at ?? position * 10),
  correlationId: given.flow ?? 'flow-1',
  causationId: given.cause === null ? null : idOf(given.cause),
  sagaId: null,
  traceId: null,
  tenantId: given.tenant ?? null,
  service: given.service ?? 'orders',
  actor: null,
  importId: null,
});

async function hand(events: readonly Dated[], late = false): Promise<void> {
  await saveEvents(query, events);
  await projectFlows(query, events, late);
}

function partsBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const parts = new Map<string, T[]>();
  for (const one of all) parts.set(keyOf(one), [...(parts.get(keyOf(one)) ?? []), one]);
  return parts;
}

/** The groups of one flow by definition: each event looked at with all others in sight. */
function byDefinition(events: readonly Dated[]) {
  const [{ tenantId, correlationId } = { tenantId: null, correlationId: '' }] = events;
  const flowId = flowIdOf(tenantId ?? '', correlationId ?? '');
  const standing = new Map<string, Dated>();
  for (const each of events) if (!standing.has(each.eventId)) standing.set(each.eventId, each);
  const causeEvent = (each: Dated): Dated | undefined =>
    each.causationId === null || each.causationId === each.eventId ? undefined : standing.get(each.causationId);
  const circleFrom = (start: Dated): Dated[] | null => {
    const circle = [start];
    for (let at = causeEvent(start); at !== undefined && circle.length <= events.length; at = causeEvent(at)) {
      if (at === start) return circle;
      circle.push(at);
    }
    return null;
  };
  const closes = (each: Dated): boolean => {
    const cause = causeEvent(each);
    if (cause === undefined || each.position > cause.position) return false;
    const circle = circleFrom(cause);
    if (circle === null || circle.some(({ position }) => position > cause.position)) return false;
    return circle.some((one) => causeEvent(one) === cause && one.name === each.name && one.service === each.service);
  };
  const causeOf = (each: Dated): FlowCause => {
    if (each.causationId === null) return { kind: 'none' };
    if (each.causationId === each.eventId) return { kind: 'self' };
    const cause = causeEvent(each);
    if (cause === undefined) return { kind: 'ghost', ref: each.causationId };
    return closes(each) ? { kind: 'cycle' } : { kind: 'event', ref: groupId(cause) };
  };
  const groupId = (each: Dated): string => groupIdOf(flowId, causeOf(each), each.name, each.service ?? '');
  const groups = new Map<string, object>();
  for (const [at, each] of events.entries()) {
    const id = groupId(each);
    if (groups.has(id)) continue;
    const members = events.filter((one) => groupId(one) === id);
    const cause = causeOf(each);
    groups.set(id, {
      id,
      cause: cause.kind,
      ref: 'ref' in cause ? cause.ref : null,
      name: each.name,
      members: members.map(({ position }) => position.toString()),
      first: each.position.toString(),
      last: members.at(-1)?.position.toString(),
      from: Math.min(...members.map(({ occurredAt }) => occurredAt)),
      to: Math.max(...members.map(({ occurredAt }) => occurredAt)),
      after: events[at - 1]?.position.toString() ?? null,
    });
  }
  const failed = events.filter(({ name }) => eventTone(name) === 'failed');
  return {
    flowId,
    totals: {
      events: events.length,
      groups: groups.size,
      failures: failed.length,
      first: events[0]?.position.toString(),
      last: events.at(-1)?.position.toString(),
      failure: failed[0]?.position.toString() ?? null,
      ticks: withEvents(
        null,
        events.map(({ occurredAt, name }) => ({
          at: occurredAt,
          failed: eventTone(name) === 'failed',
          undone: eventTone(name) === 'compensated',
        })),
      ).ticks.map(({ at, events: count }) => [at, count]),
    },
    services: [...partsBy(events, ({ service }) => service ?? '')]
      .map(([service, of]) => ({ service, events: of.length }))
      .toSorted((a, b) => (a.service < b.service ? -1 : 1)),
    groups: [...groups.values()],
  };
}

async function kept(flowId: string) {
  const [flow] = await query<Record<string, unknown> & { at: number[]; counts: number[] }>(
    `SELECT events::float8 AS events, groups::float8 AS groups, failures::float8 AS failures, first_position::text AS first,
       last_position::text AS last, first_failure::text AS failure, tick_at::float8[] AS at, tick_events::float8[] AS counts
     FROM sagascope.flow WHERE flow_id = $1::uuid`,
    [flowId],
  );
  if (!flow) throw new Error('no such flow');
  const { at, counts, ...totals } = flow;
  const groups = await query(
    `SELECT g.group_id::text AS id, g.cause, coalesce(g.cause_group::text, g.cause_event) AS ref, g.event_name AS name,
       ARRAY(SELECT e.position::text FROM sagascope.flow_event e WHERE e.group_id = g.group_id ORDER BY e.position) AS members,
       g.first_position::text AS first, g.last_position::text AS last,
       floor(extract(epoch FROM g.first_at) * 1000)::float8 AS from, floor(extract(epoch FROM g.last_at) * 1000)::float8 AS to,
       g.after_position::text AS after
     FROM sagascope.flow_group g WHERE g.flow_id = $1::uuid ORDER BY g.first_position`,
    [flowId],
  );
  const services = await query(
    'SELECT service, events::float8 AS events FROM sagascope.flow_service WHERE flow_id = $1::uuid ORDER BY service',
    [flowId],
  );
  return { flowId, totals: { ...totals, ticks: at.map((place, n) => [place, counts[n]]) }, services, groups };
}

async function compare(events: readonly Dated[]): Promise<void> {
  const flows = partsBy(events, (each) => `${each.tenantId} ${each.correlationId}`);
  for (const of of flows.values()) {
    const expected = byDefinition(of);
    expect(await kept(expected.flowId)).toEqual(expected);
  }
}

describe('the read model of flows', () => {
  it('folds repeats of one type and cause, and the effects of each into one', async () => {
    const lines = Array.from({ length: 128 }, (_, n) => ({ id: 10 + n, cause: 1, name: 'InventoryReserved' }));
    const undone = lines.map(({ id }) => ({ id: id + 200, cause: id, name: 'InventoryReleased' }));
    const events = [{ id: 1, cause: null }, ...lines, ...undone].map(event);
    for (let at = 0; at < events.length; at += 50) await hand(events.slice(at, at + 50));
    await compare(events);
    const { groups } = await kept(flowIdOf('', 'flow-1'));
    expect(groups).toHaveLength(3);
  });

  it('hangs what waited for its cause onto it, and what hangs on that, whatever stood there before', async () => {
    const events = [
      { id: 1, cause: null },
      { id: 2, cause: 1, name: 'A' },
      { id: 3, cause: 2, name: 'B' },
      { id: 4, cause: 9, name: 'B' },
      { id: 5, cause: 4, name: 'C' },
      { id: 9, cause: 1, name: 'A' },
    ].map(event);
    for (const each of events) await hand([each]);
    await compare(events);
  });

  it('cuts a circle of causes where it closed, and takes an event that names itself as one without a cause', async () => {
    const events = [
      { id: 1, cause: 3, name: 'A' },
      { id: 2, cause: 1, name: 'B' },
      { id: 3, cause: 2, name: 'C' },
      { id: 4, cause: 4, name: 'D' },
    ].map(event);
    for (const each of events) await hand([each]);
    await compare(events);
    const { groups } = await kept(flowIdOf('', 'flow-1'));
    expect(groups).toMatchObject([{ cause: 'cycle' }, { cause: 'event' }, { cause: 'event' }, { cause: 'self' }]);
  });

  it('never takes an event of another tenant or flow for a cause', async () => {
    const events = [
      { id: 1, cause: null, tenant: 'a' },
      { id: 2, cause: 1, tenant: 'b' },
      { id: 3, cause: 1, tenant: 'a', flow: 'other' },
    ].map(event);
    await hand(events);
    await compare(events);
    for (const flow of [flowIdOf('b', 'flow-1'), flowIdOf('a', 'other')])
      expect((await kept(flow)).groups).toMatchObject([{ cause: 'ghost', ref: idOf(1) }]);
  });

  it('takes 10,000 children of one event as one group', async () => {
    const children = Array.from({ length: 10_000 }, (_, n) => ({ id: 2 + n, cause: 1, name: 'Notified' }));
    const events = [{ id: 1, cause: null }, ...children].map(event);
    for (let at = 0; at < events.length; at += 2_000) await hand(events.slice(at, at + 2_000));
    const { totals, groups } = await kept(flowIdOf('', 'flow-1'));
    expect(totals).toMatchObject({ events: 10_001, groups: 2 });
    expect(groups).toHaveLength(2);
  });

  it('leaves out events without a correlation, and keeps ids and names of any length', async () => {
    const long = {
      ...event({ id: 1, cause: null }, 1),
      correlationId: '\u{1f600}'.repeat(5_000),
      name: 'x'.repeat(9_000),
    };
    await hand([
      long,
      { ...event({ id: 2, cause: null }, 2), correlationId: null },
      { ...event({ id: 3, cause: null }, 3), correlationId: '' },
    ]);
    const rows = await query<{ events: number }>('SELECT events::float8 AS events FROM sagascope.flow');
    expect(rows).toEqual([{ events: 1 }]);
  });

  it('says where what is kept does not fit the events', async () => {
    await hand([event({ id: 1, cause: null }, 1), event({ id: 2, cause: 1 }, 2)]);
    expect(await verifyFlows(query)).toEqual([]);
    await db.pool.query('UPDATE sagascope.flow SET events = 3; DELETE FROM sagascope.flow_event WHERE position = 2');
    expect(await verifyFlows(query)).toEqual([
      'Flow flow-1 has 3 events, its events say 2.',
      'Flow flow-1 has 3 placed events, its events say 1.',
      'Flow flow-1 has 2 groups, its events say 1.',
    ]);
  });

  it('equals the definition for any events in any batches, late ones among them', async () => {
    const given = fc.record({
      id: fc.nat(14),
      cause: fc.option(fc.nat(16), { freq: 4 }),
      name: fc.constantFrom('A', 'B', 'PaymentFailed'),
      service: fc.constantFrom('x', 'y'),
      tenant: fc.constantFrom('a', 'a', 'a', 'b'),
      flow: fc.constantFrom('f', 'f', 'f', 'g'),
      at: fc.nat(100_000),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(given, { minLength: 1, maxLength: 24 }),
        fc.array(fc.integer({ min: 1, max: 6 })),
        fc.array(fc.nat(23), { maxLength: 3 }),
        async (all, cuts, lateOnes) => {
          await empty();
          const events = all.map(event);
          const later = events.slice(Math.ceil(events.length * 0.7));
          const sooner = events.slice(0, Math.ceil(events.length * 0.7));
          const late = sooner.filter((_, at) => lateOnes.includes(at));
          const rest = sooner.filter((one) => !late.includes(one));
          for (const cut of [...cuts, events.length]) if (rest.length > 0) await hand(rest.splice(0, cut));
          if (late.length > 0) await hand(late, true);
          for (const each of later) {
            // Whatever came late, the log goes on.
            await hand([each]);
          }
          await compare(events);
          expect(await verifyFlows(query)).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
