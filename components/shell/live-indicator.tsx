'use client';
import type { LiveState } from '@/client/live-state';
import { clockWords, durationWords } from '@/components/ui/time-words';
import { useLive } from './live-provider';

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
  if (live.state === 'paused') return `${live.pausedCount} new`;
  if (live.state === 'offline') return live.since === null ? (live.source ?? '') : `since ${clockWords(live.since)}`;
  if (live.state === 'folding') return live.source ?? '';
  const behind = live.lagMs === null ? '' : `${durationWords(live.lagMs)} behind`;
  if (live.state === 'live') return behind;
  return [live.lagMs !== null && live.lagMs >= 2_000 ? behind : '', live.source ?? '']
    .filter((part) => part !== '')
    .join(', ');
}

/** How live the page is, in a dot, a word and a fact. Only the word is announced, and only when it changes. */
export function LiveIndicator() {
  const live = useLive();
  const words = liveWords(live);
  return (
    <span className={`top-item live s-${TONE[live.state]}`} data-live={live.state} data-tip={tipOf(live)}>
      <span className="dot" />
      <b>{WORD[live.state]}</b>
      {words === '' ? null : <span className="live-lag">· {words}</span>}
      <output className="vh">{live.state === 'slow' ? 'Behind' : WORD[live.state]}</output>
    </span>
  );
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
