'use client';
import type { Stream, StreamField } from '@/core/contract/streams';
import { UrlLink } from '@/components/shell/url-link';
import { CopyButton } from '@/components/ui/copy';
import { JsonView } from '@/components/ui/json-view';
import { wholeWords } from '@/components/ui/number-words';
import { Segmented } from '@/components/ui/segmented';
import { EmptyState } from '@/components/ui/states';
import { EventFacts } from './event-facts';
import { fieldGroups, valueClass } from './field-groups';
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
      {state.view === 'fields' ? <Fields stream={stream} state={state} /> : null}
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

function Fields({ stream, state }: { stream: Stream; state: PageState }) {
  const fields = state.changesOnly ? stream.fields.filter(({ changed }) => changed) : stream.fields;
  const before = stream.versions.findLast(({ version }) => BigInt(version) < BigInt(stream.at))?.version;
  if (fields.length === 0) {
    return state.changesOnly && stream.fieldsTotal > 0 ? (
      <EmptyState title="This event changed nothing">
        <p>Its payload says what was known already. Uncheck “Changes only” to see the whole state.</p>
      </EmptyState>
    ) : (
      <EmptyState title="No field yet">
        <p>No event up to version {stream.at} has said anything about this aggregate.</p>
      </EmptyState>
    );
  }
  return (
    <div className="st-scroll">
      <table className="tbl stt">
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Value</th>
            <th scope="col" className="st-before">
              {before === undefined ? 'Before' : `Before, version ${before}`}
            </th>
            <th scope="col" className="num">
              Set by
            </th>
          </tr>
        </thead>
        {fieldGroups(fields, stream.aggregateType).map((group) => (
          <tbody key={group.name}>
            <tr className="grp">
              <th scope="colgroup" colSpan={4}>
                {group.name}
              </th>
            </tr>
            {group.fields.map((field) => (
              <FieldRow key={field.path} field={field} state={state} />
            ))}
          </tbody>
        ))}
      </table>
      {stream.fields.length < stream.fieldsTotal ? (
        <p className="st-more fs12 t3">
          Showing {wholeWords(stream.fields.length)} of {wholeWords(stream.fieldsTotal)} fields, what the event changed
          among them.
        </p>
      ) : null}
    </div>
  );
}

function FieldRow({ field, state }: { field: StreamField; state: PageState }) {
  const { path, value, before, setBy, changed, cut } = field;
  const cutWords = cut === null ? '' : ` (the first 2,000 of ${wholeWords(cut)} characters)`;
  return (
    <tr className={changed ? 'chg' : ''}>
      <th scope="row" className="mono" title={path}>
        <bdi>{path === '' ? 'the whole state' : path}</bdi>
      </th>
      <td className="mono" title={value === null ? undefined : `${value}${cutWords}`}>
        {value === null ? (
          <span className="t3 st-gone-value">taken away</span>
        ) : (
          <bdi className={valueClass(value)}>{value}</bdi>
        )}
      </td>
      <td className="mono st-before" title={before ?? undefined}>
        {!changed ? null : before === null ? (
          <span className="t3 st-gone-value">not set</span>
        ) : (
          <del className="old">
            <bdi>{before}</bdi>
          </del>
        )}
      </td>
      <td className="num fs12">
        <UrlLink to={state.toVersion(setBy)} className={changed ? 'link m' : 't3'} title={`Go to version ${setBy}`}>
          v{setBy}
        </UrlLink>
      </td>
    </tr>
  );
}

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
