import { randomUUID } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventDetail, EventExportInput, EventFacets, EventList, EventListInput } from '@/core/contract/events';
import type { Actor } from '@/server/auth/actor';
import { ADMIN_EVERYWHERE, contextOf, personWith } from '@/server/auth/test-actors';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { exportEvents } from './export-events';
import { getEvent } from './get-event';
import { getEventFacets } from './get-event-facets';
import { listEvents } from './list-events';

let db: TestDatabase;
beforeAll(async () => {
  db = await servedDatabase();
  for (const event of EVENTS) await append(event);
});
afterAll(() => db.drop());

interface Given {
  id: string;
  type: string;
  aggregate?: string;
  payload?: string;
  metadata?: Record<string, string>;
  at?: string;
}

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const EVENTS: Given[] = [
  {
    id: id(1),
    type: 'OrderPlacedV2',
    payload: '{"total": 9007199254740993.10, "order_id": "order-8841"}',
    metadata: { correlation_id: 'c1', tenant_id: 'acme', service: 'order', trace_id: 't 1' },
  },
  {
    id: id(2),
    type: 'PaymentDeclinedV1',
    aggregate: 'p1',
    payload: `{"code": "INSUFFICIENT_FUNDS", "note": "50% off, O'Brien"}`,
    metadata: { correlation_id: 'c1', causation_id: id(1), tenant_id: 'acme', service: 'payment' },
  },
  {
    id: id(3),
    type: 'OrderPlacedV3',
    aggregate: 'o2',
    payload: '{"order_id": "order-9000"}',
    metadata: { correlation_id: 'c2', causation_id: id(1).toUpperCase(), tenant_id: 'globex', service: 'order' },
  },
  { id: id(4), type: 'Noted', aggregate: 'n', payload: '{"text": "=1+1"}', at: '2026-01-02T00:00:00Z' },
  {
    id: id(5),
    type: 'PaymentVoidedV1',
    aggregate: 'p1b',
    payload: '{"said": "say \\"so\\"", "city": "İstanbul"}',
    metadata: { correlation_id: 'c1', causation_id: id(1), tenant_id: 'acme', service: 'payment' },
  },
];

/** Writes an event as a service does, and into event_index as the projector does. */
async function append({
  id: eventId,
  type,
  aggregate = 'o1',
  payload = '{}',
  metadata = {},
  at,
}: Given): Promise<void> {
  const { rows } = await db.pool.query<{ position: string }>(
    `insert into event_store (event_id, aggregate_type, aggregate_id, version, event_type, payload, metadata, occurred_at)
     values ($1, 'Order', $2, 1, $3, $4::jsonb, $5, coalesce($6::timestamptz, '2026-02-01Z')) returning position::text`,
    [eventId, aggregate, type, payload, metadata, at],
  );
  const [, name = type, version = '1'] = /^(.*)V(\d+)$/.exec(type) ?? [];
  await db.pool.query(
    `insert into sagascope.event_index (tenant_id, position, event_id, aggregate_type, aggregate_id, version, event_type,
       event_name, event_version, service, correlation_id, causation_id, trace_id, occurred_at, words)
     select coalesce($2, ''), position, event_id, aggregate_type, aggregate_id, version, event_type, $3, $4, $5, $6, $7, $8,
       occurred_at, sagascope.payload_words(payload) from event_store where position = $1::bigint`,
    [
      rows[0]?.position,
      metadata.tenant_id,
      name,
      Number(version),
      metadata.service,
      metadata.correlation_id,
      metadata.causation_id,
      metadata.trace_id,
    ],
  );
}

const list = async (
  input: Record<string, unknown> = {},
  actor: Actor = ADMIN_EVERYWHERE,
  tenant: string | null = null,
) => EventList.parse(JSON.parse((await listEvents(contextOf(actor, tenant), EventListInput.parse(input))).text));
const ids = async (...given: Parameters<typeof list>) =>
  (await list(...given)).items.map(({ eventId }) => Number(eventId.slice(-3)));
const ofAcme = personWith('support', { tenants: ['acme'] });

describe('the list of events', () => {
  it('is newest first, payloads to the last digit', async () => {
    const { items, count } = await list();
    expect(items.map(({ eventId }) => eventId)).toEqual([id(5), id(4), id(3), id(2), id(1)]);
    expect(count).toEqual({ value: 5, capped: false });
    expect(items.at(-1)).toMatchObject({
      name: 'OrderPlaced',
      eventType: 'OrderPlacedV2',
      eventVersion: 2,
      payload: '{"total": 9007199254740993.10, "order_id": "order-8841"}',
      payloadCut: null,
      tenantId: 'acme',
    });
  });

  it.each([
    [{ type: 'OrderPlaced' }, [3, 1]],
    [{ type: 'OrderPlacedV3' }, [3]],
    [{ eventVersion: '2' }, [1]],
    [{ correlationId: 'c1' }, [5, 2, 1]],
    [{ aggregateType: 'Order', aggregateId: 'p1' }, [2]],
    [{ aggregateType: '~' }, []],
    [{ service: 'payment' }, [5, 2]],
    [{ traceId: 't 1' }, [1]],
    [{ tenant: 'globex' }, [3]],
    [{ from: '2026-01-01T00:00:00Z', to: '2026-01-03T00:00:00+00:00' }, [4]],
    [{ q: 'order-8841' }, [1]],
    [{ q: 'ORDER-' }, [3, 1]],
    [{ q: 'insufficient' }, [2]],
    [{ q: 'funds' }, [2]],
    [{ q: 'unds' }, []],
    [{ q: "o'brien" }, [2]],
    [{ q: '9007199254740993.1' }, [1]],
    [{ q: '9007199254740992' }, []],
    [{ q: 'İstanbul' }, [5]],
  ])('by %j', async (input, expected) => {
    expect(await ids(input)).toEqual(expected);
  });

  it('looks anywhere in payloads within a time range only', async () => {
    await expect(list({ q: 'unds', match: 'contains' })).rejects.toMatchObject({ code: 'invalid' });
    await expect(
      list({ q: 'unds', match: 'contains', from: '2020-01-01T00:00:00Z', to: '2026-12-01T00:00:00Z' }),
    ).rejects.toMatchObject({ code: 'invalid' });
    const range = { match: 'contains', from: '2026-01-20T00:00:00Z', to: '2026-02-10T00:00:00Z' };
    expect(await ids({ q: 'unds', ...range })).toEqual([2]);
    expect(await ids({ q: '50%', ...range })).toEqual([2]);
    expect(await ids({ q: '5_%', ...range })).toEqual([]);
    expect(await ids({ q: 'say "so"', ...range })).toEqual([5]);
    expect(await ids({ q: '"said": "say', ...range })).toEqual([5]);
    expect(await ids({ q: '\\', ...range })).toEqual([]);
  });

  it('finds what stands in a payload that is too large for its words to be kept', async () => {
    const large = `{"text": "${'0123456789abcdef '.repeat(80_000)}needle-77"}`;
    // Not compressible: it stays large where it is stored.
    const noise = Array.from({ length: 12_000 }, () => randomUUID()).join('');
    await append({
      id: id(6),
      type: 'Scanned',
      aggregate: 'large',
      payload: large.replace('needle', `${noise} needle`),
    });
    // By word it is passed over, and that is said; anywhere in its time it is found, and an export has it.
    expect(await list({ q: 'needle-77' })).toMatchObject({ items: [], passedOver: { value: 1, capped: false } });
    expect((await list({ q: 'needle-77' }, ofAcme)).passedOver.value).toBe(0);
    expect((await list({ q: 'needle-77', type: 'Noted' })).passedOver.value).toBe(0);
    expect((await list({})).passedOver.value).toBe(0);
    const around = { from: '2026-01-20T00:00:00Z', to: '2026-02-10T00:00:00Z' };
    expect(await ids({ q: 'needle-77', match: 'contains', ...around })).toEqual([6]);
    const response = await exportEvents(contextOf(), EventExportInput.parse({ format: 'csv', q: 'needle-77' }));
    expect(response.headers.get('X-Total-Count')).toBe('1');
    await response.body?.cancel();
    const [item] = (await list({ type: 'Scanned' })).items;
    expect(item?.payload).toBe('');
    expect(item?.payloadCut).toBeGreaterThan(65_536);
    const detail = EventDetail.parse(await getEvent(contextOf(), { eventId: id(6) }));
    expect(detail.payload).toHaveLength(1_048_576);
    expect(detail.payloadCut).toBeGreaterThan(1_048_576);
  });

  it('is paged by position, there and back', async () => {
    const first = await list({ correlationId: 'c1', limit: '2' });
    expect(first.items).toHaveLength(2);
    expect(first.previous).toBeNull();
    const second = await list({ correlationId: 'c1', limit: '2', cursor: first.next });
    expect(second.items.map(({ eventId }) => eventId)).toEqual([id(1)]);
    expect(second.next).toBeNull();
    const back = await list({ correlationId: 'c1', limit: '2', cursor: second.previous });
    expect(back.items).toEqual(first.items);
    await expect(list({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid' });
  });

  it('keeps to the tenants of the person; rows without one are for people of all', async () => {
    expect(await ids({}, ofAcme)).toEqual([5, 2, 1]);
    expect((await list({}, ofAcme)).count.value).toBe(3);
    expect(await ids({ tenant: 'globex' }, ofAcme)).toEqual([]);
    expect(await ids({ q: 'order' }, ofAcme)).toEqual([1]);
    expect(await ids({}, ADMIN_EVERYWHERE, 'globex')).toEqual([3]);
    // An event tells no saga type: a role for some types only reaches none.
    expect(await ids({}, personWith('support', { sagaTypes: ['order_fulfilment'] }))).toEqual([]);
  });
});

describe('an event', () => {
  it('has its cause and its effects, as far as they may be seen', async () => {
    const first = EventDetail.parse(await getEvent(contextOf(), { eventId: id(1) }));
    expect(first.effects.map(({ eventId }) => eventId)).toEqual([id(2), id(5)]);
    expect(first.cause).toBeNull();
    const second = EventDetail.parse(await getEvent(contextOf(ofAcme), { eventId: id(2) }));
    expect(second.cause).toMatchObject({ eventId: id(1), name: 'OrderPlaced' });
    expect((await getEvent(contextOf(), { eventId: id(3) })).cause?.eventId).toBe(id(1));
    const ofGlobex = contextOf(personWith('support', { tenants: ['globex'] }));
    expect((await getEvent(ofGlobex, { eventId: id(3) })).cause).toBeNull();
  });

  it('of another tenant is as unknown as none', async () => {
    await expect(getEvent(contextOf(ofAcme), { eventId: id(3) })).rejects.toMatchObject({ code: 'not_found' });
    await expect(getEvent(contextOf(ofAcme), { eventId: id(4) })).rejects.toMatchObject({ code: 'not_found' });
    await expect(getEvent(contextOf(), { eventId: randomUUID() })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('an export', () => {
  const read = async (input: Record<string, unknown>, actor?: Actor) => {
    const response = await exportEvents(contextOf(actor), EventExportInput.parse(input));
    return { text: await response.text(), total: response.headers.get('x-total-count') };
  };

  it('has every event of the set once, oldest first, to the last digit', async () => {
    const { text, total } = await read({ correlationId: 'c1' });
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(total).toBe('3');
    expect(lines.map(({ eventId }) => eventId)).toEqual([id(1), id(2), id(5)]);
    // Values, not text in a string: a program reads on without a second parser.
    expect(text.split('\n')[0]).toContain('"payload" : {"total": 9007199254740993.10, "order_id": "order-8841"}');
    expect(lines[0]?.metadata).toMatchObject({ trace_id: 't 1' });
  });

  it('as CSV runs nothing in a spreadsheet', async () => {
    const { text } = await read({ format: 'csv', type: 'Noted' });
    const [row] = parse(text, { columns: true }) as Record<string, string>[];
    expect(row).toMatchObject({ eventType: 'Noted', tenantId: '', payload: '{"text": "=1+1"}' });
    await append({ id: id(7), type: '=cmd', aggregate: '@sum' });
    const [formula] = parse((await read({ format: 'csv', type: '=cmd' })).text, { columns: true }) as {
      eventType: string;
    }[];
    expect(formula?.eventType).toBe("'=cmd");
  });

  it('is empty, with its head, where nothing matches; and keeps to the tenants of the person', async () => {
    expect((await read({ format: 'csv', type: 'Nothing' })).text.trimEnd().split('\r\n')).toHaveLength(1);
    expect(await read({ type: 'Nothing' })).toEqual({ text: '', total: '0' });
    expect((await read({}, ofAcme)).total).toBe('3');
  });

  it('goes over batches without a gap', async () => {
    await db.pool.query(
      `with written as (
         insert into event_store (aggregate_type, aggregate_id, version, event_type, payload)
         select 'Many', 'm', n, 'Counted', jsonb_build_object('n', n) from generate_series(1, 4500) n
         returning position, event_id, version, occurred_at)
       insert into sagascope.event_index (position, event_id, aggregate_type, aggregate_id, version, event_type, event_name,
         event_version, occurred_at) select position, event_id, 'Many', 'm', version, 'Counted', 'Counted', 1, occurred_at from written`,
    );
    const { text, total } = await read({ type: 'Counted' });
    const versions = text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { version: string }).version);
    expect(total).toBe('4500');
    expect(versions).toEqual(Array.from({ length: 4_500 }, (_, n) => String(n + 1)));
  });
});

it('offers names, types and services of the newest events that the person may see', async () => {
  const facets = EventFacets.parse(await getEventFacets(contextOf(ofAcme)));
  expect(facets).toEqual({
    names: ['OrderPlaced', 'PaymentDeclined', 'PaymentVoided'],
    aggregateTypes: ['Order'],
    services: ['order', 'payment'],
    versions: [1, 2],
    tenants: ['acme'],
    lookedAt: 3,
  });
});
