'use client';
import type { AttemptWire } from '@/core/contract/sagas';
import { ShapeIcon, type Shape } from '../status';
import { clockMs } from './clock-ms';
import { durationOf, type Lane } from './lanes';
import { StepActions, type OnAction } from './saga-actions';

const SHAPE: Record<AttemptWire['outcome'], Record<Lane['lane'], Shape>> = {
  running: { forward: 'running', undo: 'compensating' },
  done: { forward: 'completed', undo: 'compensated' },
  failed: { forward: 'failed', undo: 'failed' },
};

/** One attempt, opened below its row: when, how long, and the error as its writer put it. */
export function AttemptDetail({
  lane,
  attempt,
  onOpenLog,
  onAction,
}: {
  lane: Lane;
  attempt: AttemptWire | undefined;
  onOpenLog: () => void;
  onAction: OnAction;
}) {
  const error = attempt?.error ?? null;
  const at = attempt?.startedAt ?? attempt?.finishedAt ?? null;
  const took = durationOf(attempt);
  const last = lane.attempts.at(-1);
  return (
    <div className="gt-att">
      <div className="gt-att-l">
        {attempt ? (
          <span className="row">
            <ShapeIcon shape={SHAPE[attempt.outcome][lane.lane]} on="sunken" />
            <span className="m">
              Attempt {attempt.number} of {Math.max(last?.number ?? 1, attempt.number)}
            </span>
          </span>
        ) : (
          <span className="m">{lane.note ?? 'No attempt'}</span>
        )}
        {at === null ? null : (
          <span className="t3 gt-att-at">
            <time dateTime={at}>{clockMs(at)}</time>
            {took === null ? '' : ` · ${took}`}
          </span>
        )}
      </div>
      <div className="gt-att-m">
        <p className="gt-att-err">
          {error === null ? (
            <span className="t2">{attempt ? WORDS[attempt.outcome] : 'No row of it in the log.'}</span>
          ) : (
            <>
              {error.code === null ? null : <code>{error.code}</code>}{' '}
              {error.message === null ? null : <span className="t2">“{error.message}”</span>}
            </>
          )}
        </p>
        <span className="row row-4 gt-tags">
          {tagsOf(lane, error).map((tag) => (
            <span className="tag" key={tag}>
              {tag}
            </span>
          ))}
        </span>
      </div>
      <div className="gt-att-r">
        <button type="button" className="link" onClick={onOpenLog}>
          Open log rows
        </button>
        <StepActions step={lane.step} undoName={lane.lane === 'undo' ? lane.name : null} onAction={onAction} />
      </div>
    </div>
  );
}

const WORDS = {
  running: 'No outcome was written yet.',
  done: 'It succeeded.',
  failed: 'It failed; the row carries no error.',
} as const;

function tagsOf({ step }: Lane, error: AttemptWire['error']): string[] {
  const words = [
    error?.category,
    error?.retryable == null ? null : error.retryable ? 'retryable' : 'not retryable',
    error?.level,
    step.service,
    step.inDoubt ? 'outcome unknown' : null,
    step.suspended ? 'ran after its undo' : null,
    step.settled ? 'settled by a person' : null,
    ...(error?.tags ?? []),
  ];
  return [...new Set(words.flatMap((word) => (word == null || word === '' ? [] : [word])))];
}
