import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SagaDetail } from '@/core/contract/sagas';
import { SagaDefinition } from '@/core/definition/definition';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { contextOf } from '@/server/auth/test-actors';
import { getSaga } from './get-saga';
import { SagaInput } from './saga-input';
import { getSagaDiagram, SagaDiagramInput } from './get-saga-diagram';

let db: TestDatabase;

beforeAll(async () => {
  db = await servedDatabase();
  const body = SagaDefinition.parse({
    saga: 'order_fulfilment',
    businessKey: '$.order_id',
    deadline: '10m',
    steps: [
      { name: 'reserve_inventory', service: 'inventory', compensation: 'release_inventory', timeout: '5s' },
      { name: 'create_shipment', service: 'shipping', compensation: 'cancel_shipment', timeout: '10s', attempts: 1 },
    ],
  });
  await db.pool.query(
    `insert into sagascope.definition (type, version, source, body, created_by, in_force_from) values ('order_fulfilment', 1, 'declared', $1, 'test', '2026-01-01Z')`,
    [JSON.stringify(body)],
  );
});
afterAll(() => db.drop());

const read = async (sagaId: string) => SagaDetail.parse(await getSaga(contextOf(), SagaInput.parse({ sagaId })));

async function append(sagaId: string, row: Record<string, unknown>) {
  const columns = ['saga_id', ...Object.keys(row)];
  await db.pool.query(
    `insert into saga_log (${columns.join(', ')}) values (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
    [sagaId, ...Object.values(row)],
  );
}

const TYPE = { saga_type: 'order_fulfilment' };

describe('a saga', () => {
  it('is told from its log, before the follower has seen a row', async () => {
    const id = randomUUID();
    await append(id, {
      ...TYPE,
      step_name: 'reserve_inventory',
      status: 'SUCCESS',
      context: '{"order_id":"order-8841","amount":9007199254740993}',
    });
    await append(id, {
      step_name: 'create_shipment',
      status: 'FAILED',
      error: '{"code":"CARRIER_TIMEOUT","retryable":false}',
    });
    const saga = await read(id);
    expect(saga).toMatchObject({
      sagaId: id,
      sagaType: 'order_fulfilment',
      status: 'FAILED',
      businessKey: 'order-8841',
      definition: { version: 1, source: 'declared' },
      outstanding: ['reserve_inventory'],
      logTotal: 2,
      contextCut: null,
      attention: null,
    });
    expect(saga.context).toContain('9007199254740993');
    expect(saga.log.map((row) => row.stepName)).toEqual(['reserve_inventory', 'create_shipment']);
    expect(saga.log[1]?.error).toContain('CARRIER_TIMEOUT');
    expect(saga.sentence).toContain('CARRIER_TIMEOUT');
    expect(saga.sentenceParts.map((part) => part.text).join('')).toBe(saga.sentence);
    expect(Date.parse(saga.deadlineAt ?? '') - Date.parse(saga.startedAt)).toBe(600_000);
    expect(saga.allowed.COMPENSATE_SAGA).not.toBe(true);
    expect(saga.steps.every((step) => step.allowed.COMPENSATE_STEP !== true)).toBe(true);
  });

  it('shows a reason of attention once it is due', async () => {
    const id = randomUUID();
    const past = { created_at: new Date(Date.now() - 120_000) };
    await append(id, { ...TYPE, ...past, step_name: 'reserve_inventory', status: 'SUCCESS' });
    await append(id, {
      ...past,
      step_name: 'create_shipment',
      status: 'FAILED',
      error: '{"code":"E","retryable":false}',
    });
    const saga = await read(id);
    expect(saga.attention?.reason).toBe('FAILED_UNCOMPENSATED');
    expect(saga.attentionAll[0]?.reason).toBe('FAILED_UNCOMPENSATED');
    expect(saga.suggestion?.action).toBe('COMPENSATE_SAGA');
  });

  it('carries the newest 500 rows and says how many there are', async () => {
    const id = randomUUID();
    await db.pool.query(
      `insert into saga_log (saga_id, step_name, status) select $1, 's' || n, 'SUCCESS' from generate_series(1, 700) n`,
      [id],
    );
    const saga = await read(id);
    expect(saga.logTotal).toBe(700);
    expect(saga.log).toHaveLength(500);
    expect(saga.log[0]?.stepName).toBe('s201');
    expect(saga.log.at(-1)?.stepName).toBe('s700');
    expect(saga.steps).toHaveLength(700);
  });

  it('cuts a context of 2 MB and gives its full length', async () => {
    const id = randomUUID();
    const context = JSON.stringify({ order_id: 'big', filler: 'x'.repeat(2_000_000) });
    await append(id, { ...TYPE, step_name: 'reserve_inventory', status: 'SUCCESS', context });
    const saga = await read(id);
    expect(saga.businessKey).toBe('big');
    expect(saga.context?.length).toBe(65_536);
    expect(saga.contextCut).toBeGreaterThan(2_000_000);
    expect(saga.log[0]).toMatchObject({ contextCut: saga.contextCut });
  });

  it('shows hostile text and ids beyond 2^53 as they are written', async () => {
    const id = randomUUID();
    const name = '<img src=x onerror=alert(1)> end; 中😀';
    await append(id, {
      id: '9223372036854775806',
      step_name: name,
      status: 'PENDING',
      attempt: 2147483647,
      created_at: '9999-12-31T23:59:59Z',
    });
    const saga = await read(id);
    expect(saga.lastLogId).toBe('9223372036854775806');
    expect(saga.log[0]).toMatchObject({ id: '9223372036854775806', stepName: name });
    expect(saga.steps[0]?.stepName).toBe(name);
    // A clock that runs ahead postpones nothing.
    expect(Date.parse(saga.updatedAt)).toBeLessThan(Date.now() + 60_000);
  });

  it('that is not in the log is not found, and what is no id is refused', async () => {
    await expect(read(randomUUID())).rejects.toMatchObject({ code: 'not_found' });
    expect(SagaInput.safeParse({ sagaId: "'; drop table saga_log" }).success).toBe(false);
  });

  it('takes an id in capitals for the same saga', async () => {
    const id = randomUUID();
    await append(id, { step_name: 'a', status: 'PENDING' });
    expect((await read(id.toUpperCase())).sagaId).toBe(id);
  });

  it('has a diagram of its own', async () => {
    const id = randomUUID();
    await append(id, { ...TYPE, step_name: 'reserve_inventory', status: 'PENDING' });
    const diagram = await getSagaDiagram(contextOf(), SagaDiagramInput.parse({ sagaId: id }));
    expect(diagram.nodes.some((node) => node.stepName === 'reserve_inventory' && node.current)).toBe(true);
    expect(diagram.mermaid.length).toBeGreaterThan(20);
  });
});
