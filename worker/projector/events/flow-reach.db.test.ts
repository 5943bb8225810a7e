import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Flow, FlowInput } from '@/core/contract/flows';
import { contextOf, personWith } from '@/server/auth/test-actors';
import { servedDatabase } from '@/server/db/served-database';
import { type TestDatabase } from '@/server/db/test-database';
import { Problem } from '@/server/http/problem';
import { insertSagas } from '@/server/sagas/saga-row.fixture';
import { type FlowFixture, insertFlow } from './flow.fixture';
import { getFlow } from '@/server/flows/get-flow';

let db: TestDatabase;
beforeAll(async () => {
  db = await servedDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  await db.pool.query(
    'TRUNCATE sagascope.event_index, sagascope.flow, sagascope.flow_service, sagascope.flow_group, sagascope.flow_event, sagascope.saga',
  );
});

const write = (events: readonly FlowFixture[]) => insertFlow(db.pool, events);
const read = async (input: Record<string, string>, ctx = contextOf()) =>
  Flow.parse((await getFlow(ctx, FlowInput.parse({ correlationId: 'order-1', ...input }))).flow);
const ORDER = 'order-1';

const chain = (length: number): FlowFixture[] =>
  Array.from({ length }, (_, n) => ({
    correlation: ORDER,
    name: `Step${n}`,
    service: `service-${n % 3}`,
    ...(n === 0 ? {} : { cause: n - 1 }),
  }));

describe('whose flow it is', () => {
  beforeEach(() =>
    write([
      { correlation: ORDER, name: 'SecretPlaced', service: 'hidden', tenant: 'acme' },
      { correlation: ORDER, name: 'OrderPlaced', service: 'orders', tenant: 'globex', cause: 0 },
    ]),
  );
  const globex = contextOf(personWith('viewer', { tenants: ['globex'] }));

  it('a parent in another tenant is a ghost, and nothing of it leaks', async () => {
    const { flow, text } = await getFlow(globex, FlowInput.parse({ correlationId: ORDER, format: 'mermaid' }));
    expect(flow.nodes.map(({ kind, label }) => [kind, label])).toEqual([
      ['ghost', 'Missing event'],
      ['event', 'OrderPlaced'],
    ]);
    expect(flow.otherTenants).toEqual([]);
    expect(flow.total).toBe(1);
    expect(JSON.stringify(flow) + String(text)).not.toMatch(/Secret|hidden|acme/);
  });

  it('a parent in another flow is shown to who may see it, with its flow and tenant', async () => {
    await db.pool.query(`UPDATE sagascope.event_index SET correlation_id = 'cart-7' WHERE tenant_id = 'acme'`);
    const flow = await read({ tenant: 'globex' });
    expect(flow.nodes[0]).toMatchObject({
      kind: 'ghost',
      label: 'SecretPlaced',
      detail: 'in another flow',
      found: { flow: 'cart-7', tenantId: 'acme' },
    });
    // Who looks at one tenant only sees no other.
    const chosen = await read({}, { ...contextOf(), tenant: 'globex' });
    expect(chosen.nodes[0]).toMatchObject({ kind: 'ghost', label: 'Missing event', found: null });
    await db.pool.query(`UPDATE sagascope.event_index SET correlation_id = NULL WHERE tenant_id = 'acme'`);
    expect((await read({ tenant: 'globex' })).nodes[0]).toMatchObject({
      detail: 'in no flow',
      found: { flow: null, tenantId: 'acme' },
    });
  });

  it('another tenant’s flow is not found, also when it is asked for by name', async () => {
    const initech = contextOf(personWith('viewer', { tenants: ['initech'] }));
    for (const [ctx, tenant] of [
      [initech, undefined],
      [globex, 'acme'],
    ] as const) {
      const asked = getFlow(ctx, FlowInput.parse({ correlationId: ORDER, tenant }));
      await expect(asked).rejects.toThrow(Problem);
      await expect(asked).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  it('who sees all tenants is told that there are two, and chooses', async () => {
    expect(await read({})).toMatchObject({ tenantId: 'acme', otherTenants: ['globex'], total: 1 });
    expect(await read({ tenant: 'globex' })).toMatchObject({ tenantId: 'globex', otherTenants: ['acme'], total: 1 });
  });

  it('counts the tenants that it does not name, and opens the flow of each', async () => {
    await write(
      Array.from({ length: 25 }, (_, n) => ({ correlation: 'shared', name: 'Noted', service: 's', tenant: `t${n}` })),
    );
    const correlationId = 'shared';
    const first = await read({ correlationId });
    expect(first).toMatchObject({ tenantId: 't0', otherTenantTotal: 24 });
    expect(first.otherTenants).toEqual(Array.from({ length: 20 }, (_, n) => `t${n + 1}`));
    const last = await read({ correlationId, tenant: 't24' });
    expect(last).toMatchObject({ tenantId: 't24', total: 1, otherTenantTotal: 24 });
    expect(last.otherTenants[0]).toBe('t0');
    await expect(read({ correlationId, tenant: 't25' })).rejects.toThrow('No event and no saga of the tenant t25');
  });

  it('a grant for some saga types only reaches no flow', async () => {
    const ctx = contextOf(personWith('viewer', { sagaTypes: ['order_fulfilment'] }));
    await expect(read({}, ctx)).rejects.toMatchObject({ code: 'not_found' });
  });
});

const commandsOf = (flow: Flow) =>
  flow.nodes.flatMap(({ label, detail, service, command }) =>
    command === null ? [] : [[label, detail, service, command]],
  );

describe('sagas in a flow', () => {
  it('stand among the events, and alone where there is none', async () => {
    const [sagaId = ''] = await insertSagas(db.pool, [
      { correlation_id: ORDER, business_key: 'order-8841', status: 'FAILED' },
    ]);
    const alone = await read({});
    expect(alone.sagas).toMatchObject([{ sagaId, businessKey: 'order-8841' }]);
    expect(alone.nodes.length).toBeGreaterThan(0);
    expect(alone.nodes.every(({ kind }) => kind === 'step')).toBe(true);
    expect(alone).toMatchObject({ total: 0, strip: null, startedAt: null });
    await write([{ correlation: ORDER, name: 'OrderPlaced', service: 'orders' }]);
    const both = await read({});
    expect(both.nodes.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['event', 'step']));
    expect(both.sentence).toContain('Its saga order-8841 has failed.');
  });

  it('are those that its events name, too', async () => {
    const [sagaId = ''] = await insertSagas(db.pool, [{ business_key: 'order-8841' }]);
    await insertSagas(db.pool, [{ business_key: 'of another tenant', tenant_id: 'acme', correlation_id: 'other' }]);
    await write([
      { correlation: ORDER, name: 'OrderPlaced', service: 'orders' },
      { correlation: ORDER, name: 'StockReserved', service: 'stock', sagaId },
      { correlation: ORDER, name: 'StockCounted', service: 'stock', sagaId: 'no UUID' },
    ]);
    expect((await read({})).sagas).toMatchObject([{ sagaId, businessKey: 'order-8841' }]);
  });

  it('have commands where these are asked for: every attempt, forward and back', async () => {
    const [sagaId = ''] = await insertSagas(db.pool, [{ correlation_id: ORDER }]);
    const row = (status: string, phase: string, more: { code?: string; action?: string } = {}) =>
      db.pool.query(
        `INSERT INTO saga_log (saga_id, step_name, status, phase, error, compensating_action, service)
         VALUES ($1, 'a', $2, $3, $4, $5, 'stock')`,
        [sagaId, status, phase, more.code === undefined ? null : { code: more.code }, more.action ?? null],
      );
    await row('PENDING', 'ACTION');
    await row('FAILED', 'ACTION', { code: 'BUSY' });
    await row('PENDING', 'ACTION');
    await row('SUCCESS', 'ACTION');
    await row('PENDING', 'COMPENSATION', { action: 'undo_a' });
    const flow = await read({ commands: '1' });
    expect(commandsOf(flow)).toEqual([
      ['a', 'command 1, BUSY', 'stock', 'a'],
      ['a', 'command 2, done', 'stock', 'a'],
      ['undo_a', 'command 1, no outcome yet', 'stock', 'a'],
    ]);
    expect(flow.commands).toEqual({ shown: 3, total: 3 });
    expect(commandsOf(await read({}))).toEqual([]);
    await db.pool.query(
      `INSERT INTO saga_log (saga_id, step_name, status, phase)
       SELECT $1, 'b', 'PENDING', 'ACTION' FROM generate_series(1, 40)`,
      [sagaId],
    );
    await write(chain(300));
    const full = await read({ commands: '1' });
    expect(full.nodes.length).toBeLessThanOrEqual(120);
    expect(full.commands).toEqual({ shown: 24, total: 43 });
    const hidden = contextOf(personWith('viewer', { tenants: ['globex'] }));
    await expect(read({ commands: '1' }, hidden)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are of one tenant where no event says which, and more than are counted are told of', async () => {
    const at = (n: number) => `2026-01-01T00:00:${String(n).padStart(2, '0')}Z`;
    await insertSagas(
      db.pool,
      Array.from({ length: 12 }, (_, n) => ({
        correlation_id: ORDER,
        tenant_id: n % 2 === 0 ? 'acme' : 'globex',
        started_at: at(n),
      })),
    );
    const flow = await read({});
    expect(flow).toMatchObject({ tenantId: 'acme', moreSagas: true, steps: { shown: 5, total: 5 } });
    expect(flow.sagas).toHaveLength(5);
    await db.pool.query(`DELETE FROM sagascope.saga WHERE tenant_id = 'acme' AND started_at = $1`, [at(0)]);
    expect(await read({ tenant: 'acme' })).toMatchObject({ moreSagas: false, steps: { shown: 5, total: 5 } });
  });

  it('of another tenant do not', async () => {
    await insertSagas(db.pool, [{ correlation_id: ORDER, tenant_id: 'acme', business_key: 'hidden' }]);
    await expect(read({}, contextOf(personWith('viewer', { tenants: ['globex'] })))).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
