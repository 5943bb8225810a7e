'use client';
import Link from 'next/link';
import { measuredWords } from '@/core/diagram/duration-words';
import type { FlowPicture } from './flow-page';
import { SagaStatusMark } from '@/components/saga/status';
import { Icon } from '@/components/ui/icon';
import { shortId } from '@/components/ui/id-chip';
import { Kbd } from '@/components/ui/kbd';
import { wholeWords } from '@/components/ui/number-words';
import { clockWords, dateWords } from '@/components/ui/time-words';
import { laneIcon } from './lane-icon';
import { serviceWords } from './node-words';

const MOST_SERVICES = 12;

/** What is known of the flow as a whole, while nothing of it is selected. */
export function FlowFacts({ flow }: Pick<FlowPicture, 'flow'>) {
  const { startedAt, endedAt, services, serviceTotal, sagas } = flow;
  return (
    <>
      <section>
        <h2>This flow</h2>
        <dl className="kv">
          {startedAt === null || endedAt === null ? null : (
            <>
              <dt>Began</dt>
              <dd>
                {clockWords(Date.parse(startedAt))} <span className="t3">{dateWords(Date.parse(startedAt))}</span>
              </dd>
              <dt>Lasted</dt>
              <dd>{measuredWords(Date.parse(endedAt) - Date.parse(startedAt))}</dd>
            </>
          )}
          <dt>Events</dt>
          <dd>{wholeWords(flow.total)}</dd>
          <dt>Failures</dt>
          <dd>{flow.failures === 0 ? 'none' : <span className="fg s-failed m">{wholeWords(flow.failures)}</span>}</dd>
          <dt>Tenant</dt>
          <dd className="trunc">{flow.tenantId === '' ? <span className="t3">none</span> : flow.tenantId}</dd>
        </dl>
      </section>
      {sagas.length === 0 ? null : (
        <section>
          <h2>{sagas.length === 1 ? 'Saga' : 'Sagas'}</h2>
          <ul className="ef-sagas">
            {sagas.map(({ sagaId, sagaType, status, businessKey }) => (
              <li key={sagaId}>
                <SagaStatusMark status={status} />
                <Link className="link trunc" href={`/sagas/${sagaId}`}>
                  {businessKey ?? shortId(sagaId)}
                </Link>
                <span className="t3 fs12 trunc">{sagaType}</span>
              </li>
            ))}
          </ul>
          {flow.moreSagas ? <p className="t3 fs12">and more</p> : null}
        </section>
      )}
      {services.length === 0 ? null : (
        <section>
          <h2>
            Services<span className="right">events</span>
          </h2>
          <ul className="ef-services">
            {services.slice(0, MOST_SERVICES).map(({ name, events }) => (
              <li key={name} className="row">
                <Icon name={laneIcon(name)} size={14} />
                <span className="trunc">{serviceWords(name)}</span>
                <span className="right t2">{wholeWords(events)}</span>
              </li>
            ))}
          </ul>
          {serviceTotal > MOST_SERVICES ? (
            <p className="t3 fs12">and {wholeWords(serviceTotal - MOST_SERVICES)} more</p>
          ) : null}
        </section>
      )}
      <section className="ef-legend">
        <h2>How to read it</h2>
        <p>
          <svg width="26" height="8" aria-hidden="true">
            <path className="ft-edge" d="M0 4h26" />
          </svg>
          its cause: the event names it
        </p>
        <p>
          <svg width="26" height="8" aria-hidden="true">
            <path className="ft-edge ft-corr" d="M0 4h26" />
          </svg>
          came before, in the same flow
        </p>
        <p>
          <svg width="26" height="14" aria-hidden="true" className="ft-ghost">
            <rect className="ft-box" x="1" y="1" width="24" height="12" rx="3" />
          </svg>
          named as a cause, not in this flow
        </p>
        <p>
          <svg width="26" height="14" aria-hidden="true" className="ft-fault">
            <rect className="ft-box" x="1" y="1" width="24" height="12" rx="3" />
          </svg>
          its cause is itself, or its own effect
        </p>
        <p className="desk">
          <span className="row row-4">
            <Kbd>[</Kbd>
            <Kbd>]</Kbd>
          </span>
          cause, effect
        </p>
      </section>
    </>
  );
}
