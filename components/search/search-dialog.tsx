'use client';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type KeyboardEvent, type MouseEvent, type RefObject, useId, useState } from 'react';
import { forgetSearches, recentSearches, rememberSearch } from '@/client/recent-searches';
import { LONGEST_SEARCH } from '@/client/search';
import { sessionQueries } from '@/client/session';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import { Kbd } from '@/components/ui/kbd';
import { Found } from './found';
import { SearchList } from './search-list';
import { hitOptions, recentOptions, resultsHref, type SearchOption } from './search-options';
import { hitWords } from './search-words';
import { useSearch } from './use-search';

/**
 * Search in place: a text field that a list of hits hangs on (combobox). Arrows move, ↵ opens, Escape closes and gives
 * the focus back; hits are links, so they open in a new tab too.
 */
export function SearchDialog({
  ref,
  input,
}: {
  ref: RefObject<HTMLDialogElement | null>;
  input: RefObject<HTMLInputElement | null>;
}) {
  const id = useId();
  const router = useRouter();
  const person = useQuery(sessionQueries.me()).data?.name ?? '';
  const [text, setText] = useState('');
  const [pointed, setPointed] = useState<string | null>(null);
  const [recent, setRecent] = useState<string[]>([]);
  const { query, isSettled } = useSearch(text);
  const q = text.trim();

  const answer = q === '' || query.isError ? undefined : query.data;
  const options = q === '' ? recentOptions(recent) : hitOptions(answer, q);
  const at = Math.max(
    options.findIndex(({ key }) => key === pointed),
    0,
  );
  const current = options[at];
  const close = () => ref.current?.close();
  const type = (next: string) => {
    setText(next);
    setPointed(null);
  };
  const leave = () => {
    rememberSearch(person, q);
    close();
  };
  const open = () => {
    if (current?.again !== undefined) return type(current.again);
    // Typed faster than answered: the page of results waits for the answer.
    const href = isSettled ? current?.href : resultsHref(q);
    if (q === '' || href === undefined) return;
    leave();
    router.push(href);
  };
  const click = (option: SearchOption, event: MouseEvent) => {
    if (option.again === undefined) return leave();
    event.preventDefault();
    type(option.again);
    input.current?.focus();
  };
  const point = (option: SearchOption | undefined) => {
    setPointed(option?.key ?? null);
    document.getElementById(`${id}-list-${option?.key}`)?.scrollIntoView({ block: 'nearest' });
  };
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) point(options[(at + step + options.length) % options.length]);
    else if (event.key === 'Enter') open();
    else return;
    event.preventDefault();
  };

  return (
    <dialog ref={ref} className="dlg search-dlg" aria-label="Search" onClose={() => type('')}>
      <div className="search-field">
        <Icon name="search" />
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-label="Search any id or value"
          aria-expanded={options.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={current === undefined ? undefined : `${id}-list-${current.key}`}
          placeholder="Order, saga, event, customer, e-mail, trace…"
          autoComplete="off"
          spellCheck={false}
          maxLength={LONGEST_SEARCH}
          enterKeyHint="search"
          value={text}
          onFocus={() => setRecent(recentSearches(person))}
          onChange={(event) => type(event.target.value)}
          onKeyDown={press}
        />
        <Button small variant="ghost" icon="x" label="Close search" onClick={close} />
      </div>
      <output className="vh">{answer !== undefined && isSettled ? hitWords(answer.groups) : ''}</output>
      <div className="search-list" aria-busy={q !== '' && !isSettled}>
        {q === '' ? (
          <Start
            recent={recent}
            onClear={() => {
              forgetSearches(person);
              setRecent([]);
              input.current?.focus();
            }}
          />
        ) : (
          <Found query={query} q={q} isSettled={isSettled}>
            {() => null}
          </Found>
        )}
        <SearchList
          id={`${id}-list`}
          label={q === '' ? 'Recent searches' : 'Hits'}
          options={options}
          groups={answer?.groups ?? []}
          current={current?.key}
          q={q}
          onPoint={({ key }) => setPointed(key)}
          onChoose={click}
        />
      </div>
      <div className="search-foot fs12 t2" aria-hidden="true">
        <span>
          <Kbd>↑</Kbd> <Kbd>↓</Kbd> move
        </span>
        <span>
          <Kbd>↵</Kbd> open
        </span>
        <span>
          <Kbd>Esc</Kbd> close
        </span>
      </div>
    </dialog>
  );
}

function Start({ recent, onClear }: { recent: readonly string[]; onClear: () => void }) {
  if (recent.length === 0) {
    return (
      <p className="search-hint fs12 t2">
        Paste or type any id or value, or the beginning of one. Capitals do not matter, and a number alone finds the
        order that ends with it.
      </p>
    );
  }
  return (
    <div className="search-hint fs12 t2">
      <span>Recent searches, kept in this browser</span>
      <Button small variant="ghost" onClick={onClear}>
        Clear
      </Button>
    </div>
  );
}
