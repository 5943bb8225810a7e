'use client';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { flowHref } from '@/client/events';
import type { StreamEventWire } from '@/core/contract/streams';
import { CopyButton } from '@/components/ui/copy';
import { Icon } from '@/components/ui/icon';
import { IdChip } from '@/components/ui/id-chip';
import { JsonView } from '@/components/ui/json-view';
import { wholeWords } from '@/components/ui/number-words';
import { fullTimeWords } from '@/components/ui/time-words';
import type { Links } from './state-panel';
import { lookUpAddress } from './stream-words';

/** The event as it was written: what it belongs to, and its payload. */
export function EventFacts({ event, links }: { event: StreamEventWire; links: Links }) {
  const facts: [name: string, value: ReactNode][] = [
    ['Event', <IdChip key="id" id={event.eventId} name="event id" />],
    [
      'Type',
      <bdi key="type" className="mono">
        {event.eventType.slice(0, 300)}
      </bdi>,
    ],
    ['Schema version', String(event.schemaVersion)],
    [
      'Written',
      event.occurredAt === null ? null : (
        <time key="at" dateTime={event.occurredAt}>
          {fullTimeWords(Date.parse(event.occurredAt))}
        </time>
      ),
    ],
    [
      'Position',
      <span key="p" className="idc">
        #{event.position}
      </span>,
    ],
    ['Service', event.service],
    ['Actor', event.actor],
    ['Tenant', event.tenantId],
    [
      'Saga',
      event.sagaId && (
        <Away
          key="s"
          id={event.sagaId}
          name="saga id"
          href={`/sagas/${encodeURIComponent(event.sagaId)}`}
          says="Open the saga"
        />
      ),
    ],
    [
      'Correlation',
      event.correlationId && (
        <Away
          key="c"
          id={event.correlationId}
          name="correlation id"
          href={flowHref(event.correlationId)}
          says="Open the event flow"
        />
      ),
    ],
    ['Caused by', event.causationId && <IdChip key="k" id={event.causationId} name="causation id" />],
    ['Trace', event.traceId && <Trace key="t" traceId={event.traceId} links={links} />],
  ];
  return (
    <div className="st-event">
      <dl className="kv">
        {facts.flatMap(([name, value]) =>
          value === null || value === ''
            ? []
            : [
                <dt key={`${name} name`}>{name}</dt>,
                <dd key={name}>{typeof value === 'string' ? <bdi className="trunc">{value}</bdi> : value}</dd>,
              ],
        )}
      </dl>
      <div className="row st-text-h">
        <h3>Payload</h3>
        {event.payloadCut === null ? null : (
          <span className="fs12 t3">the first 64 kB of {wholeWords(event.payloadCut)} bytes</span>
        )}
        <CopyButton
          text={event.payload}
          label={event.payloadCut === null ? 'Copy the payload' : 'Copy what is shown'}
          className="btn sm right"
        >
          Copy
        </CopyButton>
      </div>
      <JsonView text={event.payload} label={`Payload of version ${event.version}`} lines={200} bareKeys={false} />
    </div>
  );
}

function Away({ id, name, href, says }: { id: string; name: string; href: string; says: string }) {
  return (
    <>
      <IdChip id={id} name={name} />
      <Link className="link fs12" href={href} prefetch={false}>
        {says}
      </Link>
    </>
  );
}

function Trace({ traceId, links }: { traceId: string; links: Links }) {
  const ways = [
    ['Open the trace', lookUpAddress(links.traceUrlTemplate, { traceId })],
    ['Open the logs', lookUpAddress(links.logUrlTemplate, { traceId })],
  ] as const;
  return (
    <>
      <IdChip id={traceId} name="trace id" />
      {ways.map(([says, href]) =>
        href === null ? null : (
          <a key={says} className="link fs12 row row-4" href={href} target="_blank" rel="noreferrer">
            {says}
            <Icon name="ext" size={12} />
          </a>
        ),
      )}
    </>
  );
}
