'use client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { streamHref } from '@/client/events';
import { flowQueries } from '@/client/flows';
import type { EventDetail } from '@/core/contract/events';
import { Icon } from '@/components/ui/icon';

const MOST_FIELDS = 12;
const LONGEST = 160;
const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** What the event changed in the state of its aggregate, and the way to its stream. */
export function FlowChange({ event }: { event: EventDetail }) {
  const stream = useQuery(flowQueries.change(event)).data;
  const changed = stream?.fields.filter((field) => field.changed) ?? [];
  const first = stream !== undefined && stream.first === event.version;
  return (
    <section>
      {changed.length === 0 ? null : (
        <>
          <h2>
            {first ? `Set by version ${event.version}` : `Diff to version ${event.version}`}
            <span className="right">
              {stream?.changed} {stream?.changed === 1 ? 'field' : 'fields'}
            </span>
          </h2>
          <div className="ef-diff">
            {changed.slice(0, MOST_FIELDS).map(({ path, value, before }) => (
              <div key={path}>
                {before === null ? null : (
                  <del>
                    <b>−</b>
                    {path}: {cut(before)}
                  </del>
                )}
                {value === null ? null : (
                  <ins>
                    <b>+</b>
                    {path}: {cut(value)}
                  </ins>
                )}
              </div>
            ))}
          </div>
          {changed.length > MOST_FIELDS ? (
            <p className="t3 fs12">and {changed.length - MOST_FIELDS} more fields</p>
          ) : null}
        </>
      )}
      <Link
        className="btn sm ef-stream"
        href={streamHref(event.aggregateType, event.aggregateId, event.version)}
        prefetch={false}
      >
        <Icon name="events" size={14} />
        <span className="trunc">Stream of {event.aggregateId}</span>
      </Link>
    </section>
  );
}
