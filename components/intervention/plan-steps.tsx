import type { PlanWire } from '@/core/contract/interventions';
import { shortId } from '@/components/ui/id-chip';
import { SagaStatusMark, ShapeIcon } from '@/components/saga/status';

type PlanStep = PlanWire['steps'][number];

const nameOf = ({ action, compensation, stepName }: PlanStep): string =>
  action === 'compensate' ? (compensation ?? stepName) : stepName;

/** The last part of the address says which call it is; the whole stands in the title. */
export const shortCall = (call: NonNullable<PlanStep['call']>): string =>
  `${call.method} ${call.service} /${call.url.split('/').at(-1) ?? ''}`;

/** What runs, in run order; what is undone already stands among it as "no call"; last, how the saga ends. */
export function PlanSteps({ plan, compensationId }: { plan: PlanWire; compensationId: string }) {
  const order = plan.steps.filter(({ call }) => call !== null);
  return (
    <ol className="plan" aria-label="Plan in run order">
      {plan.steps.map((step) => (
        <Row key={step.stepName} step={step} number={order.indexOf(step) + 1} compensationId={compensationId} />
      ))}
      <li className="end">
        <span className="n iv-bare">
          <i className="dot-end" />
        </span>
        <div>
          <span className="row row-6">
            <span className="t2">Saga ends as</span>
            <SagaStatusMark status={plan.endsAs} />
          </span>
          {plan.afterwards === null ? null : <p>{plan.afterwards}</p>}
        </div>
        <span className="t3 fs12 call">once every call is proven</span>
      </li>
    </ol>
  );
}

function Row({ step, number, compensationId }: { step: PlanStep; number: number; compensationId: string }) {
  const name = nameOf(step);
  const of = name === step.stepName ? null : <span className="t3"> of {step.stepName}</span>;
  if (step.call === null) {
    return (
      <li className="done">
        <span className="n">
          <ShapeIcon shape={step.action === 'compensate' ? 'compensated' : 'pending'} on="raised" />
        </span>
        <div className="iv-step">
          <code className="t3">{name}</code>
          <p>{step.effect}</p>
        </div>
        <div className="call t3">no call</div>
      </li>
    );
  }
  return (
    <li>
      <span className="n">{number}</span>
      <div className="iv-step">
        <code>{name}</code>
        <span className="fs12">{of}</span>
        <p>{step.effect}</p>
      </div>
      <div className="call">
        <code title={`${step.call.method} ${step.call.url}`}>{shortCall(step.call)}</code>
        <small>
          <code title={compensationId}>{shortId(compensationId)}</code>
          {step.repeatIsHarmless ? ' · no effect if repeated' : ' · a repeat has effect'}
        </small>
      </div>
    </li>
  );
}

/** What the plan touches in the world; "none" is written out. */
export function Touches({ touches }: { touches: PlanWire['touches'] }) {
  const entries = [
    ['Services', touches.services.length === 0 ? 'none' : touches.services.join(', ')],
    ['Stock', touches.stock],
    ['Money', touches.money],
    ['Customer messages', touches.customerMessages],
  ] as const;
  return (
    <div className="dlg-s">
      <h3>What this touches</h3>
      <dl className="blast">
        {entries.map(([name, words]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
