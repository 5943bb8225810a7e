import { describe, expect, it } from 'vitest';
import { axisTimes, bucketWords, failureRates, shareTop } from './series';

describe('the failure rate', () => {
  it('is a share of those that ended in the last five buckets', () => {
    expect(
      failureRates({ failed: [1, 0, 0, 0, 0, 0], compensated: [0, 0, 0, 0, 0, 1], completed: [3, 0, 0, 0, 0, 1] }),
    ).toEqual([0.25, 0.25, 0.25, 0.25, 0.25, 0.5]);
  });
  it('is unknown where none ended, not zero', () => {
    expect(failureRates({ failed: [0, 0], compensated: [0, 0], completed: [0, 2] })).toEqual([null, 0]);
  });
});

describe('axes', () => {
  it('end at a round share', () => {
    expect([0, 0.05, 0.074, 0.3, 0.9].map(shareTop)).toEqual([0.05, 0.05, 0.1, 0.5, 1]);
  });
  it('name the length of a bucket', () => {
    expect([60_000, 120_000, 3_600_000, 21_600_000].map(bucketWords)).toEqual(['minute', '2 m', '1 h', '6 h']);
  });
  it('begin and end with the range', () => {
    expect(axisTimes(0, 300)).toEqual([0, 100, 200, 300]);
  });
});
