'use client';
import type { Flow } from '@/core/contract/flows';
import { UrlLink } from '@/components/shell/url-link';
import { useUrlState } from '@/components/shell/url-state';
import { Icon } from '@/components/ui/icon';
import { wholeWords } from '@/components/ui/number-words';
import { clockWords } from '@/components/ui/time-words';
import type { FlowState } from './use-flow-state';

const MOVES = ['from', 'before', 'around', 'node', 'unfold', 'members'] as const;

/** Earlier and later, where one picture does not hold the flow; and the events of an unfolded group a page at a time. */
export function FlowPages({ flow, state }: { flow: Flow; state: FlowState }) {
  const url = useUrlState();
  const to = (values: Partial<Record<(typeof MOVES)[number], string>>, keep: readonly string[] = []) => {
    const next = new URLSearchParams(url.params);
    for (const name of MOVES) if (!keep.includes(name)) next.delete(name);
    for (const [name, value] of Object.entries(values)) next.set(name, value);
    return next;
  };
  const { earlier, later, unfolded, groups } = flow;
  const times = flow.nodes.flatMap(({ at }) => (at === null ? [] : [Date.parse(at)]));
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
      {earlier === null && later === null ? null : (
        <nav className="row row-6 right" aria-label="Pages">
          <span className="t3">
            {times.length === 0 ? '' : `${clockWords(Math.min(...times))} to ${clockWords(Math.max(...times))} · `}
            {wholeWords(groups.shown)} of {wholeWords(groups.total)} nodes
          </span>
          <Move words="Earlier" icon to={earlier === null ? null : to({ before: earlier })} />
          <Move words="Later" icon to={later === null ? null : to({ from: later })} />
        </nav>
      )}
    </div>
  );
}

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
