import { describe, expect, it } from 'vitest';
import { exampleLog } from './example';
import { fold } from './fold';
import type { SagaRow } from './row';

// The table of contract part 2, as it stands there: the test reads it, the fold does not.
const CONTRACT = `
| step is | started | done | failed | undoing | undone | undo_failed |
|---|---|---|---|---|---|---|
| (none) | pending | succeeded | failed | compensating, null_compensation | compensated, null_compensation | compensation_failed, null_compensation |
| pending | pending | succeeded | failed | compensating | compensated | compensation_failed |
| succeeded | pending, rerun | =, duplicate | failed, contradiction | compensating | compensated | compensation_failed |
| failed | pending | succeeded | failed | compensating | compensated | compensation_failed |
| compensating | pending, rerun | =, illegal_transition (1) | =, duplicate | compensating | compensated | compensation_failed |
| compensation_failed | pending, rerun | =, illegal_transition (1) | =, duplicate | compensating | compensated | compensation_failed |
| compensated | pending, rerun (2) | succeeded, suspension (3) | =, duplicate | =, duplicate | =, duplicate (4) | =, duplicate |
`;

const GIVEN: Record<string, string> = {
  '(none)': '',
  pending: 's.started',
  succeeded: 's.started s.done',
  failed: 's.started s.failed',
  compensating: 's.started s.done s.undoing',
  compensation_failed: 's.started s.done s.undoing s.undo_failed',
  compensated: 's.started s.done s.undoing s.undone',
};

const [header = [], , ...lines] = CONTRACT.trim()
  .split('\n')
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
const CELLS = lines.flatMap(([state = '', ...cells]) =>
  cells.map((cell, index) => {
    const [next = '', anomaly = null] = cell.replace(/ \(\d\)$/u, '').split(', ');
    return { state, event: header[index + 1] ?? '', next: next === '=' ? state : next, anomaly };
  }),
);

/** The step after a log, and what its last row was found to be. */
function after(text: string, more: Record<number, Partial<SagaRow>> = {}) {
  const rows = exampleLog(text, more);
  const saga = fold(rows, null, [], []);
  const before = rows.length > 1 ? fold(rows.slice(0, -1), null, [], []).duplicates : 0;
  const last = saga.anomalies.filter(({ logId }) => logId === rows.at(-1)?.id).map(({ kind }) => kind);
  const step = saga.steps[0];
  return {
    saga,
    step,
    found: { state: step?.state, anomalies: saga.duplicates > before ? ['duplicate', ...last] : last },
  };
}

describe('the table of states and events', () => {
  it('has seven states and six events', () => expect(CELLS).toHaveLength(42));

  it.each(CELLS)(
    'given a step that is $state, when $event, then $next, $anomaly',
    ({ state, event, next, anomaly }) => {
      expect(after(`${GIVEN[state]} s.${event}`).found).toEqual({ state: next, anomalies: anomaly ? [anomaly] : [] });
    },
  );

  it.each(CELLS)('keeps the row: $state, $event', ({ state, event }) => {
    const { saga, step } = after(`${GIVEN[state]} s.${event}`);
    expect(saga.lastLogId).toBe(BigInt(saga.rowCount));
    expect(step?.lastRowId).toBe(saga.lastLogId);
  });
});

describe('the notes of the table', () => {
  it.each([
    ['compensating', 's.SUCCESS x.FAILED s.PENDING', 's.SUCCESS', 'succeeded', 'rerun'],
    ['compensation_failed', 's.SUCCESS x.FAILED s.FAILED', 's.SUCCESS', 'succeeded', 'rerun'],
    [
      'compensating by a row that says so',
      's.SUCCESS x.FAILED s.undoing',
      's.SUCCESS',
      'compensating',
      'illegal_transition',
    ],
    [
      'compensating, then proven',
      's.SUCCESS x.FAILED s.PENDING s.undo_failed',
      's.done',
      'compensation_failed',
      'illegal_transition',
    ],
    [
      'compensating, proven, then guessed',
      's.done s.undoing s.FAILED',
      's.done',
      'compensation_failed',
      'illegal_transition',
    ],
  ])('(1) a done row of a step that is %s', (_, given, when, state, anomaly) => {
    expect(after(`${given} ${when}`).found).toEqual({ state, anomalies: [anomaly] });
  });

  it('(2) a step that never ran and starts after its undo is suspended until the next started or undone', () => {
    const { found, step } = after('s.undone s.started');
    expect(found).toEqual({ state: 'pending', anomalies: ['suspension'] });
    expect(step?.suspended).toBe(true);
    expect(after('s.undone s.started s.done').step).toMatchObject({ state: 'succeeded', suspended: true });
    expect(after('s.undone s.started s.started').step?.suspended).toBe(false);
    expect(after('s.undone s.started s.done s.undone').step?.suspended).toBe(false);
  });

  it('(3) a done row with a higher attempt is a rerun, any other a suspension', () => {
    const given = 's.started s.done s.undone s.done';
    expect(after(given, { 4: { attempt: 2 } }).found).toEqual({ state: 'succeeded', anomalies: ['rerun'] });
    expect(after(given, { 4: { attempt: 1 } }).found).toEqual({ state: 'succeeded', anomalies: ['suspension'] });
    expect(after(given).found).toEqual({ state: 'succeeded', anomalies: ['suspension'] });
    expect(after(given, { 1: { attempt: 4 }, 4: { attempt: 4 } }).found.anomalies).toEqual(['suspension']);
    expect(after(given, { 1: { attempt: 4 }, 4: { attempt: 5 } }).found.anomalies).toEqual(['rerun']);
  });

  it('(3) the late success of a step that never ran is a suspension, whatever its attempt', () => {
    expect(after('s.undone s.done', { 2: { attempt: 1 } }).found.anomalies).toEqual(['suspension']);
  });

  it('(4) two compensations with different ids are a double compensation', () => {
    const given = 's.done s.undone s.undone';
    const by = (a: string | null, b: string | null) =>
      after(given, { 2: { compensationId: a }, 3: { compensationId: b } }).found;
    expect(by('A', 'B')).toEqual({ state: 'compensated', anomalies: ['double_compensation'] });
    expect(by('A', 'A').anomalies).toEqual(['duplicate']);
    expect(by('A', null).anomalies).toEqual(['duplicate']);
    expect(by(null, 'B').anomalies).toEqual(['duplicate']);
  });

  it('(4) an undone row whose compensation id was seen undoes nothing in any state', () => {
    const more = { 2: { compensationId: 'A' }, 4: { compensationId: 'A' } };
    const late = after('s.done s.undone s.done s.undone', more);
    expect(late.found).toEqual({ state: 'succeeded', anomalies: ['duplicate'] });
    expect(late.step).toMatchObject({ inEffect: true, suspended: true, lastUndoneId: 2n });
    const { step } = after('s.done s.undone s.started s.undone', more);
    expect(step?.state).toBe('pending');
  });

  it('(4) PENDING and FAILED rows of the same compensation do not count', () => {
    const more = { 2: { compensationId: 'A' }, 3: { compensationId: 'A' }, 4: { compensationId: 'A' } };
    expect(after('s.done s.undoing s.undo_failed s.undone', more).found).toEqual({
      state: 'compensated',
      anomalies: [],
    });
  });

  it('(4) a second run may be undone by another compensation', () => {
    const more = { 2: { compensationId: 'A' }, 5: { compensationId: 'B' } };
    expect(after('s.done s.undone s.started s.done s.undone', more).found.anomalies).toEqual([]);
  });
});

describe('reading a row without a phase', () => {
  it.each([
    ['FAILED of a succeeded step, nothing goes back', 's.SUCCESS s.FAILED', 'failed'],
    ['PENDING of a succeeded step, nothing goes back', 's.SUCCESS x.SUCCESS s.PENDING', 'pending'],
    ['PENDING of a succeeded step, another failed', 's.SUCCESS x.FAILED s.PENDING', 'compensating'],
    ['PENDING of a succeeded step, another is compensating', 's.SUCCESS x.undoing s.PENDING', 'compensating'],
    ['FAILED of a succeeded step, another is compensated', 's.SUCCESS x.COMPENSATED s.FAILED', 'compensation_failed'],
    [
      'FAILED of a succeeded step, another could not be undone',
      's.SUCCESS x.undo_failed s.FAILED',
      'compensation_failed',
    ],
    ['PENDING of a failed step, another failed', 's.FAILED x.FAILED s.PENDING', 'pending'],
    ['FAILED of a compensating step', 's.undoing s.FAILED', 'compensation_failed'],
    ['PENDING after a failed compensation', 's.undo_failed s.PENDING', 'compensating'],
    ['SUCCESS of a pending step, another failed', 's.PENDING x.FAILED s.SUCCESS', 'succeeded'],
    ['a phase that nobody knows', 's.SUCCESS x.FAILED s.PENDING', 'compensating'],
  ])('%s', (title, text, state) => {
    const more: Record<number, Partial<SagaRow>> = title.startsWith('a phase') ? { 3: { phase: 'SIDEWAYS' } } : {};
    expect(after(text, more).step?.state).toBe(state);
  });
});
