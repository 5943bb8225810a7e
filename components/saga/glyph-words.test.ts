import { describe, expect, it } from 'vitest';
import type { CompactStep, StepStateWire } from '@/core/contract/sagas';
import { forwardBar, glyphLabel, goesBack, undoBar } from './glyph-words';

/** Steps from states; a succeeded step is in effect, the last one is not compensatable. */
function steps(...states: (StepStateWire | Partial<CompactStep>)[]): CompactStep[] {
  return states.map((given, i) => {
    const rest: Partial<CompactStep> = typeof given === 'string' ? { state: given } : given;
    const state = rest.state ?? 'not_started';
    return {
      stepName: `step_${i + 1}`,
      state,
      failed: state === 'failed',
      inEffect: state === 'succeeded',
      compensatable: i < states.length - 1,
      settled: false,
      suspended: false,
      ...rest,
    };
  });
}

const bars = (list: CompactStep[]) => ({
  forward: list.map(forwardBar),
  undo: list.map((step) => undoBar(step, goesBack(list))),
});

describe('the glyph of the component sheet', () => {
  it.each([
    ['all forward steps done', steps('succeeded', 'succeeded', 'succeeded', 'succeeded'), 'all 4 steps done'],
    ['step 3 running', steps('succeeded', 'succeeded', 'pending', 'not_started'), 'step 3 of 4 running'],
    [
      'step 3 failed, step 2 undone, step 1 being undone',
      steps('compensating', 'compensated', 'failed', 'not_started'),
      'step 3 of 4 failed, 1 of 2 undone, 1 being undone',
    ],
    [
      'everything undone',
      steps('compensated', 'compensated', 'failed', 'not_started'),
      'step 3 of 4 failed, 2 of 2 undone',
    ],
    [
      'undo of step 1 failed',
      steps('compensation_failed', 'compensated', 'failed', 'not_started'),
      'step 3 of 4 failed, 1 of 2 undone, 1 failed to undo',
    ],
    [
      'failed, nothing undone yet',
      steps('succeeded', 'succeeded', 'succeeded', 'failed'),
      'step 4 of 4 failed, 0 of 3 undone',
    ],
    [
      'step 2 skipped by a person',
      steps('succeeded', { state: 'not_started', settled: true }, 'succeeded', 'succeeded'),
      '3 of 4 steps done, step 2 of 4 skipped',
    ],
    ['nothing yet', [], 'no steps yet'],
    ['not begun', steps('not_started', 'not_started'), '0 of 2 steps done'],
    ['two in parallel', steps('pending', 'pending', 'not_started'), 'steps 1 and 2 of 3 running'],
  ])('says %s', (_, list, label) => {
    expect(glyphLabel(list)).toBe(label);
  });

  it('draws an effect still in the world as a hollow undo bar, and only when the saga goes back', () => {
    expect(bars(steps('succeeded', 'failed')).undo).toEqual(['owed', null]);
    expect(bars(steps('succeeded', 'pending')).undo).toEqual([null, null]);
  });

  it('draws a settled effect dotted, and a suspended one as failed', () => {
    expect(bars(steps({ state: 'succeeded', inEffect: true, settled: true }, 'failed')).undo[0]).toBe('settled');
    expect(bars(steps({ state: 'compensated', inEffect: true, suspended: true }, 'failed')).undo[0]).toBe('failed');
  });

  it('keeps the forward bar of a step that is undone', () => {
    expect(bars(steps('compensated', 'failed', 'not_started')).forward).toEqual(['done', 'failed', 'hollow']);
  });
});

it('draws a step that failed and was compensated as failed above and undone below', () => {
  const list = steps('compensated', { state: 'compensated', failed: true }, 'not_started');
  expect(glyphLabel(list)).toBe('step 2 of 3 failed, 2 of 2 undone');
});
