'use client';
import { useQuery } from '@tanstack/react-query';
import { useId, useRef, useState, type FormEvent } from 'react';
import { FILTER_FIELDS, FILTER_NAMES, type Filter, type FilterField } from '@/client/saga-filters';
import { sagaQueries } from '@/client/sagas';
import { ATTENTION_WORD, STATUS_WORD } from '@/components/saga/status';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';

const CHOICES: Partial<Record<FilterField, [value: string, word: string][]>> = {
  status: Object.entries(STATUS_WORD),
  attention: [['any', 'any reason'], ['none', 'none'], ...Object.entries(ATTENTION_WORD)],
};

/** `+ Filter`: a small form in the top layer; a field may take several values. */
export function AddFilter({ onAdd, present }: { onAdd: (filter: Filter) => void; present: readonly Filter[] }) {
  const id = useId();
  const layer = useRef<HTMLDialogElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const [field, setField] = useState<FilterField>('status');
  const [open, setOpen] = useState(false);
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
      .map((value) => (field === 'from' || field === 'to' ? new Date(value).toISOString() : value.trim()));
    if (values.length === 0) return;
    onAdd({ field, values });
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
        className="menu"
        id={id}
        ref={layer}
        popover="auto"
        aria-label="Add a filter"
        onToggle={(event) => {
          const shows = event.newState === 'open';
          setOpen(shows);
          if (shows) place();
        }}
      >
        {open ? (
          <form className="filter-form" onSubmit={submit}>
            <label>
              <span>Field</span>
              <select className="input" value={field} onChange={(event) => setField(fieldNamed(event.target.value))}>
                {FILTER_NAMES.map((name) => (
                  <option key={name} value={name}>
                    {FILTER_FIELDS[name].word}
                  </option>
                ))}
              </select>
            </label>
            <Values key={field} field={field} already={already} />
            <Button type="submit" variant="primary">
              Add filter
            </Button>
          </form>
        ) : null}
      </dialog>
    </>
  );
}

function fieldNamed(name: string): FilterField {
  return FILTER_NAMES.find((field) => field === name) ?? 'status';
}

function Values({ field, already }: { field: FilterField; already: readonly string[] }) {
  const types = useQuery({ ...sagaQueries.types(), enabled: field === 'type' }).data;
  const choices =
    field === 'type' ? types?.items.map((type): [string, string] => [type.sagaType, type.sagaType]) : CHOICES[field];
  if (choices !== undefined && choices.length > 0) {
    return (
      <fieldset className="choices">
        <legend>{FILTER_FIELDS[field].word} is any of</legend>
        {choices.map(([value, word]) => (
          <label key={value}>
            <input type="checkbox" name="value" value={value} defaultChecked={already.includes(value)} />
            <span className={field === 'type' ? 'mono' : undefined}>{word}</span>
          </label>
        ))}
      </fieldset>
    );
  }
  const time = field === 'from' || field === 'to';
  return (
    <label>
      <span>{FILTER_FIELDS[field].word}</span>
      <input
        className="input"
        name="value"
        type={time ? 'datetime-local' : 'text'}
        step={time ? 1 : undefined}
        required
        maxLength={time ? undefined : 200}
        defaultValue={time ? undefined : already[0]}
      />
    </label>
  );
}
