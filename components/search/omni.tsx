'use client';
import { type RefObject, useRef } from 'react';
import { Icon } from '@/components/ui/icon';
import { Kbd } from '@/components/ui/kbd';
import { SearchDialog } from './search-dialog';

/** The way to search in the top bar: it looks like a field, and opens one in place. */
export function Omni({ dialog, input, open }: SearchHandle) {
  return (
    <search className="omni-at" aria-label="Any id">
      <button
        type="button"
        className="omni"
        aria-haspopup="dialog"
        aria-keyshortcuts="Meta+K Control+K /"
        onClick={open}
      >
        <Icon name="search" />
        <span className="vh">Search any id. </span>
        <span className="trunc">Paste any id: order, saga, correlation, trace…</span>
        <Kbd>mod+K</Kbd>
      </button>
      <SearchDialog ref={dialog} input={input} />
    </search>
  );
}

export interface SearchHandle {
  dialog: RefObject<HTMLDialogElement | null>;
  input: RefObject<HTMLInputElement | null>;
  open: () => void;
}

/** The search of a page, and what opens it; open already, it is closed. Another dialog is never covered. */
export function useSearchDialog(): SearchHandle {
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const open = () => {
    if (dialog.current?.open === true) return dialog.current.close();
    if (document.querySelector('dialog[open]') !== null) return;
    dialog.current?.showModal();
    input.current?.focus();
  };
  return { dialog, input, open };
}
