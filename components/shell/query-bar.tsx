'use client';
import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { type Filter, withFilter, withText } from '@/client/url-filters';
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
        onFilter={(filter) => url.push(withFilter(withText(url.now(), ''), filter.field, filter.values))}
        onText={(next) => url.replace(withText(url.now(), next))}
      />
      {children}
      <Kbd>F</Kbd>
    </search>
  );
}

/** Shows a value as it is written. */
export const asWritten: WordOf = (_, value) => value;

function FreeText({
  ref,
  text,
  placeholder,
  typed,
  onText,
  onFilter,
}: {
  ref: RefObject<HTMLInputElement | null>;
  text: string;
  placeholder: string;
  typed: (text: string) => Filter | null;
  onText: (text: string) => void;
  onFilter: (filter: Filter) => void;
}) {
  const [draft, setDraft] = useState({ of: text, value: text });
  // Another text by Back or by the search above wins over the draft; what was typed here stays as typed.
  const value = draft.of === text || draft.value.trim() === text ? draft.value : text;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const commit = (next: string) => {
    clearTimeout(timer.current);
    timer.current = undefined;
    const filter = typed(next);
    if (filter !== null) {
      setDraft({ of: '', value: '' });
      onFilter(filter);
    } else if (next.trim() !== text) onText(next);
  };
  return (
    <input
      ref={ref}
      className="qtext"
      type="search"
      aria-label={placeholder}
      placeholder={placeholder}
      autoComplete="off"
      spellCheck={false}
      value={value}
      onChange={(event) => {
        const next = event.target.value;
        setDraft({ of: text, value: next });
        clearTimeout(timer.current);
        // field:value waits for ↵: half a value would empty the list while one types.
        if (!/^\s*[a-zA-Z]+:/.test(next)) timer.current = setTimeout(() => commit(next), TYPING_MS);
      }}
      // Before a click on a row leads away: an address set later would lead back.
      onBlur={() => {
        if (timer.current !== undefined) commit(value);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          commit(value);
          event.currentTarget.blur();
        }
        if (event.key === 'Escape') {
          // A search field would empty itself, and the list lose its filter.
          event.preventDefault();
          event.currentTarget.blur();
        }
      }}
    />
  );
}
