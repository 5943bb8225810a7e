'use client';
import { type ReactNode, useId, useState } from 'react';
import type { FileHead } from '@/client/file-head';
import { type ColumnRole, usualColumn } from '@/core/import/columns';

/** How people name the formats; CloudEvents are JSON whose fields are known. */
export const KINDS = [
  ['csv', 'CSV'],
  ['json', 'JSON Lines, or a JSON array'],
  ['cloudevents', 'CloudEvents in JSON'],
  ['xes', 'XES (IEEE 1849)'],
  ['ocel', 'OCEL in JSON'],
] as const;
export type Kind = (typeof KINDS)[number][0];

const NOTES: Readonly<Record<Kind, string>> = {
  csv: 'One event a line, with a header line. Name the columns that have no usual name; all of them become the payload.',
  json: 'One object an event. Name the fields that have no usual name; all of them become the payload.',
  cloudevents: 'Each event says by itself which stream it belongs to, its type and its time: nothing to map.',
  xes: 'A trace is a case, concept:name the activity, time:timestamp the time: nothing to map.',
  ocel: 'Events of several objects at once: choose the type of object whose story the streams shall tell.',
};

/** The fields that a format uses, each with what it does; `head`: what is known of the file. */
export function ImportFields({ kind, head }: { kind: Kind; head: FileHead | null }) {
  const [withLifecycle, setWithLifecycle] = useState(false);
  const [delimiter, setDelimiter] = useState('');
  const isOwn = head?.mapped === true && (kind === 'json' || (kind === 'csv' && head.format === 'csv'));
  // Of an event store: each keeps its id and version.
  const isIdentified = isOwn && head.names.includes('eventId');
  const isTable = (kind === 'csv' || kind === 'json') && !isOwn;
  // What was found in the file is of use only for the format that it begins as.
  const names = head !== null && head.format === kind && delimiter === '' ? head.names : [];
  const objectTypes = kind === 'csv' && names.length > 0 ? (head?.objectTypes ?? []) : [];
  return (
    <>
      <p className="fs12 t2 import-note">
        {isOwn
          ? isIdentified
            ? 'Events as a console exports them: each keeps its id, stream, version, type and time. Those that are there already are not written again.'
            : 'Each event says by itself which stream it belongs to, its type and its time: nothing to map.'
          : NOTES[kind]}
      </p>
      {objectTypes.length > 0 || kind === 'ocel' ? <ObjectType types={objectTypes} /> : null}
      {isTable ? (
        <>
          {objectTypes.length > 0 ? null : (
            <Column
              part="case"
              label="Case"
              hint="Becomes the aggregate id: all events of a case are one stream."
              names={names}
            />
          )}
          <Column part="activity" label="Activity" hint="Becomes the event type." names={names} />
          <Column
            part="time"
            label="Time"
            hint="Such as 2026-01-31T12:00:00Z; without a zone it is UTC."
            names={names}
          />
        </>
      ) : null}
      {isTable || kind === 'xes' ? (
        <>
          <span />
          <label className="row">
            <input
              type="checkbox"
              name="lifecycle"
              checked={withLifecycle}
              onChange={(event) => setWithLifecycle(event.target.checked)}
            />{' '}
            Add the life cycle transition to the event type, as in Check+start
          </label>
        </>
      ) : null}
      {isTable && withLifecycle ? (
        <Column part="transition" label="Transition" hint="Start, complete and the like." names={names} />
      ) : null}
      {kind === 'csv' ? (
        <Field label="Delimiter" hint="Empty: found in the header line.">
          {(of) => (
            <input
              {...of}
              name="delimiter"
              className="input import-short"
              maxLength={4}
              autoComplete="off"
              value={delimiter}
              onChange={(event) => setDelimiter(event.target.value)}
            />
          )}
        </Field>
      ) : null}
      {kind === 'cloudevents' || isOwn ? null : (
        <Field
          label="Aggregate type"
          hint={kind === 'ocel' ? 'Empty: the type of object.' : 'Of all streams. Empty: the name of the file.'}
        >
          {(of) => <input {...of} name="aggregateType" className="input" maxLength={200} autoComplete="off" />}
        </Field>
      )}
      {isIdentified ? null : (
        <Field label="Order of a case’s events" hint="Versions 1, 2, 3 … are given in this order.">
          {(of) => (
            <select {...of} name="order" className="input" defaultValue="file">
              <option value="file">as they stand in the file</option>
              <option value="time">by time, ties as in the file</option>
            </select>
          )}
        </Field>
      )}
    </>
  );
}

/** A label, what goes in, and what that does; the hint is read out with the field. */
export function Field({
  label,
  hint,
  children,
}: {
  label: string;
  hint?: string;
  children: (of: { id: string; 'aria-describedby'?: string }) => ReactNode;
}) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <div>
        {children({ id, ...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` }) })}
        {hint === undefined ? null : (
          <p id={`${id}-hint`} className="fs12 t3">
            {hint}
          </p>
        )}
      </div>
    </>
  );
}

/** Which column plays a part: chosen among those of the file where they are known, else typed. */
function Column({
  part,
  label,
  hint,
  names,
}: {
  part: ColumnRole;
  label: string;
  hint: string;
  names: readonly string[];
}) {
  const usual = usualColumn(names, part);
  return (
    <Field label={label} hint={names.length === 0 ? `${hint} Empty: found by a usual name.` : hint}>
      {(of) =>
        names.length === 0 ? (
          <input {...of} name={part} className="input" maxLength={200} autoComplete="off" />
        ) : (
          <select {...of} name={part} className="input" defaultValue={usual ?? ''} required>
            {usual === null ? <option value="">Choose a column</option> : null}
            {names.map((name) => (
              <option key={name} value={name}>
                {name === '' ? '(unnamed)' : name}
              </option>
            ))}
          </select>
        )
      }
    </Field>
  );
}

function ObjectType({ types }: { types: readonly string[] }) {
  const hint = 'One event for each object of this type.';
  return (
    <Field
      label="Type of object"
      hint={types.length === 0 ? `${hint} Left empty, the import says which types the file has.` : hint}
    >
      {(of) =>
        types.length === 0 ? (
          <input {...of} name="objectType" className="input" maxLength={200} autoComplete="off" />
        ) : (
          <select {...of} name="objectType" className="input">
            {types.map((type) => (
              <option key={type}>{type}</option>
            ))}
          </select>
        )
      }
    </Field>
  );
}
