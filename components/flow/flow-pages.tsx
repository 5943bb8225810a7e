'use client';
import type { Flow } from '@/core/contract/flows';
import { UrlLink } from '@/components/shell/url-link';
import { useUrlState } from '@/components/shell/url-state';
import { Icon } from '@/components/ui/icon';
import { wholeWords } from '@/components/ui/number-words';
import { clockWords } from '@/components/ui/time-words';
import type { FlowState } from './use-flow-state';

const MOVES = ['from', 'before', 'around', 'node', 'unfold', 'members'] as const;

/** The address of this flow at another place: whatever it names of the place, but for `keep`, is left out. */
function useMoves() {
  const url = useUrlState();
  return (values: Partial<Record<(typeof MOVES)[number], string>>, keep: readonly string[] = []) => {
    const next = new URLSearchParams(url.params);
    for (const name of MOVES) if (!keep.includes(name)) next.delete(name);
    for (const [name, value] of Object.entries(values)) next.set(name, value);
    return next;
  };
}

/** Below the picture: earlier and later, and the events of an unfolded group a page at a time. */
export function FlowPages({ flow, state }: { flow: Flow; state: FlowState }) {
  const to = useMoves();
  const { earlier, later, unfolded } = flow;
  if (earlier === null && later === null && unfolded === null) return null;
  const page = ['from', 'before', 'around'];
  return (
    <div className="ef-pages">
      {unfolded === null ? null : (
        <nav className="row row-6" aria-label={`Events of ${unfolded.label}`}>
          <span className="m">{unfolded.label}</span>
          <span className="t3">
            {wholeWords(unfolded.shown)} of {wholeWords(unfolded.total)} one by one
          </span>
          <Move
            words="Before these"
            to={unfolded.earlier === null ? null : to({ members: unfolded.earlier }, [...page, 'unfold'])}
          />
          <Move
            words="After these"
            to={unfolded.later === null ? null : to({ members: unfolded.later }, [...page, 'unfold'])}
          />
          <button
            type="button"
            className="btn sm"
            onClick={() => state.open({ unfold: null, members: null }, unfolded.group)}
          >
            Fold again
          </button>
        </nav>
      )}
      <Pager flow={flow} label="Pages, below the picture" />
    </div>
  );
}

/** Which part of the flow this page shows, and the pages around it; nothing where one picture holds the flow. */
export function Pager({ flow, label }: { flow: Flow; label: string }) {
  const to = useMoves();
  const { earlier, later, groups } = flow;
  if (earlier === null && later === null) return null;
  return (
    <nav className="row row-6 right" aria-label={label}>
      <span className="t3">
        {partWords(flow)}
        {wholeWords(groups.shown)} of {wholeWords(groups.total)} nodes
      </span>
      <Move words="Earlier" icon to={earlier === null ? null : to({ before: earlier })} />
      <Move words="Later" icon to={later === null ? null : to({ from: later })} />
    </nav>
  );
}

/** `#26819 to 26878, 07:15:44.908 to 07:15:45.120 · `: the events of a page, by their place in the log and in time. */
function partWords({ nodes }: Flow): string {
  const events = nodes.flatMap(({ kind, position, at }) =>
    kind === 'event' && position !== null && at !== null ? [{ position, at }] : [],
  );
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) return '';
  const times = events.map(({ at }) => at).sort();
  return `#${first.position} to ${last.position}, ${clockMs(times[0])} to ${clockMs(times.at(-1))} · `;
}

const clockMs = (at = ''): string => `${clockWords(Date.parse(at))}.${at.slice(20, 23)}`;

function Move({ words, to, icon = false }: { words: string; to: URLSearchParams | null; icon?: boolean }) {
  const content = (
    <>
      {icon && words === 'Earlier' ? <Icon name="chev-l" size={14} /> : null}
      {words}
      {icon && words === 'Later' ? <Icon name="chev-r" size={14} /> : null}
    </>
  );
  if (to === null)
    return (
      <span className="btn sm" aria-disabled="true">
        {content}
      </span>
    );
  return (
    <UrlLink className="btn sm" to={to}>
      {content}
    </UrlLink>
  );
}
