import { expect, test } from 'vitest';
import { type AttemptEvent, attemptsOf, NEXT_ATTEMPT_WITHIN } from './attempts';

/** Events in their order: a number is an attempt, null an event that tells of none; `a`, `b` their correlations. */
const said = (
  told: readonly (number | null | [attempt: number, more: Partial<AttemptEvent>])[],
  isEnd = true,
): (string | undefined)[] => {
  const events = told.map((one, n): AttemptEvent => {
    const [attempt, more] = Array.isArray(one) ? one : [one, {}];
    return { position: BigInt(n), attempt, attempts: null, correlationId: 'a', ...more };
  });
  const words = attemptsOf({ events, isEnd });
  return events.map(({ position }) => {
    const found = words.get(position);
    return found && `${found.number} of ${found.of ?? '?'}`;
  });
};
const b = { correlationId: 'b' };

test('attempts that count on are a series, told by its last number', () => {
  expect(said([null, 1, 2, 3, null, 1, 2])).toEqual([
    undefined,
    '1 of 3',
    '2 of 3',
    '3 of 3',
    undefined,
    '1 of 2',
    '2 of 2',
  ]);
});

test('what a payload says of how many there will be goes first, unless there are more', () => {
  expect(
    said([
      [1, { attempts: 5 }],
      [2, { attempts: 5 }],
      [3, { attempts: 2 }],
    ]),
  ).toEqual(['1 of 5', '2 of 5', '3 of 3']);
  expect(said([[1, { attempts: 3 }]])).toEqual(['1 of 3']);
});

test('a lone first attempt is nothing to tell, a later one without its first has no total', () => {
  expect(said([1, null])).toEqual([undefined, undefined]);
  expect(said([2, 3])).toEqual(['2 of ?', '3 of ?']);
  expect(said([1, 3])).toEqual([undefined, '3 of ?']);
});

test('two correlations that wait for one aggregate count apart', () => {
  expect(said([1, [1, b], 2, [2, b], [3, b]])).toEqual(['1 of 2', '1 of 3', '2 of 2', '2 of 3', '3 of 3']);
});

const far = (between: number) => said([1, ...Array.from({ length: between }, () => null), 2]);

test('attempts far apart are no series', () => {
  expect(far(NEXT_ATTEMPT_WITHIN - 1).filter(Boolean)).toEqual(['1 of 2', '2 of 2']);
  expect(far(NEXT_ATTEMPT_WITHIN).filter(Boolean)).toEqual(['2 of ?']);
});

test('a series at the end of what was read has no total while it may go on behind', () => {
  expect(said([1, 2], false)).toEqual([undefined, '2 of ?']);
  const rest = Array.from({ length: NEXT_ATTEMPT_WITHIN }, () => null);
  expect(said([1, 2, ...rest], false).slice(0, 2)).toEqual(['1 of 2', '2 of 2']);
  expect(said([1, 2, ...rest.slice(1)], false).slice(0, 2)).toEqual([undefined, '2 of ?']);
});
