'use client';
import { Fragment, type CSSProperties } from 'react';
import type { SagaDetail } from '@/core/contract/sagas';
import { measuredWords } from '@/core/diagram/duration-words';
import type { Bar, Timeline, TimelineLane } from '@/core/diagram/timeline';
import { clockWords } from '@/components/ui/time-words';
import { STEP_SHAPE, StepIcon, type Shape } from '../status';
import { AttemptDetail } from './attempt-detail';
import type { Lane, Selection } from './lanes';
import type { OnAction } from './saga-actions';

interface Props {
  saga: SagaDetail;
  lanes: readonly Lane[];
  drawn: Timeline;
  selection: Selection | null;
  onSelect: (selection: Selection) => void;
  onOpenLog: () => void;
  onAction: OnAction;
}

const share = (value: number) => `${(value * 100).toFixed(3)}%`;

/** A row per step and per undo, a bar per attempt, on one axis of time. */
export function AttemptsView({ saga, lanes, drawn, selection, onSelect, onOpenLog, onAction }: Props) {
  const firstUndo = lanes.find(({ lane }) => lane === 'undo')?.id;
  const byId = new Map(drawn.lanes.map((lane) => [lane.id, lane]));
  return (
    <section className="gt" aria-label="Attempts by step">
      <Axis drawn={drawn} />
      {lanes.map((lane) => {
        const chosen = selection?.stepName === lane.stepName && selection.lane === lane.lane;
        const attempt = chosen
          ? (lane.attempts.find(({ lastLogId }) => lastLogId === selection.attempt) ?? lane.attempts.at(-1))
          : undefined;
        return (
          <Fragment key={lane.id}>
            {lane.id === firstUndo ? <div className="sep" /> : null}
            <Row
              lane={lane}
              drawn={byId.get(lane.id)}
              ticks={drawn.scale.ticks}
              chosen={chosen}
              attempt={attempt?.lastLogId ?? null}
              hot={lane.current && saga.attention !== null}
              onSelect={onSelect}
            />
            {chosen ? <AttemptDetail lane={lane} attempt={attempt} onOpenLog={onOpenLog} onAction={onAction} /> : null}
          </Fragment>
        );
      })}
    </section>
  );
}

function Axis({ drawn: { scale } }: { drawn: Timeline }) {
  return (
    <>
      <div className="gt-ax">
        <span className="l" style={{ left: 16 }}>
          {clockWords(scale.start)}
        </span>
      </div>
      <div className="gt-ax">
        {scale.ticks
          .filter(({ at }) => at < (scale.tail?.at ?? 1) - 0.03 || at === 0)
          .map(({ at, label }) => (
            <span key={at} className={at === 0 ? 'l' : ''} style={{ left: share(at) }}>
              {label}
            </span>
          ))}
        {scale.cuts.map(({ at, ms }) => (
          <Cut key={at} at={at} words={`${measuredWords(ms)} without a row`} />
        ))}
        {scale.tail ? (
          <>
            <Cut at={scale.tail.at} words="Not to scale from here" />
            <span className="l" style={{ left: `calc(${share(scale.tail.at)} + 12px)` }}>
              {clockWords(scale.tail.from)} → now
            </span>
          </>
        ) : null}
      </div>
      <div className="gt-ax">
        <span style={{ right: 16, transform: 'none' }}>Result</span>
      </div>
    </>
  );
}

function Cut({ at, words }: { at: number; words: string }) {
  return (
    <svg
      className="gt-cut"
      width="9"
      height="9"
      style={{ left: `calc(${share(at)} - 4px)` }}
      data-tip={words}
      role="img"
      aria-label={words}
    >
      <path className="gt-cut-gap" d="M0 0h9v9h-9z" />
      <path className="gt-cut-line" d="M1.5 8l2-7M5.5 8l2-7" />
    </svg>
  );
}

function Row({
  lane,
  drawn,
  ticks,
  chosen,
  attempt,
  hot,
  onSelect,
}: {
  lane: Lane;
  drawn: TimelineLane | undefined;
  ticks: Timeline['scale']['ticks'];
  chosen: boolean;
  attempt: string | null;
  hot: boolean;
  onSelect: (selection: Selection) => void;
}) {
  const pick = (lastLogId: string | null) => onSelect({ stepName: lane.stepName, lane: lane.lane, attempt: lastLogId });
  const style = `${hot ? 'hot' : chosen ? 'sel' : ''}`;
  const failed = lane.state === 'failed' || lane.state === 'compensation_failed';
  return (
    <>
      <div className={`gt-l ${style}`}>
        <StepIcon state={lane.state} on={hot ? 'attention-bg' : undefined} />
        <button
          type="button"
          className={`gt-name ${lane.attempts.length === 0 ? 't3' : ''}`}
          aria-expanded={chosen}
          data-tip={lane.name.length > 19 ? lane.name.slice(0, 500) : undefined}
          onClick={() => pick(lane.attempts.at(-1)?.lastLogId ?? null)}
        >
          <code>{lane.name}</code>
        </button>
      </div>
      <div className={`gt-t ${style}`}>
        {ticks.map(({ at }) => (
          <i key={at} className="g" style={{ left: share(at) }} />
        ))}
        {drawn?.waits.map(({ left, width, folded }) => (
          <Fragment key={left}>
            <i className="w" style={{ left: share(left), width: share(width) }} />
            {folded > 0 ? (
              <span className="lab" style={{ left: share(left + width / 2) }}>
                {folded} more attempts
              </span>
            ) : null}
          </Fragment>
        ))}
        {drawn?.bars.map((bar) => (
          <AttemptBar
            key={`${bar.attempt.lastLogId} ${bar.attempt.number}`}
            bar={bar}
            lane={lane}
            pressed={bar.attempt.lastLogId === attempt}
            onPick={() => pick(bar.attempt.lastLogId)}
          />
        ))}
        {drawn?.hold ? (
          <>
            <i className="hold" style={{ left: `calc(${share(drawn.hold.left)} + 6px)`, right: 0 }} />
            <span className="lab hold-lab" style={{ left: share(drawn.hold.left + drawn.hold.width / 4) }}>
              {measuredWords(drawn.hold.ms)}
            </span>
          </>
        ) : null}
        {lane.note === null ? null : (
          <span className="lab" style={{ left: 0 }}>
            {lane.note}
          </span>
        )}
      </div>
      <div className={`gt-r ${style}`}>
        <span
          className={
            failed ? `fg s-${STEP_SHAPE[lane.state]}${hot ? ' m' : ''}` : lane.attempts.length === 0 ? 't3' : ''
          }
        >
          {lane.result}
        </span>
      </div>
    </>
  );
}

const OUTCOME_WORD = { running: 'running', done: 'succeeded', failed: 'failed' } as const;

function shapeOf(bar: Bar, lane: Lane): Shape {
  if (bar.attempt.outcome === 'failed') return 'failed';
  if (bar.attempt.outcome === 'running') return lane.lane === 'undo' ? 'compensating' : 'running';
  return lane.lane === 'undo' ? 'compensated' : 'completed';
}

function AttemptBar({ bar, lane, pressed, onPick }: { bar: Bar; lane: Lane; pressed: boolean; onPick: () => void }) {
  const { attempt } = bar;
  const superseded = attempt.outcome === 'running' && attempt.lastLogId !== lane.attempts.at(-1)?.lastLogId;
  const outcome = superseded ? 'no outcome written' : OUTCOME_WORD[attempt.outcome];
  const words = `${lane.name}, attempt ${attempt.number}, ${outcome}${
    bar.backwards ? ', its clock ran backwards' : ''
  }`;
  const style: CSSProperties = { left: `min(${share(bar.left)}, calc(100% - 4px))`, width: share(bar.width) };
  return (
    <button
      type="button"
      className={`b s-${shapeOf(bar, lane)} ${attempt.outcome === 'running' ? 'o' : ''}`}
      style={style}
      aria-label={words}
      aria-pressed={pressed}
      data-tip={words}
      onClick={onPick}
    >
      {lane.attempts.length > 1 && bar.width > 0.03 ? attempt.number : null}
    </button>
  );
}
