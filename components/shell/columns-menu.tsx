'use client';
import { useId, useRef, useState } from 'react';
import type { ColumnSet } from '@/client/columns';
import { Icon } from '@/components/ui/icon';
import { useUrlState } from './url-state';

/** Columns: what a table shows beside those that always stand. In the address, so that a view keeps it too. */
export function ColumnsMenu<Column extends string>({ set, beside }: { set: ColumnSet<Column>; beside: string }) {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  const url = useUrlState();
  const shown = set.of(url.params);
  const place = () => {
    const at = opener.current?.getBoundingClientRect();
    const box = menu.current;
    if (at === undefined || box === null) return;
    box.style.left = `${Math.max(8, at.right - box.offsetWidth)}px`;
    box.style.top = `${at.bottom + 4}px`;
  };
  return (
    <>
      <button type="button" className="btn sm ghost columns-open" ref={opener} popoverTarget={id} aria-expanded={open}>
        <Icon name="cols" size={14} />
        Columns
      </button>
      <dialog
        className="menu form-menu columns"
        id={id}
        ref={menu}
        popover="auto"
        aria-label="Columns"
        onToggle={(event) => {
          setOpen(event.newState === 'open');
          if (event.newState === 'open') place();
        }}
      >
        {open ? (
          <fieldset className="choices">
            <legend>Beside {beside}</legend>
            {set.names.map((column) => (
              <label key={column}>
                <input
                  type="checkbox"
                  defaultChecked={shown.includes(column)}
                  onChange={(event) => url.replace(set.change(url.now(), column, event.target.checked))}
                />
                <span>{set.words[column]}</span>
              </label>
            ))}
          </fieldset>
        ) : null}
      </dialog>
    </>
  );
}
