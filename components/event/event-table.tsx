'use client';
import Link from 'next/link';
import { Fragment, memo, type ReactNode, useState } from 'react';
import { EVENT_COLUMNS, type EventColumn } from '@/client/event-columns';
import { streamHref } from '@/client/events';
import type { EventListItem } from '@/core/contract/events';
import { useShortcuts } from '@/components/shell/shortcuts';
import { moveCursor } from '@/components/shell/row-cursor';
import type { SteadyList } from '@/components/shell/steady-list';
import { fullTimeWords } from '@/components/ui/time-words';
import { bytesWords } from '@/components/ui/number-words';
import { EventName } from './event-name';
import { isOfAnotherDay, millisWords } from './event-words';

/** The list of events. The name's link reaches over the whole row; J and K move the focus, so that ↵ opens. */
export function EventTable({
  list,
  dim,
  columns,
}: {
  list: SteadyList<EventListItem>;
  dim: boolean;
  columns: readonly EventColumn[];
}) {
  const [cursor, setCursor] = useState<string | null>(null);
  const isDated = list.rows.some(({ occurredAt }) => isOfAnotherDay(Date.parse(occurredAt)));
  useShortcuts({ j: () => moveCursor(cursor, 1), k: () => moveCursor(cursor, -1) });
  return (
    <table
      className="tbl events"
      data-dim={dim || undefined}
      data-dated={isDated || undefined}
      data-wide={columns.length > 4 || undefined}
    >
      <colgroup>
        <col className="c-time" />
        <col className="c-event" />
        {columns.map((column) => (
          <col key={column} className={`c-${column}`} />
        ))}
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Event</th>
          {columns.map((column) => (
            <th key={column} scope="col" className={`c-${column}`}>
              {EVENT_COLUMNS.words[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody {...list.bind}>
        {list.rows.map((event) => (
          <tr
            key={event.position}
            className={`${event.position === cursor ? 'cur' : ''} ${list.isNew(event) ? 'enter' : ''}`}
          >
            <EventCells event={event} columns={columns} onFocus={setCursor} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface CellsProps {
  event: EventListItem;
  columns: readonly EventColumn[];
  onFocus: (position: string) => void;
}

// An event does not change: it is drawn once, however often the list is read again.
const EventCells = memo(
  Cells,
  (before, after) => before.event === after.event && before.columns.join() === after.columns.join(),
);

function Cells({ event, columns, onFocus }: CellsProps) {
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
          onFocus={() => onFocus(event.position)}
        >
          <EventName name={event.name} version={event.eventVersion} />
        </Link>
        <span className="narrow fs12 t3 trunc">
          {event.aggregateType} <span className="mono">{event.aggregateId}</span>
        </span>
      </td>
      {columns.map((column) => (
        <Fragment key={column}>{CELLS[column](event)}</Fragment>
      ))}
    </>
  );
}

const wordCell = (column: EventColumn, value: string | null, mono: boolean): ReactNode => (
  <td className={`t2 c-${column} ${mono ? 'mono' : ''}`} title={value ?? undefined}>
    {value ?? '–'}
  </td>
);

const CELLS: Readonly<Record<EventColumn, (event: EventListItem) => ReactNode>> = {
  aggregate: (event) => (
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
  ),
  service: ({ service }) => wordCell('service', service, false),
  correlation: ({ correlationId }) => wordCell('correlation', correlationId, true),
  saga: ({ sagaId }) => wordCell('saga', sagaId, true),
  tenant: ({ tenantId }) => wordCell('tenant', tenantId, false),
  payload: ({ payload, payloadCut }) => (
    <td className="mono t2 c-payload">
      {payload === '' && payloadCut !== null ? (
        <span className="t3">large: about {bytesWords(payloadCut)}</span>
      ) : (
        payload
      )}
    </td>
  ),
};
