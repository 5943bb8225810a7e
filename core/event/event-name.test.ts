import { describe, expect, it } from 'vitest';
import { eventName } from './event-name';

describe('the name of an event', () => {
  it.each([
    ['UserRegisteredV1', 1, 'UserRegistered', 1],
    ['OnboardingCompletedV12', 3, 'OnboardingCompleted', 12],
    ['OrderPlaced', 4, 'OrderPlaced', 4],
    ['V2', 1, 'V2', 1],
    ['PaidV0', 1, 'PaidV0', 1],
    ['TV2', 1, 'T', 2],
    ['', 1, '', 1],
  ])('reads %s with column %i as %s of version %i', (type, column, name, version) => {
    expect(eventName(type, column, false)).toEqual({ name, version });
  });

  it('leaves an imported name whole', () => {
    expect(eventName('Release V2', 1, true)).toEqual({ name: 'Release V2', version: 1 });
    expect(eventName('CheckedV2', 1, true)).toEqual({ name: 'CheckedV2', version: 1 });
  });
});
