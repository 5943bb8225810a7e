'use client';
import { useId, useRef, useState, type FormEvent } from 'react';
import type { Filter, FilterSet } from '@/client/url-filters';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';

/** What a field may be set to: all of it to tick, or suggestions beside what is typed. */
export interface Choices {
  values: readonly (readonly [value: string, word: string])[];
  all: boolean;
  mono?: boolean;
}

export interface FilterChoice {
  filters: FilterSet;
  present: readonly Filter[];
  choicesOf: (field: string) => Choices | undefined;
}

/** Fields that take a time. */
export const isTime = (field: string): boolean => field === 'from' || field === 'to';

/** `+ Filter`: a small form in the top layer; a field may take several values. */
export function AddFilter({ onAdd, filters, present, choicesOf }: FilterChoice & { onAdd: (filter: Filter) => void }) {
  const id = useId();
  const layer = useRef<HTMLDialogElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const { fields, names } = filters;
  const [field, setField] = useState(names[0] ?? '');
  const [open, setOpen] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const already = present.find((filter) => filter.field === field)?.values ?? [];

  const place = () => {
    const at = opener.current?.getBoundingClientRect();
    const box = layer.current;
    if (at === undefined || box === null) return;
    box.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - box.offsetWidth - 8))}px`;
    box.style.top = `${at.bottom + 4}px`;
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = new FormData(event.currentTarget)
      .getAll('value')
      .filter((value): value is string => typeof value === 'string' && value.trim() !== '')
      .map((value) => filters.written(field, value.trim()));
    const bad = values.find((value) => 'refused' in value);
    if (bad !== undefined) return setRefused(bad.refused);
    if (values.length === 0) return;
    onAdd({ field, values: values.flatMap((value) => ('value' in value ? [value.value] : [])) });
    layer.current?.hidePopover();
    opener.current?.focus();
  };

  return (
    <>
      <button type="button" className="chip add" ref={opener} popoverTarget={id} aria-expanded={open}>
        <Icon name="plus" size={12} />
        Filter
      </button>
      <dialog
        className="menu form-menu"
        id={id}
        ref={layer}
        popover="auto"
        aria-label="Add a filter"
        onToggle={(event) => {
          const shows = event.newState === 'open';
          setOpen(shows);
          setRefused(null);
          if (shows) place();
        }}
      >
        {open ? (
          <form className="filter-form" onSubmit={submit} onChange={() => setRefused(null)}>
            <label>
              <span>Field</span>
              <select className="input" value={field} onChange={(event) => setField(event.target.value)}>
                {names.map((name) => (
                  <option key={name} value={name}>
                    {fields[name]?.word}
                  </option>
                ))}
              </select>
            </label>
            <Values key={field} field={field} word={fields[field]?.word ?? field} {...{ already, choicesOf }} />
            {refused === null ? null : (
              <p className="filter-refused" role="alert">
                {refused}
              </p>
            )}
            <Button type="submit" variant="primary">
              Add filter
            </Button>
          </form>
        ) : null}
      </dialog>
    </>
  );
}

function Values({
  field,
  word,
  already,
  choicesOf,
}: {
  field: string;
  word: string;
  already: readonly string[];
  choicesOf: FilterChoice['choicesOf'];
}) {
  const list = useId();
  const choices = choicesOf(field);
  if (choices?.all === true && choices.values.length > 0) {
    return (
      <fieldset className="choices">
        <legend>{word} is any of</legend>
        {choices.values.map(([value, name]) => (
          <label key={value}>
            <input type="checkbox" name="value" value={value} defaultChecked={already.includes(value)} />
            <span className={choices.mono === true ? 'mono' : undefined}>{name}</span>
          </label>
        ))}
      </fieldset>
    );
  }
  const time = isTime(field);
  return (
    <label>
      <span>{word}</span>
      <input
        className="input"
        name="value"
        type={time ? 'datetime-local' : 'text'}
        step={time ? 1 : undefined}
        required
        maxLength={time ? undefined : 500}
        defaultValue={time ? undefined : already[0]}
        list={choices === undefined ? undefined : list}
      />
      {choices === undefined ? null : (
        <datalist id={list}>
          {choices.values.map(([value]) => (
            <option key={value} value={value}>
              {value}
            </option>
          ))}
        </datalist>
      )}
    </label>
  );
}
