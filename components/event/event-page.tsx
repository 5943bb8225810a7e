'use client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState, type ReactNode } from 'react';
import { eventQueries, flowHref, streamHref } from '@/client/events';
import { asApiError } from '@/client/http';
import type { EventDetail, EventHeadWire } from '@/core/contract/events';
import { Answer } from '@/components/shell/answer';
import { CopyButton } from '@/components/ui/copy';
import { Icon } from '@/components/ui/icon';
import { IdChip } from '@/components/ui/id-chip';
import { JsonView } from '@/components/ui/json-view';
import { bytesWords } from '@/components/ui/number-words';
import { Panel } from '@/components/ui/panel';
import { Segmented } from '@/components/ui/segmented';
import { EmptyState } from '@/components/ui/states';
import { fullTimeWords } from '@/components/ui/time-words';
import { EventName } from './event-name';
import { millisWords } from './event-words';

export function EventPage({ eventId }: { eventId: string }) {
  const query = useQuery(eventQueries.detail(eventId));
  const refused = query.error === null ? null : asApiError(query.error);
  if (query.data === undefined && (refused?.code === 'not_found' || refused?.code === 'invalid')) {
    return <NoSuchEvent eventId={eventId} />;
  }
  return (
    <div className="page stream-page">
      <Answer query={query} what="The event" rows={12}>
        {(event) => <EventView event={event} />}
      </Answer>
    </div>
  );
}

function EventView({ event }: { event: EventDetail }) {
  return (
    <>
      <nav className="crumbs st-crumbs" aria-label="Breadcrumb">
        <Link href="/events">Events</Link>
        <Icon name="chev-r" size={12} />
        <Link href={streamHref(event.aggregateType, event.aggregateId, event.version)}>
          {event.aggregateType} {event.aggregateId}
        </Link>
        <Icon name="chev-r" size={12} />
        <span className="t1 trunc" aria-current="page">
          {event.name}
        </span>
      </nav>
      <div className="page-head">
        <h1>{event.name}</h1>
        <span className="ev-v" title={`Schema version ${event.eventVersion}`}>
          V{event.eventVersion}
        </span>
        <IdChip id={event.eventId} name="event id" />
        <span className="grow" />
        <EventLinks event={event} />
      </div>
      <p className="summary">
        Version {event.version} of {event.aggregateType === '' ? 'aggregate' : event.aggregateType}{' '}
        <span className="mono">{event.aggregateId}</span>
        {event.service === null ? '' : `, written by ${event.service}`}, <Occurred at={event.occurredAt} />.
      </p>
      <div className="ev-page">
        <div className="ev-main">
          <JsonPanel title="Payload" text={event.payload} cut={event.payloadCut} />
          <JsonPanel title="Metadata" text={event.metadata} cut={event.metadataCut} />
        </div>
        <div className="ev-side">
          <Facts event={event} />
          <Panel title="Cause">
            {event.cause === null ? (
              <p className="ev-none">{noCause(event)}</p>
            ) : (
              <Related events={[event.cause]} label="Cause" />
            )}
          </Panel>
          <Panel title="Effects" sub={event.effectsMore ? 'the first 20' : undefined}>
            {event.effects.length === 0 ? (
              <p className="ev-none">No event of its flow names it as its cause.</p>
            ) : (
              <Related events={event.effects} label="Effects" />
            )}
          </Panel>
        </div>
      </div>
    </>
  );
}

/** To the millisecond in the reader's zone, as its causes and effects; the tip has it in UTC, as it travels. */
function Occurred({ at }: { at: string }) {
  return (
    <time className="rel" dateTime={at} data-tip={`${at} (UTC)`}>
      {fullTimeWords(Date.parse(at))}
    </time>
  );
}

function noCause({ causationId }: EventDetail): ReactNode {
  if (causationId === null) return 'It names no cause.';
  return (
    <>
      It names <code>{causationId.slice(0, 200)}</code>, which is not in the store, or not for you to see.
    </>
  );
}

function EventLinks({ event }: { event: EventDetail }) {
  return (
    <div className="row ev-links">
      {event.sagaId === null ? null : (
        <Link className="btn sm" href={`/sagas/${encodeURIComponent(event.sagaId)}`}>
          <Icon name="sagas" size={14} />
          Saga
        </Link>
      )}
      <Link className="btn sm" href={streamHref(event.aggregateType, event.aggregateId, event.version)}>
        <Icon name="layers" size={14} />
        Stream
      </Link>
      {event.correlationId === null ? null : (
        <Link className="btn sm" href={flowHref(event.correlationId)}>
          <Icon name="flow" size={14} />
          Event flow
        </Link>
      )}
      {event.traceUrl === null ? null : <Outside href={event.traceUrl}>Trace</Outside>}
      {event.logUrl === null ? null : <Outside href={event.logUrl}>Logs</Outside>}
    </div>
  );
}

function Outside({ href, children }: { href: string; children: string }) {
  return (
    <a className="btn sm" href={href} target="_blank" rel="noreferrer">
      <Icon name="ext" size={14} />
      {children}
    </a>
  );
}

function JsonPanel({ title, text, cut }: { title: string; text: string; cut: number | null }) {
  const [view, setView] = useState<'fields' | 'raw'>('fields');
  const raw = view === 'raw' || cut !== null;
  return (
    <Panel
      title={title}
      sub={cut === null ? undefined : `the first 1 MB of ${bytesWords(cut)}`}
      right={
        <>
          {cut === null ? (
            <Segmented
              label={`View of the ${title.toLowerCase()}`}
              options={[
                { value: 'fields', label: 'JSON' },
                { value: 'raw', label: 'Raw' },
              ]}
              value={view}
              onChange={setView}
            />
          ) : null}
          <CopyButton text={text} label={`Copy ${title.toLowerCase()}`} />
        </>
      }
    >
      {raw ? (
        // Scrolls within itself, so the keyboard must reach it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre className="json ev-raw" tabIndex={0} aria-label={`${title}, raw`}>
          {text}
        </pre>
      ) : (
        <div className="ev-json">
          <JsonView text={text} label={`${title}, field by field`} />
        </div>
      )}
    </Panel>
  );
}

function Facts({ event }: { event: EventDetail }) {
  const facts: [string, string | null][] = [
    ['Position', event.position],
    ['Event type', event.eventType],
    ['Service', event.service],
    ['Actor', event.actor],
    ['Tenant', event.tenantId],
    ['Correlation', event.correlationId],
    ['Causation', event.causationId],
    ['Saga', event.sagaId],
    ['Trace', event.traceId],
  ];
  return (
    <Panel title="Facts">
      <dl className="ev-facts">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="mono">
                <IdChip id={value} name={name.toLowerCase()} />
              </dd>
            </div>
          ),
        )}
      </dl>
    </Panel>
  );
}

function Related({ events, label }: { events: readonly EventHeadWire[]; label: string }) {
  return (
    <ul className="ev-related" aria-label={label}>
      {events.map((event) => (
        <li key={event.position}>
          <Link href={`/events/${event.eventId}`} prefetch={false}>
            <EventName name={event.name} version={event.eventVersion} />
          </Link>
          <span className="fs12 t3">
            {event.service === null ? '' : `${event.service}, `}
            <span className="mono">{millisWords(Date.parse(event.occurredAt))}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

function NoSuchEvent({ eventId }: { eventId: string }) {
  return (
    <div className="page">
      <h1>No such event</h1>
      <div className="panel sd-none">
        <EmptyState
          title="The store has no event of this id that you may see"
          action={
            <Link className="btn" href="/events">
              All events
            </Link>
          }
        >
          <p>
            Asked for: <code className="sd-asked">{eventId.slice(0, 200)}</code>
          </p>
          <p>An event that was written this moment is here as soon as it is followed.</p>
        </EmptyState>
      </div>
    </div>
  );
}
