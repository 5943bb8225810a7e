'use client';
import { useId, useRef, useState } from 'react';
import type { Stream } from '@/core/contract/streams';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import { wholeWords } from '@/components/ui/number-words';
import { chosenWords } from './stream-words';
import type { PageState } from './use-time-travel';

/** Which types of events are listed. In the address; nothing chosen is all. */
export function TypesMenu({ stream, state }: { stream: Stream; state: PageState }) {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  const { types: chosen, changeTypes } = state;
  const place = () => {
    const at = opener.current?.getBoundingClientRect();
    const box = menu.current;
    if (at === undefined || box === null) return;
    box.style.left = `${Math.max(8, at.right - box.offsetWidth)}px`;
    box.style.top = `${at.bottom + 4}px`;
  };
  // A type that an address names and the stream has not stays in sight, to be taken away.
  const absent = chosen.filter((name) => !stream.types.some((type) => type.name === name));
  const rows = [...stream.types, ...absent.map((name) => ({ name, count: 0 }))];
  const choose = (name: string, on: boolean) =>
    changeTypes((types) => [...types.filter((one) => one !== name), ...(on ? [name] : [])]);
  return (
    <>
      <button
        type="button"
        className="btn sm ghost right st-types"
        ref={opener}
        popoverTarget={id}
        aria-expanded={open}
        aria-label={`Types of events listed: ${chosenWords(chosen)}`}
      >
        <Icon name="filter" size={14} />
        <span className="trunc">{chosenWords(chosen)}</span>
      </button>
      <dialog
        className="menu columns st-types-menu"
        id={id}
        ref={menu}
        popover="auto"
        aria-label="Types of events"
        onToggle={(event) => {
          setOpen(event.newState === 'open');
          if (event.newState === 'open') place();
        }}
      >
        {open ? (
          <>
            {/* The address follows a moment later: until then a box is as it was clicked. */}
            <fieldset className="choices" key={chosen.length === 0 ? 'all' : 'some'}>
              <legend>List only events of these types</legend>
              {rows.map(({ name, count }) => (
                <label key={name}>
                  <input
                    type="checkbox"
                    defaultChecked={chosen.includes(name)}
                    onChange={(event) => choose(name, event.target.checked)}
                  />
                  <bdi className="trunc grow" title={name.slice(0, 500)}>
                    {name.slice(0, 200)}
                  </bdi>
                  <span className="num t3">{wholeWords(count)}</span>
                </label>
              ))}
            </fieldset>
            {stream.otherTypes === 0 ? null : (
              <p className="fs12 t3 st-types-more">
                {wholeWords(stream.otherTypes)} events have further types, beyond the {wholeWords(stream.types.length)}{' '}
                that are counted apart.
              </p>
            )}
            <Button
              small
              onClick={() => changeTypes(() => [])}
              disabledReason={chosen.length === 0 ? 'All types are listed' : null}
            >
              List all types
            </Button>
          </>
        ) : null}
      </dialog>
    </>
  );
}
