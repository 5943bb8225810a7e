'use client';
import type { UseQueryResult } from '@tanstack/react-query';
import Link from 'next/link';
import { streamHref } from '@/client/events';
import type { EventDetail } from '@/core/contract/events';
import type { Stream } from '@/core/contract/streams';
import { Answer } from '@/components/shell/answer';
import { anomalyWords } from '@/components/stream/stream-words';
import { Icon } from '@/components/ui/icon';
import { Section } from './rail-section';

const MOST_FIELDS = 12;
const LONGEST = 160;
const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** What the event changed in the state of its aggregate, and the way to its stream. */
export function FlowChange({ event, query }: { event: EventDetail; query: UseQueryResult<Stream> }) {
  return (
    <>
      <Answer query={query} what="Its stream" rows={4} rowHeight={20}>
        {(stream) => <Diff event={event} stream={stream} />}
      </Answer>
      <section className="ef-to-stream">
        <Link
          className="btn sm ef-stream"
          href={streamHref(event.aggregateType, event.aggregateId, event.version)}
          prefetch={false}
        >
          <Icon name="events" size={14} />
          <span className="trunc">Stream of {event.aggregateId}</span>
        </Link>
      </section>
    </>
  );
}

/** Why a payload has no part in the state, where it has none. */
const leftOut = ({ anomalies }: Stream, version: string) =>
  anomalies.find(
    ({ kind, version: at }) =>
      at === version && (kind === 'oversized' || kind === 'unreadable' || kind === 'state_full'),
  );

function Diff({ event: { version }, stream }: { event: EventDetail; stream: Stream }) {
  const before = stream.versions.findLast((each) => BigInt(each.version) < BigInt(version))?.version;
  const title = before === undefined ? `Set by version ${version}` : `Diff, version ${before} to ${version}`;
  const changed = stream.fields.filter((field) => field.changed);
  const why = leftOut(stream, version);
  if (changed.length === 0)
    return (
      <Section title={title}>
        <p className="t2 fs12">
          {why === undefined ? 'It changed nothing of the state.' : `No diff: ${anomalyWords(why)}.`}
        </p>
      </Section>
    );
  return (
    <Section title={title} right={`${stream.changed} ${stream.changed === 1 ? 'field' : 'fields'}`}>
      <div className="ef-diff">
        {changed.slice(0, MOST_FIELDS).map(({ path, value, before: was }) => (
          <div key={path}>
            {was === null ? null : (
              <del>
                <b>−</b>
                {path}: {cut(was)}
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
      {stream.changed > MOST_FIELDS ? <p className="t3 fs12">and {stream.changed - MOST_FIELDS} more fields</p> : null}
    </Section>
  );
}
