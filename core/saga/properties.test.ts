import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { DefinitionVersion } from '../definition/definition';
import { newCourse, takeRow } from './course';
import { exampleDefinition, exampleRow } from './example';
import { fold, readCourse } from './fold';
import type { SagaRow } from './row';
import type { Saga, SagaStatus, Settlement, Step } from './saga';

// Generated logs take as long as the machine lets them.
vi.setConfig({ testTimeout: 60_000 });

const DEFINITIONS: (DefinitionVersion | null)[] = [
  null,
  exampleDefinition([{ name: 'a' }, { name: 'b' }, { name: 'c' }]),
  exampleDefinition([{ name: 'a' }, { name: 'b', kind: 'pivot' }, { name: 'c', kind: 'retriable' }]),
  exampleDefinition([
    { name: 'a' },
    { name: 'b', oneOf: 'way' },
    { name: 'c', oneOf: 'way' },
    { name: 'ship', repeat: true },
  ]),
  exampleDefinition([{ name: 'a' }, { name: 'b', after: ['a'] }, { name: 'c', after: ['a'], optional: true }]),
  exampleDefinition([
    { name: 'a', kind: 'none' },
    { name: 'ship', repeat: true, oneOf: 'x' },
    { name: 'b', oneOf: 'x' },
  ]),
  exampleDefinition([{ name: 'a' }, { name: 'b' }], { ends: ['b'] }, { source: 'discovered' }),
  exampleDefinition([{ name: 'a' }, { name: 'b' }, { name: 'c' }], { onCompensationFailure: 'continue' }),
];

const word = fc.constantFrom(
  'started',
  'done',
  'failed',
  'undoing',
  'undone',
  'undo_failed',
  'PENDING',
  'SUCCESS',
  'FAILED',
  'WAITING',
);
const stepName = fc.constantFrom('a', 'b', 'c', 'ship#1', 'ship#2');
const more = fc.record({
  attempt: fc.option(fc.integer({ min: 1, max: 4 })),
  compensationId: fc.option(fc.constantFrom('A', 'B')),
  error: fc.option(
    fc.record({
      code: fc.constant('E'),
      message: fc.constant(null),
      category: fc.constantFrom('business', 'infrastructure'),
      retryable: fc.option(fc.boolean()),
      level: fc.constant(null),
      tags: fc.constant<string[]>([]),
    }),
  ),
});
const log = fc
  .array(fc.tuple(stepName, word, more, fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 16 })
  .map((parts) => {
    let id = 0;
    return parts.map(([name, text, columns, gap]) => exampleRow((id += gap), name, text, columns));
  });
const definition = fc.constantFrom(...DEFINITIONS);
const settlements: fc.Arbitrary<Settlement[]> = fc.array(
  fc.record({
    stepName: fc.option(stepName),
    upToLogId: fc.bigInt({ min: 0n, max: 60n }),
    at: fc.constant(0),
    by: fc.constant('ada'),
    reason: fc.constant('settled by phone'),
  }),
  { maxLength: 2 },
);

const holds = (check: (rows: SagaRow[], version: DefinitionVersion | null, settled: Settlement[]) => void): void =>
  fc.assert(fc.property(log, definition, settlements, check), { numRuns: 200 });

describe('folding', () => {
  it('in one go equals folding in any split, looking in between', () => {
    fc.assert(
      fc.property(log, definition, settlements, fc.func(fc.boolean()), (rows, version, settled, looks) => {
        const course = newCourse(version);
        for (const row of rows) {
          takeRow(course, row);
          if (looks(row.id.toString())) readCourse(course, settled, []);
        }
        expect(readCourse(course, settled, [])).toEqual(fold(rows, version, settled, []));
      }),
      { numRuns: 200 },
    );
  });

  it('does not depend on the order in which rows arrive, nor on a row that arrives twice', () => {
    fc.assert(
      fc.property(log, definition, fc.infiniteStream(fc.nat()), (rows, version, keys) => {
        const shuffled = [...rows, ...rows.slice(0, 3)]
          .map((row) => ({ row, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ row }) => row);
        expect(fold(shuffled, version, [], [])).toEqual(fold(rows, version, [], []));
      }),
      { numRuns: 200 },
    );
  });

  it('loses no row', () => {
    holds((rows, version, settled) => {
      const saga = fold(rows, version, settled, []);
      expect(saga.rowCount).toBe(rows.length);
      expect(saga.lastLogId).toBe(rows.at(-1)?.id);
      const lost = saga.steps.filter((step) => {
        const own = rows.filter(({ stepName }) => stepName === step.name);
        const ids = new Set(own.map(({ id }) => id));
        const unknown = own.filter(({ status }) => status === 'WAITING').length;
        const said = saga.anomalies.filter(({ kind, stepName }) => kind === 'unknown_status' && stepName === step.name);
        const accounted =
          step.lastRowId === (own.at(-1)?.id ?? null) &&
          said.length === unknown &&
          (step.state === null) === (own.length === unknown) &&
          step.attemptList.every(({ firstLogId, lastLogId }) => ids.has(firstLogId) && ids.has(lastLogId));
        return !accounted;
      });
      expect(lost).toEqual([]);
      const named = new Set(saga.steps.map(({ name }) => name));
      expect(rows.every(({ stepName }) => named.has(stepName))).toBe(true);
    });
  });

  it('counts what a look at all steps finds', () => {
    holds((rows, version) => {
      const saga = fold(rows, version, [], []);
      expect(saga.status).toBe(statusByLooking(saga, version, rows));
      expect(saga.goingBack).toBe(!saga.pivotInEffect && demanded(saga, version).some(isBack));
      expect(saga.pivotInEffect).toBe(saga.steps.some(({ kind, inEffect }) => kind === 'pivot' && inEffect));
    });
  });

  it('finds an undo out of order where a look at all steps does', () => {
    holds((rows, version) => {
      const found = fold(rows, version, [], []).anomalies.filter(({ kind }) => kind === 'out_of_order_compensation');
      expect(found.map(({ logId }) => logId)).toEqual(outOfOrderByLooking(rows, version));
    });
  });

  it('notes the first time in a status', () => {
    holds((rows, version) => {
      const saga = fold(rows, version, [], []);
      const first = (matches: (saga: Saga) => boolean): number | null => {
        const index = rows.findIndex((_, index) => matches(fold(rows.slice(0, index + 1), version, [], [])));
        return rows[index]?.createdAt ?? null;
      };
      expect(saga.firstCompletedAt).toBe(first(({ status }) => status === 'COMPLETED'));
      expect(saga.firstCompensatedAt).toBe(first(({ status }) => status === 'COMPENSATED'));
    });
  });

  it('a saga settled to its last row raises nothing and owes nothing', () => {
    holds((rows, version) => {
      const upToLogId = rows.at(-1)?.id ?? 0n;
      const word = { stepName: null, upToLogId, at: 0, by: 'ada', reason: 'settled by phone' };
      const saga = fold(rows, version, [word], []);
      expect(saga.attention).toEqual([]);
      expect([...saga.outstanding, ...saga.inDoubt]).toEqual([]);
      expect(saga.status).toBe(fold(rows, version, [], []).status);
    });
  });

  it('keeps attention worst first', () => {
    const order = ['COMPENSATION_FAILED', 'ANOMALY', 'FAILED_UNCOMPENSATED', 'FAILED_AFTER_PIVOT', 'STUCK'];
    holds((rows, version, settled) => {
      const ranks = fold(rows, version, settled, []).attention.map(({ reason }) => order.indexOf(reason));
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
      expect(ranks).not.toContain(-1);
    });
  });
});

const isBack = ({ state }: Step): boolean => state !== null && state !== 'pending' && state !== 'succeeded';
const declarationOf = (version: DefinitionVersion | null, name: string) =>
  version?.body.steps.find((step) => step.name === name || (step.repeat && name.startsWith(`${step.name}#`)));

/** The required steps whose fate decides the saga: all but those whose alternative has been taken. */
function demanded(saga: Saga, version: DefinitionVersion | null): Step[] {
  return saga.steps.filter((step) => {
    const declaration = declarationOf(version, step.name);
    if (!declaration?.oneOf) return step.required;
    return !saga.steps.some((other) => {
      const alternative = declarationOf(version, other.name);
      if (alternative === declaration || alternative?.oneOf !== declaration.oneOf) return false;
      return other.inEffect || other.state === 'pending';
    });
  });
}

function statusByLooking(saga: Saga, version: DefinitionVersion | null, rows: SagaRow[]): SagaStatus {
  const { steps } = saga;
  const some = (...states: (Step['state'] | 'suspended')[]) =>
    steps.some(({ state, suspended }) => states.includes(state) || (suspended && states.includes('suspended')));
  const isMet = (names: (name: string) => boolean): boolean => {
    const ran = steps.filter(({ name, state }) => names(name) && state !== null);
    return ran.length > 0 && ran.every(({ inEffect, state }) => inEffect && state !== 'failed');
  };
  const declared = version?.body.steps ?? [];
  const isDeclared = (one: (typeof declared)[number]) => isMet((name) => declarationOf(version, name) === one);
  const complete = declared
    .filter(({ optional }) => !optional)
    .every((one) =>
      declared.some((other) => (other === one || (one.oneOf && other.oneOf === one.oneOf)) && isDeclared(other)),
    );
  const foreign = steps.filter(({ name, state }) => !declarationOf(version, name) && state !== null);
  const lastDone = rows.findLast(({ status, phase }) => status === 'SUCCESS' && phase !== 'COMPENSATION')?.stepName;
  const ends = version?.body.ends;
  if (
    version &&
    complete &&
    foreign.every(({ name }) => isMet((other) => other === name)) &&
    !some('compensating', 'compensation_failed', 'suspended') &&
    (!ends || (lastDone !== undefined && ends.includes(lastDone)))
  ) {
    return 'COMPLETED';
  }
  const owed = steps.some(({ inEffect, kind }) => inEffect && (kind === 'compensatable' || kind === 'pivot'));
  if (some('compensated') && !some('pending', 'compensating', 'compensation_failed') && !owed) return 'COMPENSATED';
  if (some('compensating', 'compensated', 'compensation_failed', 'suspended')) return 'COMPENSATING';
  const final = demanded(saga, version).some(
    ({ state, error, attempts }) => state === 'failed' && (error?.retryable !== true || attempts >= 3),
  );
  return final ? 'FAILED' : 'RUNNING';
}

/** Quadratic and plain: at every undo, is there a later effect that stands and is not being undone? */
function outOfOrderByLooking(rows: SagaRow[], version: DefinitionVersion | null): bigint[] {
  return rows.flatMap((row, index) => {
    if (index === 0) return [];
    const before = fold(rows.slice(0, index), version, [], []);
    const after = fold(rows.slice(0, index + 1), version, [], []);
    const step = before.steps.find(({ name }) => name === row.stepName);
    const now = after.steps.find(({ name }) => name === row.stepName);
    if (!step?.inEffect || now?.inEffect !== false) return [];
    const succeeded = runOf(rows.slice(0, index), row.stepName, version).effect;
    const later = before.steps.some(({ name, kind, state, inEffect }) => {
      if (name === row.stepName || !inEffect || (kind !== 'compensatable' && kind !== 'pivot')) return false;
      if (state === 'compensating') return false;
      if (state === 'compensation_failed' && version?.body.onCompensationFailure === 'continue') return false;
      return runOf(rows.slice(0, index), name, version).start > succeeded;
    });
    return later ? [row.id] : [];
  });
}

/** The ids at which a step's present run began, and at which it came into effect. */
function runOf(rows: SagaRow[], name: string, version: DefinitionVersion | null): { start: bigint; effect: bigint } {
  let start = -1n;
  let effect = -1n;
  let known: Step | undefined;
  for (const [index, row] of rows.entries()) {
    if (row.stepName !== name) continue;
    const step = fold(rows.slice(0, index + 1), version, [], []).steps.find((one) => one.name === name);
    const undone = step?.lastUndoneId === row.id;
    const acted = [step?.lastStartedId, step?.lastDoneId, step?.lastFailedId].includes(row.id);
    const stays = step?.state === known?.state && step?.attemptList.length === known?.attemptList.length;
    if (undone) start = effect = -1n;
    else if (acted) {
      if (start === -1n && !(stays && isHolding(known, row))) start = row.id;
      if (!known?.inEffect && step?.inEffect) effect = row.id;
    }
    known = step;
  }
  return { start, effect };
}

/** The cells of the table where an action row leaves the step as it is. */
const isHolding = (step: Step | undefined, { status }: SagaRow): boolean =>
  status === 'SUCCESS'
    ? step?.state === 'succeeded' || step?.state === 'compensating' || step?.state === 'compensation_failed'
    : status === 'FAILED' &&
      (step?.state === 'compensating' || step?.state === 'compensation_failed' || step?.state === 'compensated');
