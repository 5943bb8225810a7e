'use client';
import { useEffect, useState } from 'react';
import type { LiveState } from '@/client/live-state';
import { Icon } from '@/components/ui/icon';
import { countWords } from '@/components/ui/number-words';
import { clockWords, durationWords } from '@/components/ui/time-words';
import { useLive, useLiveLists } from './live-provider';
import { setListsPaused } from './lists-paused';
import { useShortcuts } from './shortcuts';

const TONE = {
  live: 'completed',
  slow: 'compensating',
  folding: 'compensating',
  paused: 'running',
  offline: 'failed',
} as const;
const WORD = { live: 'Live', slow: 'Live', folding: 'Catching up', paused: 'Paused', offline: 'Offline' } as const;

/** What stands behind the word: `120 ms behind`, `14 s behind, held back by writer 4711`, `38 new`, `since 14:36:02`. */
export function liveWords(live: LiveState): string {
  if (live.state === 'paused') return live.waiting.value === 0 ? '' : `${countWords(live.waiting)} new`;
  if (live.state === 'offline') return live.since === null ? (live.source ?? '') : `since ${clockWords(live.since)}`;
  if (live.state === 'folding') return live.source ?? '';
  const behind = live.lagMs === null ? '' : `${durationWords(live.lagMs)} behind`;
  if (live.state === 'live') return behind;
  return [live.lagMs !== null && live.lagMs >= 2_000 ? behind : '', live.source ?? '']
    .filter((part) => part !== '')
    .join(', ');
}

/**
 * How live the page is, in a dot, a word and a fact. Where a list is on the page it is the button that pauses it: always
 * in sight, however far one has scrolled.
 */
export function LiveIndicator() {
  const live = useLive();
  const lists = useLiveLists();
  const paused = live.state === 'paused';
  const press = () => {
    setListsPaused(!paused);
    if (paused) lists.show();
  };
  useShortcuts(lists.any ? { p: press } : {});
  const words = liveWords(live);
  const look = { className: `top-item live s-${TONE[live.state]}`, 'data-live': live.state };
  const content = (
    <>
      <span className="dot" />
      <b>{WORD[live.state]}</b>
      {words === '' ? null : <span className="live-lag">· {words}</span>}
    </>
  );
  return (
    <>
      {lists.any ? (
        <button
          type="button"
          {...look}
          aria-keyshortcuts="P"
          data-tip={`${paused ? 'Go on, and show what is new' : 'Hold the rows of the list still'} (P). ${tipOf(live)}`}
          onClick={press}
        >
          {content}
          <Icon name={paused ? 'play' : 'pause'} size={14} />
          <span className="vh">{paused ? 'Resume the list' : 'Pause the list'}</span>
        </button>
      ) : (
        <span {...look} data-tip={tipOf(live)}>
          {content}
        </span>
      )}
      <output className="vh">{useCalm(saidOf(live))}</output>
    </>
  );
}

/** What a screen reader is told: the word, and how much waits while it is paused. */
function saidOf(live: LiveState): string {
  if (live.state === 'paused' && live.waiting.value > 0) return `Paused: ${liveWords(live)}`;
  return live.state === 'slow' ? 'Behind' : WORD[live.state];
}

/** One message each 10 s at most. DESIGN.md, accessibility. */
const CALM_MS = 10_000;

/** The text, changed at once when it was calm and else when it has been for long enough. */
function useCalm(text: string): string {
  const [said, setSaid] = useState({ text, at: 0 });
  useEffect(() => {
    if (said.text === text) return;
    const timer = setTimeout(() => setSaid({ text, at: Date.now() }), Math.max(0, said.at + CALM_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [text, said]);
  return said.text;
}

function tipOf(live: LiveState): string {
  const how =
    live.by === 'stream'
      ? 'Changes are pushed to this page'
      : 'This browser allows no shared stream: changes are asked for each second';
  return live.source === null ? how : `${live.source.charAt(0).toUpperCase()}${live.source.slice(1)}. ${how}`;
}

/** Dims the data while nothing answers: what is shown may be old. */
export function useOffline(): boolean {
  return useLive().state === 'offline';
}
