import { describe, expect, it } from 'vitest';
import { SagaDefinition } from './definition';
import { firstSteps, nextRequired, predecessors, resolveStep } from './graph';
import { parseDefinition } from './parse';

const saga = (...steps: Record<string, unknown>[]) => SagaDefinition.parse({ saga: 'order', steps });
const names = (steps: readonly { name: string }[]) => steps.map(({ name }) => name);
const inOrder = saga({ name: 'a' }, { name: 'b' }, { name: 'c' });
const parallel = saga(
  { name: 'a' },
  { name: 'b', after: ['a'] },
  { name: 'c', after: ['a'] },
  { name: 'd', after: ['b', 'c'] },
);
const either = saga({ name: 'a' }, { name: 'card', oneOf: 'pay' }, { name: 'bill', oneOf: 'pay' }, { name: 'z' });
const optional = saga({ name: 'a' }, { name: 'b', optional: true }, { name: 'c' });

describe('what a step waits for', () => {
  it.each([
    ['the step before', inOrder, { a: [], b: ['a'], c: ['b'] }],
    ['what it names', parallel, { a: [], b: ['a'], c: ['a'], d: ['b', 'c'] }],
    [
      'the step before its group, and behind it the group',
      either,
      { a: [], card: ['a'], bill: ['a'], z: ['card', 'bill'] },
    ],
  ])('%s', (_, body, then) => expect(Object.fromEntries(predecessors(body))).toEqual(then));

  it('a step that waits for nothing comes first', () => {
    expect(names(firstSteps(inOrder))).toEqual(['a']);
    expect(names(firstSteps(saga({ name: 'a' }, { name: 'b', after: [] })))).toEqual(['a', 'b']);
  });
});

describe('the next required steps', () => {
  it.each([
    [inOrder, [], ['a']],
    [inOrder, ['a'], ['b']],
    [inOrder, ['a', 'b', 'c'], []],
    [parallel, ['a'], ['b', 'c']],
    [parallel, ['a', 'b'], ['c']],
    [parallel, ['a', 'b', 'c'], ['d']],
    [either, ['a'], ['card', 'bill']],
    [either, ['a', 'bill'], ['z']],
    [optional, ['a'], ['c']],
    [optional, [], ['a']],
  ])('%#', (body, done, then) => expect(names(nextRequired(body, (name) => done.includes(name)))).toEqual(then));
});

describe('the step that a row means', () => {
  const body = saga({ name: 'ship', repeat: true }, { name: 'ship#9', kind: 'none' }, { name: 'pay' });
  it.each([
    ['ship', 'ship'],
    ['ship#1', 'ship'],
    ['ship#9', 'ship#9'],
    ['ship#x', undefined],
    ['pay#1', undefined],
    ['#1', undefined],
    ['constructor', undefined],
  ])('%s: %s', (row, name) => expect(resolveStep(body, row)?.name).toBe(name));
});

describe('a definition that contradicts itself', () => {
  const refusal = (...steps: Record<string, unknown>[]) => {
    const parsed = parseDefinition(JSON.stringify({ saga: 'order', steps }), 'json');
    return parsed.ok ? null : parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('\n');
  };

  it.each([
    [
      [{ name: 'a', kind: 'none', compensation: 'b' }],
      'steps[0].compensation: "a" is none: it has no effect to undo, so it has no compensation',
    ],
    [
      [{ name: 'a', kind: 'pivot', compensation: 'b' }],
      'steps[0].compensation: "a" is pivot: it is the point of no return, so it has no compensation',
    ],
    [
      [{ name: 'a', kind: 'pivot' }, { name: 'b' }, { name: 'c', kind: 'pivot' }],
      'steps[2].kind: "c" comes after the pivot "a": a saga turns only once',
    ],
    [[{ name: 'a' }, { name: 'b', oneOf: 'x' }], 'steps[1].oneOf: "b" is the only step of "x"'],
    [
      [
        { name: 'a', oneOf: 'x', optional: true },
        { name: 'b', oneOf: 'x' },
      ],
      'steps[0].optional: one of "x" is required, so "a" cannot be optional',
    ],
    [
      [
        { name: 'a', oneOf: 'x' },
        { name: 'b', oneOf: 'x', after: ['a'] },
      ],
      'steps[1].after: "b" waits for "a", and only one of the two will run',
    ],
    [
      [{ name: 'a', repeat: true }, { name: 'a#2' }],
      'steps[1].name: "a#2" is already an occurrence of "a", which repeats',
    ],
  ])('%j', (steps, words) => expect(refusal(...steps)).toBe(words));

  it('is none where two pivots are alternatives', () => {
    expect(
      refusal({ name: 'a' }, { name: 'b', kind: 'pivot', oneOf: 'x' }, { name: 'c', kind: 'pivot', oneOf: 'x' }),
    ).toBeNull();
  });
});
