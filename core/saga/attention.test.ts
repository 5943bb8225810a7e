import { describe, expect, it } from 'vitest';
import { compactSteps, dueAttention } from './compact';
import { exampleDefinition, exampleLog } from './example';
import { fold } from './fold';
import type { SagaRow } from './row';
import type { InterventionFact, Settlement } from './saga';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Row n is written at second n. */
const row = (n: number): number => n * SECOND;

const order = exampleDefinition(
  [
    { name: 'reserve', timeout: '5s' },
    { name: 'pay', timeout: '90s', compensationTimeout: '2m' },
    { name: 'confirm', kind: 'pivot', timeout: '20s' },
    { name: 'notify', kind: 'retriable', timeout: '5s', optional: true },
    { name: 'book', kind: 'retriable' },
  ],
  { deadline: '10m' },
);
const loose = exampleDefinition([{ name: 'reserve' }, { name: 'pay' }]);

const error = (retryable: boolean | null, category: string | null = null) => ({
  error: { code: 'E', message: null, category, retryable, level: null, tags: [] },
});
const settle = (stepName: string | null, upTo: number): Settlement => ({
  stepName,
  upToLogId: BigInt(upTo),
  at: 0,
  by: 'ada',
  reason: 'settled by phone',
});
const intervention = (state: string, calls: InterventionFact['calls'] = []): InterventionFact => ({
  interventionId: 'i',
  state,
  requestedAt: 77 * SECOND,
  calls,
});

interface Given {
  log: string;
  more?: Record<number, Partial<SagaRow>>;
  definition?: typeof order;
  settled?: Settlement[];
  facts?: InterventionFact[];
}
const reasons = ({ log, more, definition, settled = [], facts = [] }: Given) =>
  fold(exampleLog(log, more), definition ?? null, settled, facts).attention.map(
    ({ reason, since, stepName }) => [reason, since, stepName] as const,
  );

const CASES: [title: string, given: Given, then: (readonly [string, number, string | null])[]][] = [
  ['a first step that failed owes nothing', { log: 'a.started a.failed' }, []],
  ['a saga of a learning type that says nothing more', { log: 'a.started a.done' }, []],
  ['a completed saga', { log: 'reserve.done pay.done', definition: loose }, []],

  [
    'COMPENSATION_FAILED after a minute of silence',
    { log: 'a.done b.failed a.undoing a.undo_failed' },
    [
      ['COMPENSATION_FAILED', row(4) + MINUTE, 'a'],
      ['FAILED_UNCOMPENSATED', row(4) + MINUTE, 'b'],
    ],
  ],
  [
    'COMPENSATION_FAILED counts from the last row of the saga',
    { log: 'a.done b.done c.failed b.undo_failed c.undone' },
    [
      ['COMPENSATION_FAILED', row(5) + MINUTE, 'b'],
      ['FAILED_UNCOMPENSATED', row(5) + MINUTE, null],
    ],
  ],
  [
    'COMPENSATION_FAILED at once where the error is not retryable',
    { log: 'a.done b.failed a.undo_failed b.undone', more: { 3: error(false) } },
    [
      ['COMPENSATION_FAILED', row(3), 'a'],
      ['FAILED_UNCOMPENSATED', row(4) + MINUTE, null],
    ],
  ],
  [
    'COMPENSATION_FAILED at once where our call was dead-lettered',
    {
      log: 'a.done b.failed',
      facts: [
        intervention('dead_lettered', [
          { stepName: 'a', action: 'COMPENSATE_STEP', state: 'dead_lettered', at: 50 * SECOND },
        ]),
      ],
    },
    [
      ['COMPENSATION_FAILED', 50 * SECOND, 'a'],
      ['FAILED_UNCOMPENSATED', row(2) + MINUTE, 'b'],
    ],
  ],
  [
    'a call that was dead-lettered for a step undone meanwhile',
    {
      log: 'a.done b.failed a.undone',
      facts: [
        intervention('verified', [{ stepName: 'a', action: 'COMPENSATE_STEP', state: 'dead_lettered', at: SECOND }]),
      ],
    },
    [],
  ],
  [
    'COMPENSATION_FAILED: a dead-lettered call for a step whose outcome nobody knows, while nothing goes back',
    {
      log: 'a.started',
      facts: [
        intervention('dead_lettered', [
          { stepName: 'a', action: 'COMPENSATE_STEP', state: 'dead_lettered', at: 20 * MINUTE },
        ]),
      ],
    },
    [
      ['COMPENSATION_FAILED', 20 * MINUTE, 'a'],
      ['STUCK', row(1) + 16 * MINUTE, 'a'],
    ],
  ],
  [
    'a dead-lettered call that was sent again later',
    {
      log: 'a.done b.failed',
      facts: [
        intervention('cancelled', [{ stepName: 'a', action: 'COMPENSATE_STEP', state: 'dead_lettered', at: SECOND }]),
        intervention('accepted', [{ stepName: 'a', action: 'COMPENSATE_STEP', state: 'accepted', at: 2 * SECOND }]),
      ],
    },
    [['FAILED_UNCOMPENSATED', row(2) + MINUTE, 'b']],
  ],

  [
    'ANOMALY from its row: an effect after its undo',
    { log: 'a.done a.undone a.done' },
    [
      ['ANOMALY', row(3), 'a'],
      ['FAILED_UNCOMPENSATED', row(3) + MINUTE, null],
    ],
  ],
  ['no ANOMALY once the late effect is undone', { log: 'a.done a.undone a.done a.undone' }, []],
  ['no ANOMALY while a late start has had no effect', { log: 'a.undone a.started a.failed' }, []],
  [
    'ANOMALY: a success and then a failure of the same step',
    { log: 'a.done a.failed' },
    [
      ['ANOMALY', row(2), 'a'],
      ['FAILED_UNCOMPENSATED', row(2) + MINUTE, 'a'],
    ],
  ],
  [
    'no ANOMALY for a contradiction that ended well',
    { log: 'reserve.done reserve.failed reserve.done pay.done', definition: loose },
    [],
  ],
  [
    'ANOMALY: undone by two compensations',
    { log: 'a.done a.undone a.undone', more: { 2: { compensationId: 'A' }, 3: { compensationId: 'B' } } },
    [['ANOMALY', row(3), 'a']],
  ],
  [
    'ANOMALY: undone past the pivot',
    { log: 'reserve.done pay.done confirm.done notify.done book.done reserve.undone', definition: order },
    [
      ['ANOMALY', row(6), 'reserve'],
      ['STUCK', row(6) + 5 * SECOND + MINUTE, 'reserve'],
    ],
  ],
  [
    'ANOMALY: the pivot came into effect after an undo',
    { log: 'reserve.done reserve.undone confirm.done', definition: order },
    [
      ['ANOMALY', row(3), 'confirm'],
      ['STUCK', row(1) + 10 * MINUTE, 'reserve'],
    ],
  ],
  ['anomalies that are only shown', { log: 'a.started x.WAITING a.undone b.undoing b.undone' }, []],

  [
    'FAILED_UNCOMPENSATED after a minute of silence',
    { log: 'a.done b.failed' },
    [['FAILED_UNCOMPENSATED', row(2) + MINUTE, 'b']],
  ],
  ['not while a step is compensating', { log: 'a.done b.failed a.undoing' }, [['STUCK', row(3) + 16 * MINUTE, 'a']]],
  [
    'not while a parallel step is pending',
    { log: 'a.done c.started b.failed' },
    [['STUCK', row(3) + 16 * MINUTE, 'c']],
  ],
  [
    'not before a failure is final',
    { log: 'reserve.done pay.started pay.failed', more: { 3: error(true) }, definition: loose },
    [['STUCK', row(3) + 16 * MINUTE, 'pay']],
  ],
  [
    'a failure is final when its attempts are used up',
    {
      log: 'reserve.done pay.started pay.failed pay.started pay.failed pay.started pay.failed',
      more: { 3: error(true), 5: error(true), 7: error(true) },
      definition: loose,
    },
    [['FAILED_UNCOMPENSATED', row(7) + MINUTE, 'pay']],
  ],

  [
    'FAILED_AFTER_PIVOT after a minute of silence',
    { log: 'reserve.done pay.done confirm.done book.failed', definition: order },
    [['FAILED_AFTER_PIVOT', row(4) + MINUTE, 'book']],
  ],
  [
    'an optional step that failed after the pivot holds nobody up',
    { log: 'reserve.done pay.done confirm.done notify.failed book.done', definition: order },
    [],
  ],

  [
    'STUCK after the timeout of the pending step',
    { log: 'reserve.done pay.started', definition: order },
    [['STUCK', row(2) + 90 * SECOND + MINUTE, 'pay']],
  ],
  [
    'STUCK after the longest timeout of the steps that move',
    { log: 'reserve.started pay.started', definition: order },
    [['STUCK', row(2) + 90 * SECOND + MINUTE, 'pay']],
  ],
  [
    'STUCK after the compensation timeout of the step that is being undone',
    { log: 'reserve.done pay.done confirm.failed pay.undoing', definition: order },
    [['STUCK', row(4) + 2 * MINUTE + MINUTE, 'pay']],
  ],
  [
    'STUCK: a compensation may take a minute where nobody says',
    { log: 'reserve.done pay.failed reserve.undoing', definition: order },
    [['STUCK', row(3) + MINUTE + MINUTE, 'reserve']],
  ],
  [
    'STUCK between two steps: the timeout of the next required one',
    { log: 'reserve.done', definition: order },
    [['STUCK', row(1) + 90 * SECOND + MINUTE, 'pay']],
  ],
  [
    'STUCK after 15 minutes where no timeout is declared',
    { log: 'reserve.done', definition: loose },
    [['STUCK', row(1) + 15 * MINUTE + MINUTE, 'pay']],
  ],
  [
    'STUCK at the deadline, if that is earlier',
    { log: 'reserve.done pay.done confirm.done', definition: order },
    [['STUCK', row(1) + 10 * MINUTE, 'book']],
  ],
  ['STUCK: a pending step of a learning type', { log: 'a.started' }, [['STUCK', row(1) + 16 * MINUTE, 'a']]],
  [
    'STUCK: an optional step of a completed saga hangs',
    { log: 'reserve.done pay.done confirm.done book.done notify.started', definition: order },
    [['STUCK', row(5) + 5 * SECOND + MINUTE, 'notify']],
  ],
  [
    'STUCK: a call of ours left no evidence',
    { log: 'a.done b.failed', facts: [intervention('no_evidence')] },
    [
      ['FAILED_UNCOMPENSATED', row(2) + MINUTE, 'b'],
      ['STUCK', row(2) + 16 * MINUTE, null],
    ],
  ],
  [
    'not STUCK: a saga going back that owes nothing',
    { log: 'reserve.failed', more: { 1: error(true, 'business') }, definition: loose },
    [],
  ],
  [
    'STUCK: the outcome of what it owes is unknown',
    { log: 'reserve.failed', more: { 1: error(true, 'infrastructure') }, definition: loose },
    [['STUCK', row(1) + 16 * MINUTE, 'reserve']],
  ],

  [
    'AWAITING_APPROVAL from the request',
    { log: 'a.done b.done', facts: [intervention('awaiting_approval')] },
    [['AWAITING_APPROVAL', 77 * SECOND, null]],
  ],

  ['a settled step raises no reason', { log: 'a.done b.failed', settled: [settle('a', 2)] }, []],
  [
    'a resolved saga raises no reason',
    { log: 'reserve.done pay.started', definition: order, settled: [settle(null, 2)] },
    [],
  ],
  [
    'a resolved saga is STUCK again after its next row',
    { log: 'reserve.done pay.started pay.started', definition: order, settled: [settle(null, 2)] },
    [['STUCK', row(3) + 90 * SECOND + MINUTE, 'pay']],
  ],
  [
    'a later success raises a settled step again',
    { log: 'a.done b.failed a.undone a.started a.done', settled: [settle('a', 2)] },
    [['FAILED_UNCOMPENSATED', row(5) + MINUTE, 'b']],
  ],
  [
    'a later failed compensation raises a settled step again',
    { log: 'a.done b.failed a.undo_failed', settled: [settle('a', 2)] },
    [
      ['COMPENSATION_FAILED', row(3) + MINUTE, 'a'],
      ['FAILED_UNCOMPENSATED', row(3) + MINUTE, 'b'],
    ],
  ],
  ['a later attempt to undo does not raise it', { log: 'a.done b.failed a.undoing', settled: [settle('a', 2)] }, []],
  [
    'a settlement covers nothing that came after it',
    { log: 'a.done b.failed', settled: [settle('a', 0)] },
    [['FAILED_UNCOMPENSATED', row(2) + MINUTE, 'b']],
  ],
  [
    'a settled anomaly calls nobody',
    {
      log: 'a.done a.undone a.undone',
      more: { 2: { compensationId: 'A' }, 3: { compensationId: 'B' } },
      settled: [settle('a', 3)],
    },
    [],
  ],
];

describe('attention', () => {
  it.each(CASES)('%s', (_, given, then) => expect(reasons(given)).toEqual(then));

  it('a clock that runs ahead postpones nothing', () => {
    const more = { 2: { createdAt: row(999_999), seenAt: row(2) } };
    expect(reasons({ log: 'a.done b.failed', more })).toEqual([['FAILED_UNCOMPENSATED', row(2) + MINUTE, 'b']]);
  });

  it('is due from its since on, the worst of what is due first', () => {
    const { attention } = fold(
      exampleLog('reserve.done pay.failed reserve.undo_failed', { 3: error(false) }),
      order,
      [],
      [],
    );
    expect(dueAttention(attention, row(3) - 1)).toBeNull();
    expect(dueAttention(attention, row(3))?.reason).toBe('COMPENSATION_FAILED');
    expect(dueAttention(attention.slice(1), row(3) + MINUTE - 1)).toBeNull();
    expect(dueAttention(attention.slice(1), row(3) + MINUTE)?.reason).toBe('FAILED_UNCOMPENSATED');
  });
});

it('lists steps in declared order, those without a row as not started', () => {
  const saga = fold(exampleLog('reserve.done other.failed pay.started'), order, [], []);
  expect(compactSteps(saga).map(({ stepName, state }) => `${stepName} ${state}`)).toEqual([
    'reserve succeeded',
    'pay pending',
    'confirm not_started',
    'notify not_started',
    'book not_started',
    'other failed',
  ]);
  expect(compactSteps(saga)[0]).toEqual({
    stepName: 'reserve',
    state: 'succeeded',
    failed: false,
    inEffect: true,
    compensatable: true,
    settled: false,
    suspended: false,
  });
});

it('keeps that a step failed after it was undone, and names it as what stopped the saga', () => {
  const saga = fold(exampleLog('reserve.done pay.FAILED pay.undone reserve.undone'), order, [], []);
  expect(saga.status).toBe('COMPENSATED');
  expect(compactSteps(saga).flatMap(({ stepName, failed }) => (failed ? [stepName] : []))).toEqual(['pay']);
  expect(saga.currentStep).toBe('pay');
});
