'use client';
import { useId, useRef, useState, type KeyboardEvent } from 'react';
import type { FlowNode } from '@/core/contract/flows';
import { found, nodeAt } from '@/core/flow/walk';
import { useShortcuts } from '@/components/shell/shortcuts';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import { wholeWords } from '@/components/ui/number-words';
import type { FlowPicture } from './flow-page';

/** What is looked at: search in the flow, its first failure, the kind of axis; and how much of it is shown. */
export function FlowBar({
  flow,
  selected,
  state,
  onGo,
  onSlot,
}: Omit<FlowPicture, 'slot'> & {
  onGo: (node: FlowNode | undefined) => void;
  /** The place of a view's zoom, once it is there. */
  onSlot: (slot: HTMLElement | null) => void;
}) {
  const { firstFailure } = flow;
  const jump = () => {
    if (firstFailure === null) return;
    const here = nodeAt(flow, firstFailure.position);
    if (here === null)
      state.open({ around: firstFailure.position, from: null, before: null, unfold: null, members: null });
    else onGo(here);
  };
  return (
    <div className="ef-bar">
      <FlowSearch flow={flow} onGo={onGo} />
      <Button
        small
        icon="flag"
        onClick={jump}
        disabledReason={firstFailure === null ? 'No event of this flow tells of a failure' : null}
      >
        First failure
      </Button>
      {state.view === 'timeline' ? (
        <label className="ef-check">
          <input
            type="checkbox"
            checked={state.linear}
            onChange={(event) => state.setLinear(event.currentTarget.checked)}
          />
          Linear time
        </label>
      ) : null}
      <span className="right ef-counts t3">
        <Shown flow={flow} />
        {selected === null ? null : (
          <span className="desk">
            {' · bold: causes of '}
            <span className="t1 m">{selected.label.slice(0, 26)}</span>
          </span>
        )}
      </span>
      <span ref={onSlot} className="ef-slot" />
    </div>
  );
}

function Shown({ flow }: Pick<FlowPicture, 'flow'>) {
  const { shown, total, services, steps } = flow;
  const left = steps.shown < steps.total ? ` · ${steps.shown} of ${steps.total} saga steps` : '';
  const lanes = `${services.length} ${services.length === 1 ? 'service' : 'services'}`;
  const events =
    shown < total
      ? `Showing ${wholeWords(shown)} of ${wholeWords(total)} events`
      : `${wholeWords(total)} ${total === 1 ? 'event' : 'events'}`;
  return (
    <output>
      {events}
      {shown < total ? '' : ` · ${lanes}`}
      {left}
    </output>
  );
}

/** Finds nodes of the picture by words; Enter goes from one to the next. */
function FlowSearch({ flow, onGo }: Pick<FlowPicture, 'flow'> & { onGo: (node: FlowNode | undefined) => void }) {
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const said = useId();
  useShortcuts({ f: () => input.current?.focus() });
  const hits = found(flow, words);
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Escape') {
      setWords('');
      event.currentTarget.blur();
    }
    if (event.key !== 'Enter' || hits.length === 0) return;
    event.preventDefault();
    const hit = hits[(event.shiftKey ? at + hits.length - 1 : at) % hits.length];
    setAt((at + (event.shiftKey ? hits.length - 1 : 1)) % hits.length);
    const place = event.currentTarget;
    onGo(hit);
    place.focus();
  };
  return (
    <search className="ef-find">
      <Icon name="search" size={14} />
      <input
        ref={input}
        type="search"
        value={words}
        placeholder="Find in picture"
        aria-label="Find in this picture"
        aria-describedby={said}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          setWords(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <output id={said} className="t3 fs12">
        {words.trim() === '' ? '' : hits.length === 0 ? 'nothing' : `${hits.length} ↵`}
      </output>
    </search>
  );
}
