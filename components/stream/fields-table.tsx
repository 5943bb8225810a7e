'use client';
import { useState } from 'react';
import type { Stream, StreamField } from '@/core/contract/streams';
import { UrlLink } from '@/components/shell/url-link';
import { Icon } from '@/components/ui/icon';
import { wholeWords } from '@/components/ui/number-words';
import { EmptyState } from '@/components/ui/states';
import { type FieldArray, fieldGroups, shownOf, valueClass } from './field-groups';
import type { PageState } from './use-time-travel';

/** The state as fields: what each is, was, and which version set it. Long arrays are folded but for what changed. */
export function FieldsTable({ stream, state }: { stream: Stream; state: PageState }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const fields = state.changesOnly ? stream.fields.filter(({ changed }) => changed) : stream.fields;
  const before = stream.versions.findLast(({ version }) => BigInt(version) < BigInt(stream.at))?.version;
  const isPart = stream.fields.length < stream.fieldsTotal;
  const toggle = (path: string) =>
    setOpen((paths) => new Set(paths.has(path) ? [...paths].filter((one) => one !== path) : [...paths, path]));
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
            {group.arrays.map((array) => (
              <ArrayRows
                key={array.path}
                array={array}
                isPart={isPart}
                isOpen={open.has(array.path)}
                onToggle={() => toggle(array.path)}
                state={state}
              />
            ))}
          </tbody>
        ))}
      </table>
      {isPart ? (
        <p className="st-more fs12 t3">
          Showing {wholeWords(stream.fields.length)} of {wholeWords(stream.fieldsTotal)} fields, what the event changed
          among them.
        </p>
      ) : null}
    </div>
  );
}

function ArrayRows({
  array,
  isPart,
  isOpen,
  onToggle,
  state,
}: {
  array: FieldArray;
  /** Not all fields of the state are here: nor may be all items. */
  isPart: boolean;
  isOpen: boolean;
  onToggle: () => void;
  state: PageState;
}) {
  const shown = shownOf(array, isOpen);
  const changed = array.fields.filter((field) => field.changed).length;
  // Where every field of it changed there is nothing to unfold.
  const folds = array.isLong && changed < array.fields.length;
  const rows = shown.map((field) => <FieldRow key={field.path} field={field} state={state} />);
  if (!folds) return rows;
  return (
    <>
      <tr className="arr">
        <th scope="row" colSpan={4}>
          <button type="button" className="st-fold" aria-expanded={isOpen} onClick={onToggle}>
            <Icon name={isOpen ? 'chev-d' : 'chev-r'} size={14} />
            <bdi className="mono trunc">{array.path === '' ? 'the whole state' : array.path}</bdi>
            <span className="t3 fs12">{itemsWords(array.items, isPart)}</span>
            {changed === 0 || isOpen ? null : (
              <span className="t3 fs12 nw">
                {wholeWords(changed)} changed {changed === 1 ? 'field' : 'fields'} shown
              </span>
            )}
          </button>
        </th>
      </tr>
      {rows}
    </>
  );
}

const itemsWords = (items: number, isPart: boolean): string =>
  `${isPart ? 'at least ' : ''}${wholeWords(items)} ${items === 1 ? 'item' : 'items'}`;

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
