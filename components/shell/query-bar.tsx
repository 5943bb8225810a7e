'use client';
import { useEffect, useId, useRef, useState, type ReactNode, type RefObject } from 'react';
import { type Filter, namesField, type Typed, withFilter, withText } from '@/client/url-filters';
import { Chip } from '@/components/ui/chip';
import { Icon } from '@/components/ui/icon';
import { Kbd } from '@/components/ui/kbd';
import { clockWords, dateWords } from '@/components/ui/time-words';
import { AddFilter, type FilterChoice, isTime } from './add-filter';
import { useShortcuts } from './shortcuts';
import { useUrlState } from './url-state';

const TYPING_MS = 300;

/** The words of a value where it is not shown as it is written. */
export type WordOf = (field: string, value: string) => string;

/** A filter as its chip reads: `status is` Failed, `type is any of` a, b, `started after` 12 Mar 2026, 14:00:00. */
export function chipWords({ field, values }: Filter, word: string, wordOf: WordOf): { name: string; value: string } {
  if (isTime(field)) {
    const at = Date.parse(values[0] ?? '');
    return { name: word, value: Number.isNaN(at) ? (values[0] ?? '') : `${dateWords(at)}, ${clockWords(at)}` };
  }
  const name = values.length === 1 ? `${word} is` : `${word} is any of`;
  return { name, value: values.map((value) => wordOf(field, value)).join(', ') };
}

interface QueryBarProps extends Omit<FilterChoice, 'present'> {
  /** What is filtered, as the search landmark is called. */
  label: string;
  placeholder: string;
  /** A field that something else on the page already shows: it has no chip. */
  shown?: string | null;
  wordOf?: WordOf;
  children?: ReactNode;
}

/** Filters as chips, free text last. */
export function QueryBar({ label, placeholder, filters, shown, wordOf, choicesOf, children }: QueryBarProps) {
  const url = useUrlState();
  const present = filters.filtersOf(url.params);
  const text = url.params.get('q') ?? '';
  const input = useRef<HTMLInputElement>(null);
  useShortcuts({ f: () => input.current?.focus() });

  const set = (filter: Filter) => url.push(withFilter(url.now(), filter.field, filter.values));
  return (
    <search className="qbar" aria-label={label}>
      <Icon name="filter" className="t3" />
      {present
        .filter(({ field }) => field !== shown)
        .map((filter) => {
          const words = chipWords(filter, filters.fields[filter.field]?.word ?? filter.field, wordOf ?? asWritten);
          return <Chip key={filter.field} {...words} onRemove={() => set({ ...filter, values: [] })} />;
        })}
      <AddFilter onAdd={set} {...{ filters, present, choicesOf }} />
      <FreeText
        ref={input}
        text={text}
        placeholder={placeholder}
        typed={filters.typed}
        onTyped={(words, asked) => {
          let next = withText(url.now(), words);
          for (const { field, values } of asked) next = withFilter(next, field, values);
          // While one types, Back does not go through each letter.
          if (asked.length === 0) url.replace(next);
          else url.push(next);
        }}
      />
      {children}
      <Kbd>F</Kbd>
    </search>
  );
}

/** Shows a value as it is written. */
export const asWritten: WordOf = (_, value) => value;

/** What is said of what was typed: why it was not applied, or which field nobody knows. */
const noteOf = ({ refused, unknown }: Typed): string =>
  refused.length > 0
    ? refused.join(' ')
    : unknown
        .map(
          ({ field, value }) =>
            `There is no field “${field}” here: “${value}” is looked for as a word. Put quotes around “${field}:${value}” to look for that.`,
        )
        .join(' ');

function FreeText({
  ref,
  text,
  placeholder,
  typed,
  onTyped,
}: {
  ref: RefObject<HTMLInputElement | null>;
  text: string;
  placeholder: string;
  typed: (text: string) => Typed;
  onTyped: (text: string, filters: readonly Filter[]) => void;
}) {
  const noteId = useId();
  const [draft, setDraft] = useState({ of: text, value: text });
  const [note, setNote] = useState({ of: '', words: '', refused: false });
  // Another text by Back or by the search above wins over the draft; what was typed here stays as typed.
  const value = draft.of === text || draft.value.trim() === text ? draft.value : text;
  const said = note.of === text ? note : null;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  /** Whether it could be applied. */
  const commit = (next: string): boolean => {
    clearTimeout(timer.current);
    timer.current = undefined;
    if (next.trim() === text) return true;
    const read = typed(next);
    const isRefused = read.refused.length > 0;
    setNote({ of: isRefused ? text : read.text, words: noteOf(read), refused: isRefused });
    if (isRefused) return false;
    if (read.filters.length > 0 || read.unknown.length > 0) setDraft({ of: read.text, value: read.text });
    onTyped(read.text, read.filters);
    return true;
  };
  return (
    <>
      <input
        ref={ref}
        className="qtext"
        type="search"
        aria-label={placeholder}
        aria-describedby={noteId}
        aria-invalid={said?.refused === true || undefined}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => {
          const next = event.target.value;
          setDraft({ of: text, value: next });
          setNote({ of: '', words: '', refused: false });
          clearTimeout(timer.current);
          timer.current = undefined;
          // field:value waits for ↵: half a value would empty the list while one types.
          if (!namesField(next)) timer.current = setTimeout(() => commit(next), TYPING_MS);
        }}
        // Before a click on a row leads away: an address set later would lead back.
        onBlur={() => {
          if (timer.current !== undefined) commit(value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && commit(value)) event.currentTarget.blur();
          if (event.key === 'Escape') {
            // A search field would empty itself, and the list lose its filter.
            event.preventDefault();
            event.currentTarget.blur();
          }
        }}
      />
      <output id={noteId} className="qnote fs12" data-refused={said?.refused || undefined}>
        {said?.words}
      </output>
    </>
  );
}
