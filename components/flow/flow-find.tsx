'use client';
import { useId, useRef, useState, type KeyboardEvent } from 'react';
import type { FlowNode } from '@/core/contract/flows';
import { found, nodeAt } from '@/core/flow/walk';
import { useShortcuts } from '@/components/shell/shortcuts';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import type { FlowPicture } from './flow-page';
import { FROM_START } from './use-flow-state';

type Go = (node: FlowNode | undefined) => void;

/** Ways to a node: by words, and to the first failure of the flow, wherever it stands. */
export function FlowFind({ flow, state, onGo }: Pick<FlowPicture, 'flow' | 'state'> & { onGo: Go }) {
  const { firstFailure } = flow;
  const jump = () => {
    if (firstFailure === null) return;
    const here = nodeAt(flow, firstFailure.position);
    if (here === null) state.open({ ...FROM_START, around: firstFailure.position });
    else onGo(here);
  };
  return (
    <span className="right row ef-ways">
      <FlowSearch flow={flow} onGo={onGo} />
      <Button
        small
        icon="flag"
        onClick={jump}
        disabledReason={firstFailure === null ? 'No event of this flow tells of a failure' : null}
      >
        First failure
      </Button>
    </span>
  );
}

/** Finds nodes of the picture by words; Enter goes from one to the next. */
function FlowSearch({ flow, onGo }: Pick<FlowPicture, 'flow'> & { onGo: Go }) {
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
