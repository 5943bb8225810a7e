'use client';
import type { InterventionWire } from '@/core/contract/interventions';
import { callName, callWords, type CallTone } from '@/core/narrative/intervention';
import type { SagaStatus } from '@/core/saga/saga';
import { useTicking } from '@/components/ui/clock';
import { ageWords, clockWords } from '@/components/ui/time-words';
import { SagaStatusMark, ShapeIcon, type Shape } from '@/components/saga/status';
import { shortCall } from './plan-steps';

type Call = InterventionWire['steps'][number];

/** Green is for what the log proves, and for nothing else. */
const SHAPE: Record<CallTone, Shape> = {
  waiting: 'pending',
  going: 'compensating',
  proven: 'completed',
  failed: 'failed',
  doubt: 'attention',
  off: 'pending',
};

/** Each call in run order: where it stands, when it is sent again, what was answered, what proves it. */
export function RunSteps({ one, status }: { one: InterventionWire; status: SagaStatus }) {
  return (
    <ol className="plan iv-run" aria-label="Calls in run order">
      {one.steps.map((call) => (
        <Row key={call.stepName} call={call} />
      ))}
      <li className="end">
        <span className="n iv-bare">
          <i className="dot-end" />
        </span>
        <span className="row row-6">
          <span className="t2">The saga is now</span>
          <SagaStatusMark status={status} />
        </span>
      </li>
    </ol>
  );
}

function Row({ call }: { call: Call }) {
  const { tone, text, againAt, logId } = callWords(call);
  const shape = call.state === 'no_call' ? 'compensated' : SHAPE[tone];
  const name = callName(call);
  return (
    <li className="done" data-state={call.state}>
      <span className="n">
        <ShapeIcon shape={shape} on="raised" />
      </span>
      <div className="iv-step">
        <code>{name}</code>
        {name === call.stepName ? null : <span className="t3 fs12"> of {call.stepName}</span>}
        <p className={`s-${shape} fg`}>
          {text}
          {againAt === null ? null : <Again at={againAt} />}
          {logId === null ? null : (
            <>
              , log <code>#{logId}</code>
            </>
          )}
        </p>
      </div>
      <div className="call">
        {call.call === null ? (
          <span className="t3">no call</span>
        ) : (
          <code title={`${call.call.method} ${call.call.url}`}>{shortCall(call.call)}</code>
        )}
        {call.attempts > 0 ? <small>{call.attempts === 1 ? '1 attempt' : `${call.attempts} attempts`}</small> : null}
      </div>
      {call.answer === null || call.state === 'verified' ? null : <Answer answer={call.answer} />}
    </li>
  );
}

function Again({ at }: { at: string }) {
  const time = Date.parse(at);
  const words = useTicking(
    (now) => (time - now < 1_000 ? 'now' : `in ${ageWords(time - now)}, at ${clockWords(time)}`),
    `at ${clockWords(time)}`,
  );
  return <span>, sent again {words}</span>;
}

/** The newest answer in full: what a person takes to the service's owner. */
function Answer({ answer }: { answer: NonNullable<Call['answer']> }) {
  const status = answer.status === null ? 'No answer' : `Answer ${answer.status}`;
  const at = clockWords(Date.parse(answer.at));
  if (answer.body === null || answer.body === '') {
    return (
      <p className="iv-answer">{answer.status === null ? `${status}, ${at}` : `${status} without a body, ${at}`}</p>
    );
  }
  return (
    <details className="iv-answer" open={answer.status !== null && answer.status >= 300}>
      <summary>
        {status}, {at}
      </summary>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long body is scrolled by key too */}
      <section className="iv-sent" tabIndex={0} aria-label="Body of the answer">
        <pre className="json">{answer.body}</pre>
      </section>
    </details>
  );
}
