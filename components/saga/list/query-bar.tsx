'use client';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { filtersOf, typedFilter, withFilter, withText, type Filter } from '@/client/saga-filters';
import { useShortcuts } from '@/components/shell/shortcuts';
import { useUrlState } from '@/components/shell/url-state';
import { Chip } from '@/components/ui/chip';
import { Icon } from '@/components/ui/icon';
import { Kbd } from '@/components/ui/kbd';
import { AddFilter } from './add-filter';
import { chipWords } from './filter-words';
import { viewOf } from './views';

const TYPING_MS = 300;

/** Filters as chips, free text last. What a view already says has no chip of its own. */
export function QueryBar() {
  const url = useUrlState();
  const view = viewOf(url.params);
  const chips = filtersOf(url.params).filter((filter) => view === null || view.field !== filter.field);
  const text = url.params.get('q') ?? '';
  const input = useRef<HTMLInputElement>(null);
  useShortcuts({ f: () => input.current?.focus() });

  const set = (filter: Filter) => url.push(withFilter(url.now(), filter.field, filter.values));
  return (
    <search className="qbar" aria-label="Sagas">
      <Icon name="filter" className="t3" />
      {chips.map((filter) => {
        const words = chipWords(filter);
        return <Chip key={filter.field} {...words} onRemove={() => set({ ...filter, values: [] })} />;
      })}
      <AddFilter onAdd={set} present={filtersOf(url.params)} />
      <FreeText
        ref={input}
        text={text}
        onFilter={(filter) => url.push(withFilter(withText(url.now(), ''), filter.field, filter.values))}
        onText={(next) => url.replace(withText(url.now(), next))}
      />
      <Kbd>F</Kbd>
    </search>
  );
}

function FreeText({
  ref,
  text,
  onText,
  onFilter,
}: {
  ref: RefObject<HTMLInputElement | null>;
  text: string;
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
    const filter = typedFilter(next);
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
      aria-label="Business key, id or field:value"
      placeholder="Business key, id or field:value"
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
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          commit(value);
          event.currentTarget.blur();
        }
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}
