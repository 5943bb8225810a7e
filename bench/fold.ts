import { SagaDefinition, type DefinitionVersion } from '@/core/definition/definition';
import { fold } from '@/core/saga/fold';
import type { SagaRow } from '@/core/saga/row';
import { DEFINITION } from '@/demo/definition';
import { ms, quantile, type Table } from './table';

const MANY = 100_000;
const ROUNDS = 9;
const SMALL_TIMES = 2_000;
const STEPS = ['reserve_inventory', 'authorize_payment', 'create_shipment', 'confirm_order', 'notify_customer'];

/** The fold itself: one saga of very many rows, and an ordinary one, beside a mere pass over the rows. */
export async function foldRows(): Promise<Table> {
  const { orchestrator: _, ...body } = SagaDefinition.parse(DEFINITION);
  const definition: DefinitionVersion = { type: body.saga, version: 1, source: 'declared', inForceFrom: 0, body };
  const many = rowsOf(MANY);
  const small = rowsOf(STEPS.length * 2);
  const times: Record<'passMany' | 'foldMany' | 'passSmall' | 'foldSmall', number[]> = {
    passMany: [],
    foldMany: [],
    passSmall: [],
    foldSmall: [],
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    measure(times.passMany, 1, () => pass(many));
    measure(times.foldMany, 1, () => fold(many, definition, [], []));
    measure(times.passSmall, SMALL_TIMES, () => pass(small));
    measure(times.foldSmall, SMALL_TIMES, () => fold(small, definition, [], []));
  }
  const large = MANY.toLocaleString('en');
  return {
    title: 'fold: rows to a saga',
    head: ['time', 'middle', 'slowest', 'µs a row', 'to anchor'],
    rows: [
      row(`anchor: a pass over ${large} rows`, times.passMany, times.passMany, MANY),
      row(`fold of one saga of ${large} rows`, times.foldMany, times.passMany, MANY),
      row(`anchor: a pass over ${small.length} rows`, times.passSmall, times.passSmall, small.length),
      row(`fold of a saga of ${small.length} rows`, times.foldSmall, times.passSmall, small.length),
    ],
    note: `${ROUNDS} rounds, alternating; a pass counts the statuses of each step in a map.`,
  };
}

function measure(into: number[], repeat: number, work: () => unknown): void {
  const start = performance.now();
  for (let n = 0; n < repeat; n += 1) work();
  into.push((performance.now() - start) / repeat);
}

function row(name: string, samples: readonly number[], anchor: readonly number[], rows: number): string[] {
  const middle = quantile(samples, 0.5);
  const perRow = ((middle * 1_000) / rows).toFixed(2);
  return [name, words(middle), words(quantile(samples, 1)), perRow, `${(middle / quantile(anchor, 0.5)).toFixed(1)}x`];
}

const words = (time: number): string => (time < 1 ? `${(time * 1_000).toFixed(1)} µs` : `${ms(time)} ms`);

function pass(rows: readonly SagaRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { stepName, status } of rows) {
    const key = `${stepName} ${status}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Steps in turn, each started and done: after the first round they run again and again. */
const rowsOf = (count: number): SagaRow[] =>
  Array.from({ length: count }, (_, n) => ({
    id: BigInt(n + 1),
    sagaId: '0198c0de-0000-7000-8000-000000000001',
    stepName: STEPS[Math.floor(n / 2) % STEPS.length] ?? 'reserve_inventory',
    status: n % 2 === 0 ? 'PENDING' : 'SUCCESS',
    createdAt: n * 1_000,
    seenAt: n * 1_000,
    sagaType: 'order_fulfilment',
    phase: 'ACTION',
    attempt: null,
    error: null,
    context: n === 0 ? '{"order_id": "order-1"}' : null,
    compensatingAction: null,
    compensationId: null,
    sagaVersion: 1,
    correlationId: null,
    traceId: null,
    tenantId: null,
    service: 'shop',
  }));
