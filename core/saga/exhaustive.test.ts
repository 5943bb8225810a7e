import { describe, expect, it, vi } from 'vitest';
import { exampleDefinition, exampleRow } from './example';
import { fold } from './fold';
import type { SagaRow } from './row';
import type { Saga } from './saga';

vi.setConfig({ testTimeout: 60_000 });

const STATUSES = ['PENDING', 'SUCCESS', 'FAILED', 'COMPENSATED'];

/** Every log of 1 to `length` rows of the steps, each row one of the words. */
function* logs(steps: readonly string[], words: readonly string[], length: number): Generator<SagaRow[]> {
  const symbols = steps.flatMap((step) => words.map((word) => [step, word] as const));
  const rows = Array.from({ length }, (_, at) => symbols.map(([step, word]) => exampleRow(at + 1, step, word)));
  function* from(log: SagaRow[]): Generator<SagaRow[]> {
    if (log.length > 0) yield log;
    if (log.length < length) for (const row of rows[log.length] ?? []) yield* from([...log, row]);
  }
  yield* from([]);
}

/** Brute force, knowing nothing of states: the effects that a SUCCESS brought and no later COMPENSATED took. */
function inTheWorld(log: readonly SagaRow[]): Set<string> {
  const effects = new Set<string>();
  for (const { stepName, status, phase } of log) {
    if (status === 'COMPENSATED' || (status === 'SUCCESS' && phase === 'COMPENSATION')) effects.delete(stepName);
    else if (status === 'SUCCESS') effects.add(stepName);
  }
  return effects;
}

/** What must hold for every log; collected, so that a failure shows its log and not one of 37,448 assertions. */
function broken(log: readonly SagaRow[], saga: Saga): string[] {
  const world = inTheWorld(log);
  const ofKind = (kind: string) => saga.steps.filter((step) => step.kind === kind && world.has(step.name));
  const effects = ofKind('compensatable').map(({ name }) => name);
  const pivots = ofKind('pivot');
  const excused = saga.status === 'COMPLETED' || pivots.length > 0;
  const rules: [string, boolean][] = [
    ['an effect in the world is outstanding', excused || effects.every((name) => saga.outstanding.includes(name))],
    ['nothing else is outstanding', saga.outstanding.every((name) => effects.includes(name) && !excused)],
    ['in effect is what a SUCCESS brought', saga.steps.every((step) => step.inEffect === world.has(step.name))],
    ['COMPENSATED leaves no effect', saga.status !== 'COMPENSATED' || effects.length + pivots.length === 0],
    ['COMPLETED needs a definition', saga.status !== 'COMPLETED' || saga.definition !== null],
    ['no row is lost', saga.rowCount === log.length && saga.lastLogId === log.at(-1)?.id],
    ['a known status is no anomaly', saga.anomalies.every(({ kind }) => kind !== 'unknown_status')],
  ];
  return rules.filter(([, holds]) => !holds).map(([rule]) => rule);
}

const A = { name: 'a' };
const LEARNING = ['a type without a definition', null] as const;

describe.each([
  LEARNING,
  ['one compensatable step', exampleDefinition([A])] as const,
  ['one pivot', exampleDefinition([{ name: 'a', kind: 'pivot' }])] as const,
  ['a step nobody declared', exampleDefinition([{ name: 'b' }])] as const,
])('all logs of up to 6 rows of one step: %s', (_, definition) => {
  it('leaves no effect out of sight', () => {
    let count = 0;
    for (const log of logs(['a'], STATUSES, 6)) {
      const rules = broken(log, fold(log, definition, [], []));
      if (rules.length > 0) expect.fail(`${rules.join(', ')}: ${log.map(({ status }) => status).join(' ')}`);
      count += 1;
    }
    expect(count).toBe(5460);
  });
});

describe.each([LEARNING, ['a step and its pivot', exampleDefinition([A, { name: 'b', kind: 'pivot' }])] as const])(
  'all logs of up to 5 rows of two steps: %s',
  (_, definition) => {
    it('leaves no effect out of sight', () => {
      let count = 0;
      for (const log of logs(['a', 'b'], STATUSES, 5)) {
        const rules = broken(log, fold(log, definition, [], []));
        if (rules.length > 0) {
          expect.fail(`${rules.join(', ')}: ${log.map(({ stepName, status }) => `${stepName}.${status}`).join(' ')}`);
        }
        count += 1;
      }
      expect(count).toBe(37448);
    });
  },
);

it('leaves no effect out of sight where every row says its phase', () => {
  const words = ['started', 'done', 'failed', 'undoing', 'undone', 'undo_failed'];
  for (const log of logs(['a'], words, 5)) {
    const rules = broken(log, fold(log, null, [], []));
    if (rules.length > 0) expect.fail(`${rules.join(', ')}: ${log.map(({ status }) => status).join(' ')}`);
  }
});

it('settled by a person, an effect is nobody’s any more until the step is done again', () => {
  for (const log of logs(['a', 'b'], STATUSES, 4)) {
    const upToLogId = BigInt(log.length - 1);
    const word = { stepName: 'a', upToLogId, at: 0, by: 'ada', reason: 'settled by phone' };
    const { outstanding } = fold(log, null, [word], []);
    const world = inTheWorld(log);
    const last = log.at(-1);
    const raised = last?.stepName === 'a' && last.status === 'SUCCESS';
    const settled = last?.stepName === 'b' && outstanding.includes('a');
    if (settled || (raised && !outstanding.includes('a')) || world.has('b') !== outstanding.includes('b')) {
      expect.fail(log.map(({ stepName, status }) => `${stepName}.${status}`).join(' '));
    }
  }
});
