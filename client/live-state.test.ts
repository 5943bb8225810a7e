import { describe, expect, it } from 'vitest';
import { connectionOf, lagOf, liveState, offlineSince, UNKNOWN_CONNECTION, type Connection } from './live-state';

const now = 1_000_000;
const joined = (change: Partial<Connection>): Connection => ({ ...UNKNOWN_CONNECTION, ...change });
const lag = (lagMs: number | null, state = 'running') => ({ lagMs, source: 'saga_log, held back by process 7', state });

describe('the live indicator', () => {
  it.each([
    ['live under 2 s', joined({ lag: lag(1_999) }), null, { state: 'live', lagMs: 1_999, source: null }],
    [
      'slow from 2 s, and names the source',
      joined({ lag: lag(14_000) }),
      null,
      { state: 'slow', source: 'saga_log, held back by process 7' },
    ],
    [
      'slow when the worker is stopped',
      joined({ lag: lag(5, 'stopped') }),
      null,
      { state: 'slow', source: 'the worker is stopped' },
    ],
    ['paused with a count', joined({ lag: lag(5) }), 38, { state: 'paused', pausedCount: 38 }],
    ['live for a moment without a stream', joined({ lostSince: now - 2_000 }), null, { state: 'live' }],
    [
      'offline after that',
      joined({ lostSince: now - 4_000 }),
      null,
      { state: 'offline', since: now - 4_000, lagMs: null },
    ],
    [
      'offline without a database, even when paused',
      joined({ databaseLostSince: now - 10 }),
      3,
      { state: 'offline', since: now - 10 },
    ],
  ])('is %s', (_, connection, paused, expected) => {
    expect(liveState(connection, paused, now)).toMatchObject(expected);
  });
});

describe('a health report as a connection', () => {
  it('keeps the first moment of an outage', () => {
    const first = connectionOf(UNKNOWN_CONNECTION, { status: 'unhealthy', database: 'unreachable' }, 10);
    expect(first.databaseLostSince).toBe(10);
    expect(connectionOf(first, { status: 'unhealthy', database: 'unreachable' }, 20).databaseLostSince).toBe(10);
    expect(connectionOf(first, { status: 'ok', database: 'ok' }, 30).databaseLostSince).toBeNull();
    const gone = connectionOf(UNKNOWN_CONNECTION, null, 40);
    expect(connectionOf(gone, null, 50).lostSince).toBe(40);
  });
});

describe('events of the stream', () => {
  it('are read, or left', () => {
    expect(lagOf('{"lagMs":120,"source":"saga_log","state":"running"}')).toEqual({
      lagMs: 120,
      source: 'saga_log',
      state: 'running',
    });
    expect(lagOf('{"lagMs":null,"source":"saga_log","state":"running"}')?.lagMs).toBeNull();
    expect(lagOf('{"lagMs":"120"}')).toBeNull();
    expect(lagOf('nonsense')).toBeNull();
    expect(offlineSince('{"since":"2026-03-12T13:38:20.000Z"}', now)).toBe(Date.UTC(2026, 2, 12, 13, 38, 20));
    expect(offlineSince('{}', now)).toBe(now);
  });
});
