'use client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { eventQueries, streamHref } from '@/client/events';
import { flowQueries } from '@/client/flows';
import type { EventDetail } from '@/core/contract/events';
import type { Stream } from '@/core/contract/streams';
import { Answer } from '@/components/shell/answer';
import { CopyButton } from '@/components/ui/copy';
import { Icon } from '@/components/ui/icon';
import { IdChip } from '@/components/ui/id-chip';
import { JsonView } from '@/components/ui/json-view';
import { bytesWords } from '@/components/ui/number-words';
import { FlowChange } from './flow-change';
import { Section } from './rail-section';

/** The selected event as it was written, and what it changed; `isFirst`: it stands for a stack. */
export function EventFacts({ eventId, isFirst }: { eventId: string; isFirst: boolean }) {
  const query = useQuery(eventQueries.detail(eventId));
  return (
    <Answer query={query} what="This event" rows={8} rowHeight={22}>
      {(event) => <Facts event={event} isFirst={isFirst} />}
    </Answer>
  );
}

function Facts({ event, isFirst }: { event: EventDetail; isFirst: boolean }) {
  const stream = useQuery(flowQueries.change(event));
  return (
    <>
      <Metadata event={event} stream={stream.data} isFirst={isFirst} />
      <Payload event={event} />
      <FlowChange event={event} query={stream} />
    </>
  );
}

/** A long payload comes cut, whatever its size: the page says so, and never that a part is the whole. */
function Payload({ event: { eventId, payload, payloadCut } }: { event: EventDetail }) {
  const copy = payloadCut === null ? 'Copy the payload' : 'Copy its first 1 MB';
  return (
    <Section title="Payload" right={<CopyButton text={payload} label={copy} />}>
      <JsonView text={payload} label="Payload" lines={40} />
      {payloadCut === null ? null : (
        <p className="ef-said t2 fs12">
          Only the first 1 MB of {bytesWords(payloadCut)} is here.{' '}
          <Link className="link" href={`/events/${eventId}`}>
            Open the event
          </Link>
        </p>
      )}
    </Section>
  );
}

function Metadata({ event, stream, isFirst }: { event: EventDetail; stream: Stream | undefined; isFirst: boolean }) {
  const before = stream?.versions
    .find(({ position }) => position === event.position)
    ?.marks.find(({ kind }) => kind === 'schema')?.from;
  return (
    <Section title="Metadata" right={isFirst ? 'of the first of them' : undefined}>
      <dl className="kv">
        <dt>Event id</dt>
        <dd>
          <IdChip id={event.eventId} name="event id" />
          <Link className="link" href={`/events/${event.eventId}`}>
            Raw
          </Link>
        </dd>
        <dt>Aggregate</dt>
        <dd>
          {event.aggregateType === '' ? null : <span>{event.aggregateType}</span>}
          <Link className="link idc trunc" href={streamHref(event.aggregateType, event.aggregateId)}>
            {event.aggregateId}
          </Link>
        </dd>
        <dt>Version</dt>
        <dd>
          {event.version} {stream === undefined ? null : <span className="t3">of {stream.last}</span>}
        </dd>
        <dt>Schema</dt>
        <dd>
          V{event.eventVersion}{' '}
          {before === null || before === undefined ? null : <span className="t3">V{before} before</span>}
        </dd>
        <dt>Causation</dt>
        <dd>
          {event.causationId === null ? (
            <span className="t3">names none</span>
          ) : (
            <IdChip id={event.causationId} name="causation id" />
          )}
        </dd>
        {event.correlationId === null ? null : (
          <>
            <dt>Correlation</dt>
            <dd>
              <IdChip id={event.correlationId} name="correlation id" />
            </dd>
          </>
        )}
        {event.sagaId === null ? null : (
          <>
            <dt>Saga</dt>
            <dd>
              <IdChip id={event.sagaId} name="saga id" />
              <Link className="link" href={`/sagas/${encodeURIComponent(event.sagaId)}`}>
                Open
              </Link>
            </dd>
          </>
        )}
        {event.traceId === null ? null : (
          <>
            <dt>Trace</dt>
            <dd>
              <IdChip id={event.traceId} name="trace id" />
              {event.traceUrl === null ? null : <Out href={event.traceUrl} words="Trace" />}
              {event.logUrl === null ? null : <Out href={event.logUrl} words="Logs" />}
            </dd>
          </>
        )}
        {event.actor === null ? null : (
          <>
            <dt>Actor</dt>
            <dd className="trunc">{event.actor}</dd>
          </>
        )}
      </dl>
    </Section>
  );
}

const Out = ({ href, words }: { href: string; words: string }) => (
  <a className="link row row-4" href={href} target="_blank" rel="noreferrer">
    {words}
    <Icon name="ext" size={12} />
  </a>
);
