import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SearchInput, SearchResult } from '@/core/contract/search';
import { eventKeys, sagaKeys, type SearchKey } from '@/core/search/keys';
import type { Actor } from '@/server/auth/actor';
import { ADMIN_EVERYWHERE, contextOf, personWith } from '@/server/auth/test-actors';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { insertSagas, type SagaRowFixture } from '@/server/sagas/saga-row.fixture';
import { uuidRange } from './event-hits';
import { search } from './search';

let db: TestDatabase;
beforeAll(async () => {
  db = await servedDatabase();
});
afterAll(() => db.drop());
beforeEach(() => db.pool.query('truncate sagascope.saga, sagascope.search_key, sagascope.event_index'));

const find = async (q: string, actor: Actor = ADMIN_EVERYWHERE, tenant: string | null = null) =>
  SearchResult.parse(await search(contextOf(actor, tenant), SearchInput.parse({ q })));
/** Each hit as `kind id | match`. */
const hits = async (...asked: Parameters<typeof find>) =>
  (await find(...asked)).groups.flatMap(({ kind, items }) => items.map(({ id, match }) => `${kind} ${id} | ${match}`));

const keep = (keys: readonly SearchKey[], tenant = '') =>
  db.pool.query(
    `insert into sagascope.search_key (tenant_id, kind, value, target_type, target, field)
     select $2, kind, value, "targetType", target, field from json_to_recordset($1::json)
       as r(kind text, value text, "targetType" text, target text, field text) on conflict do nothing`,
    [JSON.stringify(keys), tenant],
  );
async function saga(row: Partial<SagaRowFixture>, identifiers: { field: string; value: string }[] = []) {
  const [id] = await insertSagas(db.pool, [row]);
  const sagaId = id ?? '';
  const { business_key: businessKey = null, correlation_id: correlationId = sagaId, trace_id: traceId = null } = row;
  await keep(sagaKeys({ sagaId, businessKey, correlationId, traceId }, identifiers), row.tenant_id);
  return sagaId;
}
const event = (
  values: Partial<Parameters<typeof eventKeys>[0]>,
  identifiers: { field: string; value: string }[] = [],
  tenant = '',
) =>
  keep(
    eventKeys({ aggregateType: 'Order', aggregateId: 'a', correlationId: null, traceId: null, ...values }, identifiers),
    tenant,
  );
const indexEvent = async (eventId: string, tenant = '') =>
  db.pool.query(
    `insert into sagascope.event_index (tenant_id, position, event_id, aggregate_type, aggregate_id, version, event_type,
       event_name, event_version, occurred_at) select $2, coalesce(max(position), 0) + 1, $1, 'Order', 'order-1', 1, 'E', 'E', 1, now()
     from sagascope.event_index`,
    [eventId, tenant],
  );

describe('search', () => {
  it('finds whatever a value belongs to, grouped by kind, and says what matched and where its page is', async () => {
    const id = await saga({ business_key: 'Order-8841', trace_id: 'abc' }, [{ field: 'email', value: 'jo@x.org' }]);
    await event({ aggregateId: 'order-8841', correlationId: 'flow 1', traceId: 'abc' }, [
      { field: 'email', value: 'Jo@x.org' },
    ]);
    await event({ aggregateId: 'order-8841' }, [{ field: 'email', value: 'jo@x.org' }]);
    expect((await find('ORDER-8841')).groups).toEqual([
      {
        kind: 'saga',
        more: false,
        items: [
          {
            id,
            label: 'Order-8841',
            match: 'business key order-8841',
            exact: true,
            detail: 'order_fulfilment',
            status: 'RUNNING',
            at: expect.any(String),
            href: `/sagas/${id}`,
          },
        ],
      },
      {
        kind: 'stream',
        more: false,
        items: [
          {
            id: 'order-8841',
            label: 'order-8841',
            match: 'aggregate id order-8841',
            exact: true,
            detail: 'Order',
            href: '/events/streams/Order/order-8841',
          },
        ],
      },
    ]);
    expect(await hits('8841')).toEqual([
      `saga ${id} | ends with the number 8841`,
      'stream order-8841 | ends with the number 8841',
    ]);
    expect(await hits('jo@')).toEqual([
      `saga ${id} | email begins with jo@`,
      'stream order-8841 | email begins with jo@',
      'value Jo@x.org | email begins with jo@',
    ]);
    expect(await hits('abc')).toEqual([`saga ${id} | trace id abc`, 'trace abc | trace id']);
    expect((await find('flow')).groups[0]?.items[0]).toMatchObject({ exact: false, href: '/flows/flow%201' });
    expect(await find('nothing at all')).toEqual({
      groups: [],
      searched: ['saga', 'event', 'stream', 'flow', 'trace', 'value'],
    });
  });

  it('finds events by the beginning of their id, with or without dashes', async () => {
    const id = '7f3c9a3e-0000-4000-8000-00000000000a';
    await indexEvent(id);
    await indexEvent('8f3c9a3e-0000-4000-8000-00000000000a');
    for (const q of [id, id.toUpperCase(), '7f3c', '7f3c9a3e-00', id.replaceAll('-', '')]) {
      expect((await find(q)).groups, q).toMatchObject([{ kind: 'event', items: [{ id, href: `/events/${id}` }] }]);
    }
    for (const q of ['7f3', '7f3c-9a3e', '7f3g']) expect((await find(q)).groups, q).toEqual([]);
  });

  it('puts whole values before those that they begin, and the sagas that changed last first', async () => {
    const old = await saga({ business_key: 'order-8', updated_at: '2026-01-01T00:00:00Z' });
    const recent = await saga({ business_key: 'order-8', updated_at: '2026-01-03T00:00:00Z' });
    const longer = await saga({ business_key: 'order-88', updated_at: '2026-01-04T00:00:00Z' });
    const ids = (await find('order-8')).groups[0]?.items.map((item) => item.id);
    expect(ids).toEqual([recent, old, longer]);
  });

  it('lists twenty of a kind and says when there are more', async () => {
    for (let n = 10; n < 31; n += 1) await event({ aggregateId: `cart-${n}` });
    const [group] = (await find('cart')).groups;
    expect(group?.items).toHaveLength(20);
    expect(group?.more).toBe(true);
    expect((await find('cart-1')).groups[0]?.more).toBe(false);
  });

  it('puts the stream of an id before all those whose events name it', async () => {
    for (let n = 0; n < 100; n += 1) {
      await event({ aggregateType: 'Stock', aggregateId: `sku-${n}x` }, [{ field: 'order_id', value: 'order-77' }]);
    }
    await event({ aggregateType: 'Order', aggregateId: 'order-77' });
    await event({ aggregateType: 'Zone', aggregateId: '77' });
    const streams = async (q: string) => (await find(q)).groups.find(({ kind }) => kind === 'stream')?.items ?? [];
    expect((await streams('order-77'))[0]).toMatchObject({ label: 'order-77', detail: 'Order' });
    expect((await streams('77')).map(({ detail }) => detail)).toEqual(['Zone', 'Order']);
  });

  it('does not find a saga by a business key that it had', async () => {
    const id = await saga({ business_key: 'order-new' });
    await keep(sagaKeys({ sagaId: id, businessKey: 'order-old-7', correlationId: id, traceId: null }, []));
    expect(await hits('order-')).toEqual([`saga ${id} | business key begins with order-`]);
    expect(await hits('7')).toEqual([]);
  });

  it.each([`'; drop table sagascope.saga; --`, '%', '_', '\\', '<img src=x>', '\u{10ffff}', '😀', '$1', 'ß'])(
    'reads %s as text',
    async (text) => {
      await event({ aggregateId: text });
      expect((await find(text)).groups[0]?.items.map(({ id }) => id)).toEqual([text]);
    },
  );
});

describe('search keeps to what one may see', () => {
  beforeEach(async () => {
    for (const tenant of ['north', 'south', '']) {
      await saga({ tenant_id: tenant, saga_type: tenant === 'north' ? 'order' : 'refund', business_key: 'key-1' });
      await event({ aggregateId: 'key-1', correlationId: `key-${tenant}`, traceId: 'key-t' }, [], tenant);
      await indexEvent(`aaaaaaaa-0000-4000-8000-${randomUUID().slice(-12)}`, tenant);
    }
  });
  const seen = async (actor: Actor, tenant: string | null = null) =>
    Object.fromEntries(
      [...(await find('key-', actor, tenant)).groups, ...(await find('aaaa', actor, tenant)).groups].map(
        ({ kind, items }) => [kind, items.length],
      ),
    );

  it.each([
    ['all of it', ADMIN_EVERYWHERE, null, { saga: 3, stream: 1, flow: 3, trace: 3, event: 3 }],
    ['one tenant chosen', ADMIN_EVERYWHERE, 'north', { saga: 1, stream: 1, flow: 1, trace: 1, event: 1 }],
    [
      'one tenant',
      personWith('support', { tenants: ['south'] }),
      null,
      { saga: 1, stream: 1, flow: 1, trace: 1, event: 1 },
    ],
    ['another tenant', personWith('support', { tenants: ['west'] }), null, {}],
    ['one tenant, while another is chosen', personWith('support', { tenants: ['south'] }), 'north', {}],
    ['the sagas of a type', personWith('support', { sagaTypes: ['refund'] }), null, { saga: 2 }],
    ['no tenant at all', personWith('support', { tenants: [''] }), null, {}],
    [
      'a type everywhere and a tenant',
      {
        ...ADMIN_EVERYWHERE,
        grants: [
          ...personWith('support', { sagaTypes: ['refund'] }).grants,
          ...personWith('viewer', { tenants: ['north'] }).grants,
        ],
      },
      null,
      { saga: 3, stream: 1, flow: 1, trace: 1, event: 1 },
    ],
  ])('%s', async (_, actor, tenant, expected) => {
    expect(await seen(actor, tenant)).toEqual(expected);
  });
});

it('takes the beginning of a UUID as a stretch of UUIDs', () => {
  expect(uuidRange('7f3c')).toEqual({
    from: '7f3c0000-0000-0000-0000-000000000000',
    to: '7f3cffff-ffff-ffff-ffff-ffffffffffff',
  });
  expect(uuidRange('zz')).toBeNull();
  expect(uuidRange('0'.repeat(33))).toBeNull();
});
