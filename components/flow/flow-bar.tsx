'use client';
import { useState } from 'react';
import type { Flow } from '@/core/contract/flows';
import { wholeWords } from '@/components/ui/number-words';
import type { FlowPicture } from './flow-page';
import { Pager } from './flow-pages';
import { FROM_START } from './use-flow-state';

/** What is drawn and how: repeats, commands, the axis of time; and how much of the flow is shown. */
export function FlowBar({
  flow,
  selected,
  state,
  onSlot,
}: Omit<FlowPicture, 'slot' | 'causes'> & {
  /** The place of a view's zoom, once it is there. */
  onSlot: (slot: HTMLElement | null) => void;
}) {
  // Folded or not, what was looked at stays in the picture.
  const opened = { ...FROM_START, around: selected?.position ?? state.part.around ?? null };
  return (
    <div className="ef-bar">
      <Check
        words="Group repeats"
        tip="Events of one type and cause as one node"
        checked={state.folded}
        onChange={(on) => state.open({ ...opened, fold: on ? null : 'none' })}
      />
      <Check
        words="Commands"
        tip="Each attempt to run or undo a step of its saga"
        checked={state.commands}
        onChange={(on) => state.open({ commands: on ? '1' : null }, selected?.id)}
      />
      {state.view === 'timeline' ? (
        <Check words="Linear time" checked={state.linear} onChange={state.setLinear} />
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
      <Pager flow={flow} label="Pages" />
    </div>
  );
}

function Check({
  words,
  tip,
  checked,
  onChange,
}: {
  words: string;
  tip?: string;
  checked: boolean;
  onChange: (on: boolean) => void;
}) {
  // The address follows a moment later: until then the box is as it was clicked.
  const [asked, setAsked] = useState<boolean | null>(null);
  if (asked === checked) setAsked(null);
  const change = (on: boolean) => {
    setAsked(on);
    onChange(on);
  };
  return (
    <label className="ef-check" data-tip={tip}>
      <input type="checkbox" checked={asked ?? checked} onChange={(event) => change(event.currentTarget.checked)} />
      {words}
    </label>
  );
}

function Shown({ flow }: Pick<FlowPicture, 'flow'>) {
  const { shown, total, serviceTotal, moreSagas, steps, commands } = flow;
  // Of the first sagas only: there are as many, or more.
  const some = (part: Flow['steps'], what: string): string =>
    part.shown < part.total || (moreSagas && part.total > 0)
      ? ` · ${part.shown} of ${part.total}${moreSagas ? '+' : ''} ${what}`
      : '';
  const left = [some(steps, 'saga steps'), some(commands, 'commands')].join('');
  const lanes = `${wholeWords(serviceTotal)} ${serviceTotal === 1 ? 'service' : 'services'}`;
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
