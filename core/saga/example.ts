import { type DefinitionVersion, SagaDefinition } from '../definition/definition';
import type { SagaRow } from './row';

/** Words of {@link exampleLog}: the six events, written with their phase, and the statuses, written without one. */
const WORDS: Record<string, Pick<SagaRow, 'status' | 'phase'>> = {
  started: { status: 'PENDING', phase: 'ACTION' },
  done: { status: 'SUCCESS', phase: 'ACTION' },
  failed: { status: 'FAILED', phase: 'ACTION' },
  undoing: { status: 'PENDING', phase: 'COMPENSATION' },
  undone: { status: 'COMPENSATED', phase: null },
  undo_failed: { status: 'FAILED', phase: 'COMPENSATION' },
};

/** A row of an example saga: row n is written at second n, and seen at once. */
export const exampleRow = (id: number, stepName: string, word: string, more: Partial<SagaRow> = {}): SagaRow => ({
  id: BigInt(id),
  sagaId: '0198c0de-0000-7000-8000-000000000001',
  stepName,
  ...(WORDS[word] ?? { status: word, phase: null }),
  createdAt: id * 1000,
  seenAt: id * 1000,
  sagaType: null,
  attempt: null,
  error: null,
  context: null,
  compensatingAction: null,
  compensationId: null,
  sagaVersion: null,
  correlationId: null,
  traceId: null,
  tenantId: null,
  service: null,
  ...more,
});

/** `reserve.started reserve.done pay.FAILED`: rows 1, 2, 3. `more` adds to a row by its id. */
export const exampleLog = (text: string, more: Record<number, Partial<SagaRow>> = {}): SagaRow[] =>
  text
    .split(/\s+/u)
    .filter((word) => word !== '')
    .map((word, index) => {
      const dot = word.lastIndexOf('.');
      return exampleRow(index + 1, word.slice(0, dot), word.slice(dot + 1), more[index + 1]);
    });

/** A definition version from its steps: `{ name: 'reserve' }` and whatever else a definition may say. */
export const exampleDefinition = (
  steps: readonly Record<string, unknown>[],
  more: Record<string, unknown> = {},
  version: Partial<DefinitionVersion> = {},
): DefinitionVersion => ({
  type: 'order',
  version: 1,
  source: 'declared',
  inForceFrom: 0,
  body: SagaDefinition.parse({ saga: 'order', steps, ...more }),
  ...version,
});
