import { describe, expect, it } from 'vitest';
import { ageWords, durationWords, relativeWords } from './time-words';

describe('durationWords', () => {
  it.each([
    [0, '0 ms'],
    [412, '412 ms'],
    [999, '999 ms'],
    [999.6, '1.0 s'],
    [1_000, '1.0 s'],
    [5_000, '5.0 s'],
    [59_940, '59.9 s'],
    [59_960, '1 m 00 s'],
    [302_000, '5 m 02 s'],
    [1_094_000, '18 m 14 s'],
    [3_599_900, '1 h'],
    [4_320_000, '1 h 12 m'],
    [183_600_000, '2 d 3 h'],
    [-5, '0 ms'],
  ])('%d ms is %s', (ms, words) => {
    expect(durationWords(ms)).toBe(words);
  });
});

describe('ageWords', () => {
  it.each([
    [41_900, '41 s'],
    [1_020_000, '17 m'],
    [3_780_000, '1 h 3 m'],
    [7_200_000, '2 h'],
    [187_200_000, '2 d 4 h'],
  ])('%d ms is %s', (ms, words) => {
    expect(ageWords(ms)).toBe(words);
  });
});

describe('relativeWords', () => {
  const now = Date.UTC(2026, 2, 12, 13, 38, 20);
  it.each([
    [400, 'now'],
    [2_000, '2 s ago'],
    [1_020_000, '17 m ago'],
    [10_800_000, '3 h ago'],
    [90_000_000, '11 Mar 2026'],
    // A writer's clock that is a little ahead is now; one that is far ahead is a date.
    [-30_000, 'now'],
    [-86_400_000, '13 Mar 2026'],
  ])('%d ms before now is %s', (age, words) => {
    expect(relativeWords(now - age, now)).toBe(words);
  });
});
