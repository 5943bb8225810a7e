'use client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { flowHref } from '@/client/events';
import { asApiError, isInProgress } from '@/client/http';
import { streamQueries, type StreamName } from '@/client/streams';
import type { Stream } from '@/core/contract/streams';
import { Answer } from '@/components/shell/answer';
import { useShortcuts } from '@/components/shell/shortcuts';
import { Button } from '@/components/ui/button';
import { wholeWords } from '@/components/ui/number-words';
import { EmptyState } from '@/components/ui/states';
import { useKnownVersions } from './known-versions';
import { type Links, StatePanel } from './state-panel';
import { StreamCrumbs, StreamHeader } from './stream-header';
import { StreamNotices } from './stream-notices';
import { StreamSkeleton } from './stream-skeleton';
import { shownWords, stepWords, titleOf } from './stream-words';
import { TypesMenu } from './types-menu';
import { type PageState, useMissed, usePageState, useTravel } from './use-time-travel';
import { VersionList } from './version-list';
import { VersionSlider } from './version-slider';

/** An aggregate by its events: its state at any version, what changed there, and which event set each field. */
export function StreamPage({ name, links }: { name: StreamName; links: Links }) {
  const state = usePageState();
  const query = useQuery(streamQueries.at(name, state.at));
  if (query.data === undefined && query.isError && asApiError(query.error).code === 'not_found')
    return <NoSuchStream name={name} />;
  return (
    <div className="page stream-page">
      {query.data === undefined && query.isError ? (
        <>
          <StreamCrumbs {...name} />
          <h1>{titleOf(name.aggregateType, name.aggregateId)}</h1>
        </>
      ) : null}
      <Answer query={query} what="This stream" loading={<StreamSkeleton says={progressOf(query.failureReason)} />}>
        {(stream) => (
          <StreamView name={name} stream={stream} state={state} links={links} isOld={query.isPlaceholderData} />
        )}
      </Answer>
    </div>
  );
}

/** How far the server is with a stream that nobody has opened yet. */
const progressOf = (failure: unknown): string | null => (isInProgress(failure) ? asApiError(failure).detail : null);

function StreamView({
  name,
  stream,
  state,
  links,
  isOld,
}: {
  name: StreamName;
  stream: Stream;
  state: PageState;
  links: Links;
  isOld: boolean;
}) {
  const known = useKnownVersions(name, stream);
  const listed = useKnownVersions(name, stream, state.types);
  const isPart = state.types.length > 0;
  const travel = useTravel(stream, known.rows, isPart ? listed.rows : known.rows, state);
  const missed = useMissed(stream, state, isOld);
  const steps = stepWords(isPart);
  const router = useRouter();
  const { goTo } = state;
  const back = () => travel.previous !== null && goTo(travel.previous);
  const on = () => travel.next !== null && goTo(travel.next);
  useShortcuts({
    ArrowLeft: back,
    ArrowRight: on,
    e: () => stream.event.correlationId !== null && router.push(flowHref(stream.event.correlationId)),
  });
  const title = titleOf(stream.aggregateType, stream.aggregateId);
  useEffect(() => {
    document.title = `${title} · Sagascope`;
  }, [title]);
  const later = laterWords(stream, known.rows, travel.version);
  const isLatest = travel.version === stream.last;
  return (
    <>
      <StreamHeader stream={stream} links={links} />
      <StreamNotices stream={stream} state={state} missed={missed} />
      <section className="panel tt" aria-label="Time travel">
        <div className="row row-4 tt-steps">
          <Button
            icon="chev-l"
            label={steps.previous}
            onClick={back}
            disabledReason={travel.previous === null ? steps.noPrevious : null}
          />
          <Button
            icon={travel.playing ? 'pause' : 'play'}
            label={travel.playing ? 'Pause' : steps.play}
            onClick={() => travel.setPlaying(!travel.playing)}
            disabledReason={travel.next === null ? steps.noNext : null}
          />
          <Button
            icon="chev-r"
            label={steps.next}
            onClick={on}
            disabledReason={travel.next === null ? steps.noNext : null}
          />
        </div>
        <VersionSlider stream={stream} travel={travel} goTo={goTo} />
        <div className="tt-end">
          <div className="fs12 t2">
            Version {travel.version} of {stream.last}
          </div>
          <Button
            small
            onClick={() => goTo(null)}
            disabledReason={isLatest && state.at === null ? 'The latest version is shown, and followed' : null}
          >
            Latest
          </Button>
        </div>
      </section>
      <div className="st-cols">
        <section className="panel st-events" aria-labelledby="st-events-h">
          <div className="panel-h">
            <h2 id="st-events-h">Events</h2>
            <span className="sub trunc">
              {isPart ? `${shownWords(stream, state.types)}, steps go among them` : later}
            </span>
            <TypesMenu stream={stream} state={state} />
          </div>
          <VersionList known={listed} version={travel.version} isPart={isPart} onSelect={goTo} />
        </section>
        <StatePanel stream={stream} state={state} isOld={isOld} links={links} />
      </div>
      {stream.reducer !== null && stream.reducer.error === null ? (
        <p className="st-made fs12 t3">
          The state is made by <code>{stream.reducer.file}</code>.
        </p>
      ) : null}
    </>
  );
}

/** `5 are later than this view`, as far as versions tell; a window of a long stream counts by number. */
function laterWords(stream: Stream, rows: readonly { version: string }[], version: string): string {
  const isWhole = stream.previous === null && stream.next === null;
  const later = isWhole
    ? rows.filter((row) => BigInt(row.version) > BigInt(version)).length
    : Number(BigInt(stream.last) - BigInt(version));
  if (later === 0) return isWhole ? '' : `around version ${version}`;
  return `${isWhole ? '' : 'up to '}${wholeWords(later)} ${later === 1 ? 'is' : 'are'} later than this view`;
}

function NoSuchStream({ name }: { name: StreamName }) {
  return (
    <div className="page stream-page">
      <StreamCrumbs {...name} />
      <h1>No such stream</h1>
      <div className="panel sd-none">
        <EmptyState
          title="No event that you may see is of this aggregate"
          action={
            <Link className="btn" href="/events" prefetch={false}>
              All events
            </Link>
          }
        >
          <p>
            Asked for: <code className="sd-asked">{titleOf(name.aggregateType, name.aggregateId).slice(0, 300)}</code>
          </p>
          <p>
            A stream is an aggregate type and an id, such as <code>Order</code> and <code>order-8841</code>. Part of an
            id can be pasted into the search above.
          </p>
        </EmptyState>
      </div>
    </div>
  );
}
