import { describe, expect, it } from 'vitest';
import { exampleDefinition, exampleLog } from './example';
import { fold } from './fold';
import type { SagaRow } from './row';

const E = (code: string | null, category: string | null = null, retryable: boolean | null = null) => ({
  error: { code, message: 'it did not work', category, retryable, level: null, tags: [] },
});
const shop = exampleDefinition([
  { name: 'reserve', service: 'inventory', compensation: 'release' },
  { name: 'pay', compensation: 'void' },
  { name: 'confirm', kind: 'pivot' },
  { name: 'notify', kind: 'retriable', optional: true },
]);
const given = (log: string, definition = shop, more: Record<number, Partial<SagaRow>> = {}) =>
  fold(exampleLog(log, more), definition, [], []);
const learning = (log: string, more: Record<number, Partial<SagaRow>> = {}) =>
  fold(exampleLog(log, more), null, [], []);
const step = (saga: ReturnType<typeof given>, name: string) => saga.steps.find((one) => one.name === name);

it('refuses to fold nothing', () => expect(() => fold([], null, [], [])).toThrow(RangeError));

describe('status', () => {
  it.each([
    ['reserve.done', 'RUNNING'],
    ['reserve.done pay.done confirm.done', 'COMPLETED'],
    ['reserve.done pay.done confirm.done notify.failed', 'COMPLETED'],
    ['reserve.done pay.done confirm.done notify.started', 'COMPLETED'],
    ['reserve.done pay.done confirm.done other.started', 'RUNNING'],
    ['reserve.done pay.done confirm.done other.done', 'COMPLETED'],
    ['reserve.failed', 'FAILED'],
    ['reserve.done pay.failed', 'FAILED'],
    ['reserve.done pay.failed reserve.undoing', 'COMPENSATING'],
    ['reserve.done pay.failed reserve.undo_failed', 'COMPENSATING'],
    ['reserve.done pay.failed reserve.undone', 'COMPENSATED'],
    ['reserve.done pay.started reserve.undone', 'COMPENSATING'],
    ['reserve.done pay.failed reserve.undone reserve.done', 'COMPENSATING'],
    ['reserve.done pay.done confirm.done reserve.undone', 'COMPENSATING'],
    ['reserve.done pay.done confirm.done reserve.undone reserve.done', 'COMPENSATING'],
    ['reserve.done pay.done confirm.done reserve.undone reserve.started reserve.done', 'COMPLETED'],
    ['reserve.WAITING', 'RUNNING'],
  ])('%s: %s', (log, status) => expect(given(log).status).toBe(status));

  it('is never COMPLETED without a definition', () => expect(learning('a.done b.done').status).toBe('RUNNING'));

  it('asks a discovered definition for its ends', () => {
    const version = exampleDefinition([{ name: 'a' }, { name: 'b' }], { ends: ['b'] }, { source: 'discovered' });
    expect(given('b.done a.done', version).status).toBe('RUNNING');
    expect(given('a.done b.done', version).status).toBe('COMPLETED');
    expect(given('a.done b.done', version).definition).toEqual({ version: 1, source: 'discovered' });
  });

  it('asks for one of a group, and forgets the one that failed once another is taken', () => {
    const version = exampleDefinition([
      { name: 'a' },
      { name: 'card', oneOf: 'pay' },
      { name: 'invoice', oneOf: 'pay' },
    ]);
    expect(given('a.done', version).status).toBe('RUNNING');
    expect(given('a.done card.failed', version)).toMatchObject({ status: 'FAILED', goingBack: true });
    expect(given('a.done card.failed invoice.started', version)).toMatchObject({ status: 'RUNNING', goingBack: false });
    expect(given('a.done card.failed invoice.done', version).status).toBe('COMPLETED');
    expect(given('a.done card.failed invoice.failed', version).status).toBe('FAILED');
  });

  it('takes every occurrence of a repeated step as its own effect', () => {
    const version = exampleDefinition([{ name: 'a' }, { name: 'ship', repeat: true, compensation: 'recall' }]);
    expect(given('a.done', version).steps.map(({ name }) => name)).toEqual(['a', 'ship']);
    const two = given('a.done ship#1.done ship#2.started', version);
    expect(two.status).toBe('RUNNING');
    expect(two.steps.map(({ name, declared, index }) => [name, declared, index])).toEqual([
      ['a', true, 0],
      ['ship#1', true, 1],
      ['ship#2', true, 2],
    ]);
    expect(given('a.done ship#1.done ship#2.done', version).status).toBe('COMPLETED');
    const back = given('a.done ship#1.done ship#2.failed ship#1.undone', version);
    expect(back.outstanding).toEqual(['a']);
    expect(given('a.done ship#1.done ship#2.failed', version).outstanding).toEqual(['a', 'ship#1']);
  });
});

describe('effects', () => {
  it('are outstanding in the order of their last success', () => {
    expect(learning('a.done b.done c.failed').outstanding).toEqual(['a', 'b']);
    expect(learning('b.done a.done c.failed').outstanding).toEqual(['b', 'a']);
    expect(learning('a.done b.done a.started a.done').outstanding).toEqual(['b', 'a']);
  });

  it('are not outstanding where there is nothing to undo, past the pivot, or when completed', () => {
    const checks = exampleDefinition([{ name: 'check', kind: 'none' }, { name: 'a' }, { name: 'b' }]);
    expect(given('check.done a.done b.failed', checks).outstanding).toEqual(['a']);
    expect(given('reserve.done confirm.done').outstanding).toEqual([]);
    expect(given('reserve.done pay.done confirm.done').outstanding).toEqual([]);
  });

  it('stay although the step failed after its success', () => {
    const saga = learning('a.done a.failed');
    expect(saga.outstanding).toEqual(['a']);
    expect(step(saga, 'a')).toMatchObject({ state: 'failed', inEffect: true });
  });

  it.each([
    ['pending in a saga that goes forward', 'reserve.done pay.started', []],
    ['pending in a saga going back', 'reserve.failed pay.started', ['pay']],
    ['a pivot pending in a saga going back', 'reserve.done pay.failed confirm.started', ['confirm']],
    ['a pivot compensating', 'reserve.done confirm.undoing', ['confirm']],
    ['undone since', 'reserve.failed pay.started pay.undone', []],
    ['compensation failed, never known to have run', 'reserve.undo_failed', ['reserve']],
    ['a retriable step', 'reserve.failed notify.started', []],
  ])('in doubt: %s', (_, log, names) => expect(given(log).inDoubt).toEqual(names));

  it('are in doubt after a failure of the infrastructure only', () => {
    const failed = (category: string) => given('reserve.done pay.failed', shop, { 2: E('X', category) }).inDoubt;
    expect(failed('infrastructure')).toEqual(['pay']);
    expect(failed('business')).toEqual([]);
  });
});

describe('anomalies', () => {
  const kinds = (saga: ReturnType<typeof given>) => saga.anomalies.map(({ kind, logId }) => `${kind} ${logId}`);

  it.each([
    ['reserve.done other.done other.done', ['unknown_step 2']],
    ['reserve.done pay.RESERVED', ['unknown_status 2']],
    ['reserve.done pay.started pay.done reserve.undone', ['out_of_order_compensation 4']],
    ['reserve.started pay.started reserve.done pay.done reserve.undone', []],
    ['reserve.done pay.done pay.undoing reserve.undone', []],
    ['reserve.done pay.done pay.undone reserve.undone', []],
    ['reserve.done pay.done pay.undo_failed reserve.undone', ['out_of_order_compensation 4']],
    ['reserve.done pay.failed reserve.undone', []],
    ['reserve.done pay.done confirm.done pay.undone', ['past_pivot 4', 'out_of_order_compensation 4']],
    ['reserve.undone confirm.done', ['null_compensation 1', 'past_pivot 2']],
  ])('%s: %j', (log, found) => expect(kinds(given(log))).toEqual(found));

  it('owe no order to a compensation that failed where the definition goes on after it', () => {
    const version = exampleDefinition([{ name: 'a' }, { name: 'b' }], { onCompensationFailure: 'continue' });
    expect(kinds(given('a.done b.done b.undo_failed a.undone', version))).toEqual([]);
  });

  it('know no unknown step while the type is learning', () => expect(kinds(learning('a.done b.done'))).toEqual([]));

  it('count duplicates and do not list them', () => {
    const saga = learning('a.done a.done a.done');
    expect(saga).toMatchObject({ duplicates: 2, anomalies: [], rowCount: 3 });
  });

  it('call a person while they hold', () => {
    const calls = (saga: ReturnType<typeof given>) =>
      saga.anomalies.filter((one) => one.callsPerson).map((one) => one.kind);
    expect(calls(learning('a.done a.undone a.done'))).toEqual(['suspension']);
    expect(calls(learning('a.done a.undone a.done a.undone a.started a.done'))).toEqual([]);
    expect(calls(learning('a.done a.failed'))).toEqual(['contradiction']);
    expect(calls(learning('a.done a.failed a.undone'))).toEqual([]);
    expect(calls(given('reserve.done reserve.failed reserve.done pay.done confirm.done'))).toEqual([]);
    expect(calls(given('reserve.done pay.done confirm.done reserve.undone'))).toEqual(['past_pivot']);
    expect(calls(given('reserve.done pay.done confirm.done reserve.undone reserve.started reserve.done'))).toEqual([]);
  });
});

describe('attempts', () => {
  it('are counted by started and undoing', () => {
    const saga = learning('a.started a.failed a.started a.done a.undoing a.undo_failed a.undoing a.undone');
    expect(step(saga, 'a')).toMatchObject({ attempts: 2, compensationAttempts: 2 });
    expect(
      step(saga, 'a')?.attemptList.map(({ direction, number, outcome, firstLogId, lastLogId }) =>
        [direction, number, outcome, firstLogId, lastLogId].join(' '),
      ),
    ).toEqual(['forward 1 failed 1 2', 'forward 2 done 3 4', 'undo 1 failed 5 6', 'undo 2 done 7 8']);
  });

  it('are counted by outcomes where only those are written', () => {
    const saga = learning('a.failed a.failed a.done a.done a.undo_failed a.undone');
    expect(step(saga, 'a')).toMatchObject({ attempts: 3, compensationAttempts: 2 });
    expect(step(saga, 'a')?.attemptList.map(({ startedAt }) => startedAt)).toEqual([null, null, null, null, null]);
  });

  it('are what the column says', () => {
    expect(step(learning('a.started a.failed', { 1: { attempt: 4 }, 2: { attempt: 4 } }), 'a')?.attempts).toBe(4);
    expect(step(learning('a.started a.failed', { 2: { attempt: 3 } }), 'a')?.attempts).toBe(3);
    expect(step(learning('a.started a.started', { 1: { attempt: 1 }, 2: { attempt: 1 } }), 'a')?.attempts).toBe(1);
    const late = learning('a.started a.started a.failed a.done', {
      1: { attempt: 1 },
      2: { attempt: 2 },
      3: { attempt: 1 },
      4: { attempt: 2 },
    });
    expect(step(late, 'a')?.attemptList.map(({ number, outcome }) => `${number} ${outcome}`)).toEqual([
      '1 failed',
      '2 done',
    ]);
  });

  it('that another one overtook have an end and no outcome', () => {
    const [first, second] = step(learning('a.started a.started'), 'a')?.attemptList ?? [];
    expect(first).toMatchObject({ outcome: 'running', startedAt: 1000, finishedAt: 2000 });
    expect(second).toMatchObject({ outcome: 'running', startedAt: 2000, finishedAt: null });
  });
});

describe('what a list shows', () => {
  it.each([
    ['reserve.done pay.started', 'pay'],
    ['reserve.done pay.failed', 'pay'],
    ['reserve.done pay.failed reserve.undoing', 'reserve'],
    ['reserve.done pay.failed reserve.undo_failed', 'reserve'],
    ['reserve.done pay.failed reserve.undone', 'pay'],
    ['reserve.done pay.done', 'pay'],
    ['reserve.done pay.done notify.failed confirm.done', 'confirm'],
  ])('current step of %s: %s', (log, name) => expect(given(log).currentStep).toBe(name));

  it('the error of the failure that stands, else the last one', () => {
    const more = { 2: E('CARD_DECLINED', 'business'), 3: E('LOCKED', 'system') };
    expect(given('reserve.done pay.failed reserve.undo_failed', shop, more).lastError).toEqual({
      code: 'LOCKED',
      attempts: 1,
      category: 'system',
      stepName: 'reserve',
    });
    expect(given('reserve.done pay.failed reserve.undo_failed reserve.undone', shop, more).lastError?.code).toBe(
      'CARD_DECLINED',
    );
    expect(given('reserve.failed reserve.done', shop, { 1: E('SLOW') }).lastError?.code).toBe('SLOW');
    expect(given('reserve.failed', shop, { 1: E(null) }).lastError?.code).toBe('it did not work');
    expect(given('reserve.failed').lastError).toBeNull();
  });

  it('times by the earlier of two clocks, of the first and last row', () => {
    const more = { 1: { createdAt: 9_999, seenAt: 500 }, 2: { createdAt: 300, seenAt: 800 } };
    expect(given('reserve.started reserve.done', shop, more)).toMatchObject({ startedAt: 500, updatedAt: 300 });
  });

  it('what rows say of a step, else its definition', () => {
    expect(step(given('reserve.done'), 'reserve')).toMatchObject({
      service: 'inventory',
      compensatingAction: 'release',
    });
    const more = { 1: { service: 'bank', compensatingAction: 'refund', context: '{"a":1.10}' } };
    expect(step(given('pay.done pay.failed', shop, more), 'pay')).toMatchObject({
      service: 'bank',
      compensatingAction: 'refund',
      context: '{"a":1.10}',
    });
  });
});

describe('the first time', () => {
  it.each([
    ['a failure is final', 'reserve.started reserve.failed', 'firstFailedAt', 2000],
    ['a saga is compensating', 'reserve.done reserve.undoing', 'firstFailedAt', 2000],
    ['a saga is compensated', 'reserve.done pay.failed reserve.undone', 'firstCompensatedAt', 3000],
    [
      'a saga is completed, and reversed later',
      'reserve.done pay.done confirm.done pay.undone',
      'firstCompletedAt',
      3000,
    ],
    ['an optional step failed', 'notify.failed', 'firstFailedAt', null],
  ] as const)('%s', (_, log, field, at) => expect(given(log)[field]).toBe(at));

  it('a failure that may be tried again is none', () => {
    expect(given('reserve.failed', shop, { 1: E('X', 'system', true) }).firstFailedAt).toBeNull();
  });
});
