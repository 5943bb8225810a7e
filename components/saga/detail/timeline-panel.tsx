'use client';
import { useMemo } from 'react';
import type { SagaDetail } from '@/core/contract/sagas';
import { measuredWords } from '@/core/diagram/duration-words';
import { timeline } from '@/core/diagram/timeline';
import { useTicking } from '@/components/ui/clock';
import { Segmented } from '@/components/ui/segmented';
import { AttemptsView } from './attempts-view';
import type { Lane, Selection } from './lanes';
import { LogRows } from './log-rows';
import { useNarrow } from './media';
import type { OnAction } from './saga-actions';
import { TimelineList } from './timeline-list';
import type { PageState } from './use-selection';

/** When each attempt ran, and the rows that say so. */
export function TimelinePanel({
  saga,
  lanes,
  state,
  selection,
  onAction,
}: {
  saga: SagaDetail;
  lanes: readonly Lane[];
  state: PageState;
  selection: Selection | null;
  onAction: OnAction;
}) {
  const narrow = useNarrow();
  const over = saga.status === 'COMPLETED' || saga.status === 'COMPENSATED';
  const asOf = Date.parse(saga.asOf);
  // Ticks in steps of ten seconds: the open end grows without drawing every bar each second.
  const now = Math.max(asOf, Number(useTicking((time) => String(Math.floor(time / 10_000) * 10_000), '0')));
  const drawn = useMemo(() => drawTimeline(saga, lanes, over ? asOf : now, over), [saga, lanes, over, asOf, now]);
  return (
    <section className="panel sd-timeline" aria-labelledby="step-timeline">
      <div className="panel-h">
        <h2 id="step-timeline">Step timeline</h2>
        <span className="sub trunc">
          {measuredWords(drawn.totalMs)}
          <span className="desk"> in total, {measuredWords(drawn.workMs)} of work</span>
        </span>
        <span className="right">
          <Segmented
            label="Timeline view"
            value={state.view}
            onChange={state.setView}
            options={[
              { value: 'attempts', label: 'Attempts' },
              { value: 'log', label: 'Log rows', count: saga.logTotal },
            ]}
          />
        </span>
      </div>
      {state.view === 'log' ? (
        <LogRows saga={saga} selectedId={selection?.attempt ?? null} />
      ) : narrow ? (
        <TimelineList
          saga={saga}
          lanes={lanes}
          selection={selection}
          onSelect={state.select}
          onOpenLog={() => state.setView('log')}
          onAction={onAction}
        />
      ) : (
        <AttemptsView
          saga={saga}
          lanes={lanes}
          drawn={drawn}
          selection={selection}
          onSelect={state.select}
          onOpenLog={() => state.setView('log')}
          onAction={onAction}
        />
      )}
    </section>
  );
}

const msOf = (at: string | null): number | null => (at === null ? null : Date.parse(at));

function drawTimeline(saga: SagaDetail, lanes: readonly Lane[], now: number, over: boolean) {
  const waits = saga.attention !== null ? lanes.find(({ current }) => current) : undefined;
  return timeline({
    startedAt: Date.parse(saga.startedAt),
    now,
    over,
    waitingIn: waits?.id ?? null,
    lanes: lanes.map(({ id, attempts }) => ({
      id,
      attempts: attempts.map((attempt) => ({
        number: attempt.number,
        startedAt: msOf(attempt.startedAt),
        finishedAt: msOf(attempt.finishedAt),
        outcome: attempt.outcome,
        lastLogId: attempt.lastLogId,
      })),
    })),
  });
}
