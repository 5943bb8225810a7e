'use client';
import type { Stream } from '@/core/contract/streams';
import { CopyButton } from '@/components/ui/copy';
import { JsonView } from '@/components/ui/json-view';
import { wholeWords } from '@/components/ui/number-words';
import { Segmented } from '@/components/ui/segmented';
import { EmptyState } from '@/components/ui/states';
import { EventFacts } from './event-facts';
import { FieldsTable } from './fields-table';
import type { PageState, View } from './use-time-travel';

const FORMATS: readonly { value: View; label: string }[] = [
  { value: 'fields', label: 'Fields' },
  { value: 'json', label: 'JSON' },
  { value: 'event', label: 'Event' },
];

/** The state at the version looked at: as fields with what set them, as JSON, or the event itself. */
export function StatePanel({
  stream,
  state,
  isOld,
  links,
}: {
  stream: Stream;
  state: PageState;
  isOld: boolean;
  links: Links;
}) {
  return (
    <section className="panel st-state" aria-labelledby="st-state-h" aria-busy={isOld}>
      <div className="panel-h">
        <h2 id="st-state-h">State at version {stream.at}</h2>
        <span className="sub trunc">
          <bdi>{stream.event.name.slice(0, 200)}</bdi> {changedWords(stream.changed)}
        </span>
        <div className="right row">
          {state.view === 'fields' ? (
            <label className="row row-6 fs12 t2 st-only">
              {/* The address follows a moment later: until then the box is as it was clicked. */}
              <input
                type="checkbox"
                defaultChecked={state.changesOnly}
                onChange={(event) => state.setChangesOnly(event.target.checked)}
              />
              Changes only
            </label>
          ) : null}
          <Segmented label="Format" options={FORMATS} value={state.view} onChange={state.setView} />
        </div>
      </div>
      {state.view === 'fields' ? <FieldsTable stream={stream} state={state} /> : null}
      {state.view === 'json' ? <StateText stream={stream} /> : null}
      {state.view === 'event' ? <EventFacts event={stream.event} links={links} /> : null}
    </section>
  );
}

/** Addresses of other programs, from the configuration. */
export interface Links {
  traceUrlTemplate: string | null;
  logUrlTemplate: string | null;
}

const changedWords = (changed: number): string =>
  changed === 0 ? 'changed nothing' : `changed ${wholeWords(changed)} field${changed === 1 ? '' : 's'}`;

function StateText({ stream }: { stream: Stream }) {
  if (stream.state === null) return <EmptyState title="No state yet" />;
  return (
    <div className="st-text">
      <div className="row st-text-h">
        <span className="fs12 t3">
          {stream.stateCut === null
            ? 'As the events make it, numbers as they were written'
            : `The first ${wholeWords(stream.state.length)} of ${wholeWords(stream.stateCut)} characters`}
        </span>
        <CopyButton text={stream.state} label="Copy the state as JSON" className="btn sm right">
          Copy
        </CopyButton>
      </div>
      <JsonView text={stream.state} label={`State at version ${stream.at}`} lines={200} bareKeys={false} />
    </div>
  );
}
