import { expect, test } from 'vitest';
import { type Json, jsonText, parseJson } from './json';
import type { Change } from './leaves';
import { mergeInto } from './merge';

const textOf = (value: Json | undefined): string | null => (value === undefined ? null : jsonText(value));
const told = (all: readonly Change[]) => all.map((c) => [c.path, textOf(c.before), textOf(c.after)]);

// That it merges as RFC 7396 says, and names the right changes, is proven by fold.test.ts.
test('what a patch changed stays as it was told, whatever later ones do to the state', () => {
  const first = mergeInto(undefined, parseJson('{"a":{},"b":{"c":{"d":1}}}'));
  const second = mergeInto(first.next, parseJson('{"b":{"c":{"d":null}}}'));
  const third = mergeInto(second.next, parseJson('{"a":{"x":1},"b":{"c":{"e":2}}}'));
  expect(told(first.changes)).toEqual([
    ['a', null, '{}'],
    ['b.c.d', null, '1'],
  ]);
  expect(told(second.changes)).toEqual([
    ['b.c.d', '1', null],
    ['b.c', null, '{}'],
  ]);
  expect(textOf(third.next)).toBe('{"a":{"x":1},"b":{"c":{"e":2}}}');
});

test('a state is changed in place: what a patch says nothing of is not touched', () => {
  const state = parseJson('{"wide":{"x":[1,2]},"n":1.10}');
  const wide = Reflect.get(Object(state), 'wide');
  const { next, changes } = mergeInto(state, parseJson('{"n":1.1}'));
  expect(next).toBe(state);
  expect(Reflect.get(Object(next), 'wide')).toBe(wide);
  expect(told(changes)).toEqual([['n', '1.10', '1.1']]);
});
