import { describe, expect, it } from 'vitest';
import { connectionOf, lagOf, liveState, offlineSince, UNKNOWN_CONNECTION, type Connection } from './live-state';

const now = 1_000_000;
const joined = (change: Partial<Connection>): Connection => ({ ...UNKNOWN_CONNECTION, ...change });
const lag = (lagMs: number | null, state = 'running', refold: string[] = []) => ({
  lagMs,
  source: 'saga_log, held back by process 7',
  state,
  refold,
});

const some = (value: number) => ({ value, capped: false });

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
    [
      'catching up while a type is folded again',
      joined({ lag: lag(5, 'running', ['order_fulfilment']) }),
      null,
      { state: 'folding', source: 'order_fulfilment is folded again with its definition' },
    ],
    [
      'catching up with several types',
      joined({ lag: lag(9_000, 'running', ['a', 'b', 'c']) }),
      null,
      { state: 'folding', source: 'a and 2 more types are folded again with their definitions' },
    ],
    [
      'slow, not catching up, when the worker is stopped',
      joined({ lag: lag(5, 'stopped', ['a']) }),
      null,
      { state: 'slow', source: 'the worker is stopped' },
    ],
    ['paused with a count', joined({ lag: lag(5) }), some(38), { state: 'paused', waiting: some(38) }],
    ['paused with nothing new', joined({ lag: lag(5) }), some(0), { state: 'paused', waiting: some(0) }],
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
      some(3),
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

it('reads the log that is behind, who holds it and what is folded again from a health report', () => {
  const { lag } = connectionOf(
    UNKNOWN_CONNECTION,
    {
      status: 'ok',
      projection: {
        source: 'event_store',
        lag_rows: 3,
        lag_ms: 40,
        open_gaps: 1,
        held_back_by: [
          { log: 'saga_log', pid: 1, age_ms: null, first_seen: '', ids: '1' },
          { log: 'event_store', pid: 2, age_ms: null, first_seen: '', ids: '1' },
        ],
        refold: { types: ['order'], sagas: { value: 2, capped: false } },
      },
    },
    0,
  );
  expect(lag).toEqual({
    lagMs: 40,
    source: 'event_store, held back by process 2',
    state: 'running',
    refold: ['order'],
  });
});

describe('events of the stream', () => {
  it('are read, or left', () => {
    expect(lagOf('{"lagMs":120,"source":"saga_log","state":"running"}')).toEqual({
      lagMs: 120,
      source: 'saga_log',
      state: 'running',
      refold: [],
    });
    expect(lagOf('{"lagMs":1,"source":"saga_log","state":"running","refold":["order"]}')?.refold).toEqual(['order']);
    expect(lagOf('{"lagMs":null,"source":"saga_log","state":"running"}')?.lagMs).toBeNull();
    expect(lagOf('{"lagMs":"120"}')).toBeNull();
    expect(lagOf('nonsense')).toBeNull();
    expect(offlineSince('{"since":"2026-03-12T13:38:20.000Z"}', now)).toBe(Date.UTC(2026, 2, 12, 13, 38, 20));
    expect(offlineSince('{}', now)).toBe(now);
  });
});
