'use client';
import Link from 'next/link';
import { useState } from 'react';
import { streamHref } from '@/client/events';
import type { EventListItem } from '@/core/contract/events';
import { useShortcuts } from '@/components/shell/shortcuts';
import { moveCursor } from '@/components/shell/row-cursor';
import type { SteadyList } from '@/components/shell/steady-list';
import { dateWords, fullTimeWords } from '@/components/ui/time-words';
import { bytesWords } from '@/components/ui/number-words';
import { EventName } from './event-name';
import { millisWords } from './event-words';

/** The list of events. The name's link reaches over the whole row; J and K move the focus, so that ↵ opens. */
export function EventTable({ list, dim }: { list: SteadyList<EventListItem>; dim: boolean }) {
  const [cursor, setCursor] = useState<string | null>(null);
  const today = dateWords(Date.now());
  const isDated = list.rows.some(({ occurredAt }) => dateWords(Date.parse(occurredAt)) !== today);
  useShortcuts({ j: () => moveCursor(cursor, 1), k: () => moveCursor(cursor, -1) });
  return (
    <table className="tbl events" data-dim={dim || undefined} data-dated={isDated || undefined}>
      <colgroup>
        <col className="c-time" />
        <col className="c-event" />
        <col className="c-aggregate" />
        <col className="c-service" />
        <col className="c-payload" />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Event</th>
          <th scope="col" className="c-aggregate">
            Aggregate
          </th>
          <th scope="col" className="c-service">
            Service
          </th>
          <th scope="col" className="c-payload">
            Payload
          </th>
        </tr>
      </thead>
      <tbody {...list.bind}>
        {list.rows.map((event) => (
          <tr
            key={event.position}
            className={`${event.position === cursor ? 'cur' : ''} ${list.isNew(event) ? 'enter' : ''}`}
          >
            <EventCells event={event} onFocus={() => setCursor(event.position)} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function EventCells({ event, onFocus }: { event: EventListItem; onFocus: () => void }) {
  const at = Date.parse(event.occurredAt);
  return (
    <>
      <td className="mono t2 c-time">
        <time dateTime={event.occurredAt} title={fullTimeWords(at)}>
          {millisWords(at)}
        </time>
      </td>
      <td>
        <Link
          href={`/events/${event.eventId}`}
          prefetch={false}
          className="row-link"
          data-row={event.position}
          onFocus={onFocus}
        >
          <EventName name={event.name} version={event.eventVersion} />
        </Link>
        <span className="narrow fs12 t3 trunc">
          {event.aggregateType} <span className="mono">{event.aggregateId}</span>
        </span>
      </td>
      <td className="c-aggregate">
        <Link
          href={streamHref(event.aggregateType, event.aggregateId, event.version)}
          prefetch={false}
          className="ev-stream"
          title={`Stream of ${event.aggregateType} ${event.aggregateId}, version ${event.version}`}
        >
          <span className="t2">{event.aggregateType}</span> <span className="mono">{event.aggregateId}</span>{' '}
          <span className="t3 fs12">v{event.version}</span>
        </Link>
      </td>
      <td className="t2 c-service" title={event.service ?? undefined}>
        {event.service ?? '–'}
      </td>
      <td className="mono t2 c-payload">
        {event.payload === '' && event.payloadCut !== null ? (
          <span className="t3">large: about {bytesWords(event.payloadCut)}</span>
        ) : (
          event.payload
        )}
      </td>
    </>
  );
}
