'use client';
import { useId, useRef, useState } from 'react';
import { SAGA_COLUMNS, type SagaColumn, sagaColumnsOf, withColumn } from '@/client/saga-columns';
import { useUrlState } from '@/components/shell/url-state';
import { Icon } from '@/components/ui/icon';

/** Columns: what the table shows beside status and business key. In the address, so that a view keeps it too. */
export function ColumnsMenu() {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  const url = useUrlState();
  const shown = sagaColumnsOf(url.params);
  const place = () => {
    const at = opener.current?.getBoundingClientRect();
    const box = menu.current;
    if (at === undefined || box === null) return;
    box.style.left = `${Math.max(8, at.right - box.offsetWidth)}px`;
    box.style.top = `${at.bottom + 4}px`;
  };
  return (
    <>
      <button type="button" className="btn sm ghost" ref={opener} popoverTarget={id} aria-expanded={open}>
        <Icon name="cols" size={14} />
        Columns
      </button>
      <dialog
        className="menu columns"
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
            <legend>Beside status and business key</legend>
            {(Object.keys(SAGA_COLUMNS) as SagaColumn[]).map((column) => (
              <label key={column}>
                <input
                  type="checkbox"
                  defaultChecked={shown.includes(column)}
                  onChange={(event) => url.replace(withColumn(url.now(), column, event.target.checked))}
                />
                <span>{SAGA_COLUMNS[column]}</span>
              </label>
            ))}
          </fieldset>
        ) : null}
      </dialog>
    </>
  );
}
