'use client';
import type { SagaDetail } from '@/core/contract/sagas';
import { Age } from '@/components/ui/relative-time';
import { clockWords } from '@/components/ui/time-words';
import { STEP_SHAPE, StepIcon } from '../status';
import { AttemptDetail } from './attempt-detail';
import type { Lane, Selection } from './lanes';
import type { OnAction } from './saga-actions';

/** The timeline of a narrow screen: what ran, in the order in which it began. */
export function TimelineList({
  saga,
  lanes,
  selection,
  onSelect,
  onOpenLog,
  onAction,
}: {
  saga: SagaDetail;
  lanes: readonly Lane[];
  selection: Selection | null;
  onSelect: (selection: Selection) => void;
  onOpenLog: () => void;
  onAction: OnAction;
}) {
  const ran = lanes
    .filter(({ attempts }) => attempts.length > 0)
    .sort((a, b) => Number(BigInt(a.attempts[0]?.firstLogId ?? 0) - BigInt(b.attempts[0]?.firstLogId ?? 0)));
  const waits = saga.attention !== null;
  return (
    <div className="tl-m">
      {ran.map((lane) => {
        const first = lane.attempts[0];
        const at = first?.startedAt ?? first?.finishedAt;
        const chosen = selection?.stepName === lane.stepName && selection.lane === lane.lane;
        const failed = lane.state === 'failed' || lane.state === 'compensation_failed';
        const attempt = chosen
          ? (lane.attempts.find(({ lastLogId }) => lastLogId === selection.attempt) ?? lane.attempts.at(-1))
          : undefined;
        return (
          <div key={lane.id}>
            <button
              type="button"
              className="tlm-r"
              aria-expanded={chosen}
              onClick={() =>
                onSelect({
                  stepName: lane.stepName,
                  lane: lane.lane,
                  attempt: lane.attempts.at(-1)?.lastLogId ?? null,
                })
              }
            >
              <StepIcon state={lane.state} />
              <span className="grow">
                <span className="row">
                  <code className="tlm-name">{lane.name}</code>
                  {at ? (
                    <time className="t3 fs12 right" dateTime={at}>
                      {clockWords(Date.parse(at))}
                    </time>
                  ) : null}
                </span>
                <span className={`fs12 tlm-what ${failed ? `fg s-${STEP_SHAPE[lane.state]}` : 't2'}`}>
                  {failed ? failureOf(lane) : lane.result}
                </span>
              </span>
            </button>
            {chosen ? <AttemptDetail lane={lane} attempt={attempt} onOpenLog={onOpenLog} onAction={onAction} /> : null}
          </div>
        );
      })}
      {waits ? (
        <div className="tlm-r t3 fs12">
          Waiting for a person since {clockWords(Date.parse(saga.updatedAt))} · <Age at={saga.updatedAt} />
        </div>
      ) : null}
    </div>
  );
}

function failureOf(lane: Lane): string {
  const code = lane.attempts.findLast(({ error }) => error?.code)?.error?.code;
  if (!code) return lane.result;
  return lane.attempts.length > 1 ? `${lane.attempts.length} × ${code}` : code;
}
