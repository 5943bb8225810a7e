import { describe, expect, it } from 'vitest';
import { classifyAnswer, type Answer } from './answer';

const status = (code: number, retryAfter: string | null = null): Answer => ({
  kind: 'status',
  status: code,
  retryAfter,
});
const NOW = Date.UTC(2026, 2, 1);

describe('an answer', () => {
  it.each([200, 201, 202, 204])('%s is accepted', (code) =>
    expect(classifyAnswer(status(code), 1, 0.5, NOW)).toEqual({ kind: 'accepted' }),
  );
  it.each([408, 409, 425, 429, 500, 502, 503, 504])('%s is sent again, twice, then dead', (code) => {
    expect(classifyAnswer(status(code), 1, 0.5, NOW)).toMatchObject({ kind: 'retry', delayMs: 2_000 });
    expect(classifyAnswer(status(code), 2, 0.5, NOW)).toMatchObject({ kind: 'retry', delayMs: 10_000 });
    expect(classifyAnswer(status(code), 3, 0.5, NOW)).toEqual({
      kind: 'dead_letter',
      text: `answered ${code}, effect unknown`,
    });
  });
  it.each(['timeout', 'network'] as const)('%s is sent again, then dead', (kind) => {
    expect(classifyAnswer({ kind }, 1, 0.5, NOW).kind).toBe('retry');
    expect(classifyAnswer({ kind }, 3, 0.5, NOW)).toMatchObject({
      kind: 'dead_letter',
      text: expect.stringContaining('effect unknown'),
    });
  });
  it.each([301, 302, 304, 307, 400, 401, 403, 404, 410, 422, 100, 600])('%s is dead at once', (code) =>
    expect(classifyAnswer(status(code), 1, 0.5, NOW)).toEqual({ kind: 'dead_letter', text: `refused with ${code}` }),
  );
  it('is spread by 20%', () => {
    expect(classifyAnswer({ kind: 'timeout' }, 1, 0, NOW)).toMatchObject({ delayMs: 1_600 });
    expect(classifyAnswer({ kind: 'timeout' }, 2, 0.999999, NOW)).toMatchObject({ delayMs: 12_000 });
  });
  it.each([
    ['30', 30_000],
    ['100000', 300_000],
    ['0', 2_000],
    ['nonsense', 2_000],
    [new Date(NOW + 60_000).toUTCString(), 60_000],
    [new Date(NOW - 60_000).toUTCString(), 2_000],
  ])('waits as Retry-After %s says, 5 minutes at most', (header, delayMs) =>
    expect(classifyAnswer(status(503, header), 1, 0.5, NOW)).toMatchObject({ kind: 'retry', delayMs }),
  );
});
